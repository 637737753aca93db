"""One stage for all tests of the API."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.dynamodb import empty_tables, stage_on
from tests.support.emulator import Emulator
from tests.support.payment_provider.book import Fault
from tests.support.payment_provider.service import Provider, payment_provider

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="package")
def running_provider() -> Iterator[Provider]:
    with payment_provider() as running:
        yield running


@pytest.fixture
def provider(running_provider: Provider) -> Iterator[Provider]:
    """The payment provider that the handlers ask; its faults end with the test."""
    yield running_provider
    running_provider.suffer(Fault.NONE)


@pytest.fixture(scope="package")
def standing_stage(emulator: Emulator, running_provider: Provider) -> Iterator["DynamoDBClient"]:
    """The handlers of this process work on an emulated stage; a client of its account."""
    with stage_on(emulator, running_provider.url) as client:
        yield client


@pytest.fixture(scope="module")
def stage(standing_stage: "DynamoDBClient") -> "DynamoDBClient":
    """The same with tables that hold nothing of another file's tests."""
    empty_tables(standing_stage)
    return standing_stage

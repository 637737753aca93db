"""One emulator for all tests of the API."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.dynamodb import stage_on
from tests.support.emulator import Emulator, running_emulator

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="package")
def emulator() -> Iterator[Emulator]:
    with running_emulator() as running:
        yield running


@pytest.fixture(scope="package")
def stage(emulator: Emulator) -> Iterator["DynamoDBClient"]:
    """The handlers of this process work on an emulated stage; a client of its account."""
    with stage_on(emulator) as client:
        yield client

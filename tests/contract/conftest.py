"""One emulator, and the real handlers behind a real server, for the verification of the pacts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.dynamodb import stage_on
from tests.support.emulator import running_emulator
from tests.support.http_server import serving
from tests.support.payment_provider.service import payment_provider

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="package")
def stage() -> Iterator["DynamoDBClient"]:
    with running_emulator() as emulator, payment_provider() as provider, stage_on(emulator, provider.url) as client:
        yield client


@pytest.fixture(scope="package")
def api(stage: "DynamoDBClient") -> Iterator[str]:
    """The address of the API."""
    assert stage
    with serving() as url:
        yield url

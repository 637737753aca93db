"""What the tests of every operation share: one wire for all of them, as clients take long to make."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.unit.api.handlers.every.wire import Wire, listening

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@pytest.fixture(scope="package")
def listened(standing_stage: "DynamoDBClient") -> Iterator[Wire]:
    assert standing_stage
    with listening() as wire:
        yield wire


@pytest.fixture
def wire(listened: Wire, stage: "DynamoDBClient") -> Iterator[Wire]:
    """All that is asked of AWS from now on, as it is without interference."""
    assert stage
    listened.clear()
    listened.before = listened.interfere = listened.instead = None
    yield listened
    listened.before = listened.interfere = listened.instead = None

"""Nobody can tell from one number what the next one is: not from its neighbours, not from the clock, not by a seed."""

import random
import re
import string
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import pytest
import time_machine

from tests.unit.api.handlers.every.good import good, succeeds
from tests.unit.api.handlers.every.kept import kept
from tests.unit.api.handlers.every.wire import Wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator

ULID: Final = re.compile(r"\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b")
DIGITS: Final = string.digits + "".join(each for each in string.ascii_uppercase if each not in "ILOU")
RANDOM_DIGITS: Final = 16
APART: Final = 2**40
"""Of a few hundred numbers with 80 random bits, no two lie nearer to each other."""
MAKING: Final = ("placeOrder", "placePartnerOrder", "importProducts", "openClaim", "cancelOrder", "createProduct")


def test_numbers_cannot_be_guessed(stage: "DynamoDBClient", wire: Wire) -> None:
    """Made twice from the same seed, while the clock stands."""
    assert wire
    with time_machine.travel(datetime(2027, 5, 4, 3, 2, 1, tzinfo=UTC), tick=False):
        for _ in range(2):
            random.seed(7)
            for operation in MAKING:
                assert succeeds(operation, good(operation).send())
    made = {found for item in kept(stage).values() for text in texts(item) for found in ULID.findall(text)}
    ours = {each for each in made if each.startswith("01")}
    assert len(ours) > 4 * len(MAKING)
    parts = sorted(number(each[-RANDOM_DIGITS:]) for each in ours)
    assert min(after - before for before, after in pairwise(parts)) > APART
    assert sum(part.bit_count() for part in parts) / len(parts) == pytest.approx(5 * RANDOM_DIGITS / 2, rel=0.1)


def number(digits: str) -> int:
    """The number that Crockford's digits stand for."""
    found = 0
    for digit in digits:
        found = 32 * found + DIGITS.index(digit)
    return found


def texts(item: Mapping[str, Any]) -> list[str]:
    """The texts among an item's attributes."""
    return [value["S"] for value in item.values() if "S" in value]

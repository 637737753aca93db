"""Time, ids and what the stack tells, from outside: passed in where they are needed."""

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from string import ascii_uppercase, digits
from typing import Final

_ALPHABET: Final = digits + "".join(letter for letter in ascii_uppercase if letter not in "ILOU")
_PAIRS: Final = [first + second for first in _ALPHABET for second in _ALPHABET]
_RANDOM_BYTES: Final = 10


class NotTold(KeyError):
    """The stack has not set a variable. `need` is the one of api/needs.py that it is set for, empty if for none."""

    def __init__(self, variable: str, need: str) -> None:
        which = f"it is set for a function that declares `{need}` in api/needs.py" if need else "the stack sets it"
        super().__init__(f"{variable} is not set: {which}")
        self.variable = variable
        self.need = need


def told(variable: str, environment: Mapping[str, str] = os.environ) -> str:
    """A variable that the stack sets. Raises NotTold."""
    try:
        return environment[variable]
    except KeyError:
        from api.needs import TOLD  # what is there has no use for it

        raise NotTold(variable, TOLD.get(variable, "")) from None


def now() -> datetime:
    """The present moment in UTC, to the millisecond, as it will be written."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def new_id() -> str:
    """A fresh ULID: 48 bits of time in milliseconds, 80 of randomness."""
    return ulid(time.time_ns() // 1_000_000, os.urandom(_RANDOM_BYTES))


def ulid(milliseconds: int, random: bytes) -> str:
    """The ULID of a time since 1970 and ten random bytes: 26 letters of Crockford's base 32.

    By hand, as the library takes longer to import than all the rest of a function's own code.
    """
    bits = milliseconds << 80 | int.from_bytes(random)
    return "".join([_PAIRS[bits >> shift & 1023] for shift in range(120, -1, -10)])

"""Time and ids from outside, passed in where they are needed."""

from datetime import UTC, datetime

from ulid import ULID


def now() -> datetime:
    """The present moment in UTC, to the millisecond, as it will be written."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def new_id() -> str:
    """A fresh ULID: 48 bits of time, 80 of randomness."""
    return str(ULID())

"""Moments as text: RFC 3339, UTC, milliseconds."""

from datetime import UTC, datetime


def written(moment: datetime) -> str:
    """`2026-11-23T09:15:00.123Z`. ValueError for a moment without a time zone, which could be any hour."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {moment.isoformat()}")
    universal = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return universal.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read(text: str) -> datetime:
    """The moment that `written` wrote."""
    return datetime.fromisoformat(text)

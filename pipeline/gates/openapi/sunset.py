"""Deprecation before removal: what may go is what the base release itself had marked, when its day has come.

A mark is `deprecated: true` beside `x-sunset`, the day from which it may be gone: `2027-06-30`, or as the header
`Sunset` writes it (RFC 8594). The base release is what clients have: a mark that comes with the removal tells them
nothing.
"""

from collections.abc import Iterator
from datetime import date
from email.utils import parsedate_to_datetime

from pipeline.gates.openapi.change import Change
from pipeline.gates.openapi.node import Mapped, UnreadableContract

SUNSET = "x-sunset"


def sunset(value: Mapped, at: str) -> date | None:
    """The day from which `value` may be gone, if one is given; UnreadableContract for what is no day."""
    given = value.get(SUNSET)
    if given is None:
        return None
    try:
        if str(given)[:1].isdigit():
            return date.fromisoformat(str(given)[:10])
        return parsedate_to_datetime(str(given)).date()
    except ValueError as problem:
        raise UnreadableContract(f"{SUNSET} at #{at} is {given!r}: write a day as 2027-06-30") from problem


def removed(kind: str, what: str, value: Mapped, at: str, today: date) -> Change:
    """That `value` of the base release is gone; breaks nobody where that was announced and its day has come."""
    end = sunset(value, at)
    if value.get("deprecated") is not True:
        return Change(at, kind, what, breaking=True)
    if end is None:
        return Change(at, kind, f"{what}, deprecated without a day of its end ({SUNSET})", breaking=True)
    if end > today:
        return Change(at, kind, f"{what} before its day, {end}", breaking=True)
    return Change(at, kind, f"{what}, as announced for {end}", breaking=False)


def marked(thing: str, name: str, before: Mapped, after: Mapped, at: str, today: date) -> Iterator[Change]:
    """What became of the mark of a `thing` ("operation", "field"…) that is still there."""
    was, now = before.get("deprecated") is True, after.get("deprecated") is True
    promised, end = sunset(before, at) if was else None, sunset(after, at) if now else None
    if now and not was:
        until = f", and may be gone from {end} on" if end else f"; it may never go without a day of its end ({SUNSET})"
        yield Change(at, f"{thing}-deprecated", f"{name} is deprecated{until}", breaking=False)
    if was and not now:
        yield Change(at, f"{thing}-deprecation-withdrawn", f"{name} is no longer deprecated", breaking=False)
    if end and promised and end < promised:
        yield Change(at, f"{thing}-sunset-earlier", f"{name} ends on {end} instead of {promised}", breaking=True)
    if end and not promised and end < today:
        yield Change(at, f"{thing}-sunset-past", f"{name} is given an end that is past, {end}", breaking=True)

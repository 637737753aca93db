"""Every operation does the same at any time, in any zone: none has a date by heart, none counts in local hours."""

import re
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
import time_machine

from api.domain.instants import read
from tests.unit.api.handlers.every.good import OPERATIONS, good, succeeds
from tests.unit.api.handlers.every.wire import Wire

pytestmark = pytest.mark.emulator

INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
A_MOMENT: Final = timedelta(minutes=20)
"""What answers speak of is now, or ends soon; the clocks of two zones are further apart."""

WHENS: Final = {
    "a leap day that is over in Asia, after the 31 bits of 2038": ("2040-02-29T20:00:00+00:00", "Asia/Kathmandu"),
    "an hour of 2100 that comes twice": ("2100-11-07T04:29:58+00:00", "America/St_Johns"),
}


@pytest.fixture(params=WHENS)
def moment(request: pytest.FixtureRequest) -> Iterator[datetime]:
    """It is that moment, on a machine in that zone; the clock goes on from there."""
    told, zone = WHENS[request.param]
    moment = datetime.fromisoformat(told)
    with time_machine.travel(moment.astimezone(ZoneInfo(zone)), tick=True):
        assert time.tzname != ("UTC", "UTC")
        yield moment


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_does_the_same_at_any_time_and_anywhere(wire: Wire, moment: datetime, operation: str) -> None:
    assert wire
    reply = good(operation).send()
    assert succeeds(operation, reply), reply
    if operation == "getOpenApi":  # which tells of moments as examples
        return
    told = [each for each in texts(reply.body) if INSTANT.match(each)]
    assert [each for each in told if abs(read(each) - moment) > A_MOMENT] == []
    days = [each for each in texts(reply.body) if DAY.fullmatch(each)]
    assert [each for each in days if date.fromisoformat(each) != moment.date()] == []


def texts(value: Any) -> Iterator[str]:
    """Every text in a body."""
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from texts(each)
        case list():
            for each in value:
                yield from texts(each)

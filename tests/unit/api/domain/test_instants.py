"""Moments as text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.instants import read, written

moments = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis


@given(moments)
def test_what_is_written_is_read_again_to_the_millisecond(moment: datetime) -> None:
    assert read(written(moment)) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@given(st.lists(moments, max_size=5))
def test_texts_sort_as_their_moments_do(several: list[datetime]) -> None:
    assert sorted(map(written, several)) == [written(moment) for moment in sorted(several)]


def test_any_time_zone_is_written_as_utc() -> None:
    in_delhi = datetime(2026, 3, 29, 2, 30, 15, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert written(in_delhi) == "2026-03-28T21:00:15.123Z"


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        written(datetime(2026, 1, 1))  # noqa: DTZ001 - the point of this test

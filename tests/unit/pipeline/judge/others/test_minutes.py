"""Tests of whole minutes."""

from pipeline.judge.observed import Bin, Counts, Symptom
from pipeline.judge.others.minutes import Minute, whole_minutes


def requests_of(minutes: tuple[Minute, ...]) -> list[tuple[float, int, int]]:
    """When each minute ends, and how many requests both versions had in it."""
    return [(minute.until, minute.canary_requests, minute.stable_requests) for minute in minutes]


def test_bins_are_added_up_by_the_minute_that_they_begin_in() -> None:
    ours = Counts(4, {Symptom.ERRORS: 1, Symptom.SERVER_ERRORS: 2, Symptom.SLOW: 3, Symptom.REFUSED: 4})
    theirs = Counts(9, {Symptom.SERVER_ERRORS: 1})
    seen = [Bin(10.0 * n, ours, theirs) for n in range(12)]
    first = Minute(60.0, 24, 6, 18, 18, 54, 0, 6, 0)
    assert whole_minutes(seen, 10) == (first, Minute(120.0, 24, 6, 18, 18, 54, 0, 6, 0))
    assert (first.requests, first.thrown) == (78, 6)


def test_a_minute_that_is_not_over_is_not_looked_at() -> None:
    assert len(whole_minutes([Bin(10.0 * n, Counts(1), Counts(1)) for n in range(11)], 10)) == 1


def test_a_minute_without_bins_is_empty_and_what_came_before_is_told_if_asked_for() -> None:
    seen = [
        Bin(-130.0, Counts(7), Counts(8)),
        Bin(-10.0, Counts(5), Counts(6)),
        Bin(0.0, Counts(1), Counts(2)),
        Bin(170.0, Counts(3), Counts(4)),
    ]
    shift = [(60.0, 1, 2), (120.0, 0, 0), (180.0, 3, 4)]
    assert requests_of(whole_minutes(seen, 10)) == shift
    assert requests_of(whole_minutes(seen, 10, before=2)) == [(-60.0, 0, 0), (0.0, 5, 6), *shift]
    assert requests_of(whole_minutes(seen, 10, before=9)) == [(-120.0, 7, 8), (-60.0, 0, 0), (0.0, 5, 6), *shift]


def test_nothing_before_the_first_bin_is_made_up() -> None:
    assert requests_of(whole_minutes([Bin(50.0, Counts(1), Counts(2))], 10, before=5)) == [(60.0, 1, 2)]


def test_nothing_seen_is_no_minute() -> None:
    assert whole_minutes([], 10) == ()


def test_a_request_that_was_thrown_and_counted_as_answered_has_failed_once() -> None:
    both = Counts(3, {Symptom.ERRORS: 3, Symptom.SERVER_ERRORS: 2})
    assert whole_minutes([Bin(0.0, both, Counts()), Bin(50.0, Counts(), Counts())], 10)[0].canary_failed == 3


def test_bins_that_can_not_change_are_added_up_once_and_others_each_time() -> None:
    fixed = (Bin(0.0, Counts(1), Counts(2)), Bin(50.0, Counts(3), Counts(4)))
    assert whole_minutes(fixed, 10) is whole_minutes(fixed, 10)
    assert whole_minutes(fixed, 10, before=1) == whole_minutes(fixed, 10)
    growing = list(fixed)
    assert requests_of(whole_minutes(growing, 10)) == [(60.0, 4, 6)]
    growing[1:] = [Bin(50.0, Counts(10), Counts(20))]
    assert requests_of(whole_minutes(growing, 10)) == [(60.0, 11, 22)]

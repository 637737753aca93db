"""Tests of whole minutes."""

from pipeline.judge.observed import Bin, Counts, Symptom
from pipeline.judge.others.minutes import Minute, whole_minutes


def test_bins_are_added_up_by_the_minute_that_they_begin_in() -> None:
    ours = Counts(4, {Symptom.ERRORS: 1, Symptom.SERVER_ERRORS: 2, Symptom.SLOW: 3})
    theirs = Counts(9, {Symptom.SERVER_ERRORS: 1})
    seen = [Bin(10.0 * n, ours, theirs) for n in range(12)]
    first = Minute(60.0, 24, 6, 18, 18, 54, 0, 6, 0)
    assert whole_minutes(seen, 10) == (first, Minute(120.0, 24, 6, 18, 18, 54, 0, 6, 0))
    assert (first.requests, first.thrown) == (78, 6)


def test_a_minute_that_is_not_over_is_not_looked_at() -> None:
    assert len(whole_minutes([Bin(10.0 * n, Counts(1), Counts(1)) for n in range(11)], 10)) == 1


def test_a_minute_without_bins_is_empty_and_what_came_before_belongs_to_none() -> None:
    seen = [Bin(-10.0, Counts(5), Counts(5)), Bin(0.0, Counts(1), Counts(2)), Bin(170.0, Counts(3), Counts(4))]
    told = [(minute.canary_requests, minute.stable_requests) for minute in whole_minutes(seen, 10)]
    assert told == [(1, 2), (0, 0), (3, 4)]


def test_nothing_seen_is_no_minute() -> None:
    assert whole_minutes([], 10) == ()


def test_a_request_that_was_thrown_and_counted_as_answered_has_failed_once() -> None:
    both = Counts(3, {Symptom.ERRORS: 3, Symptom.SERVER_ERRORS: 2})
    assert whole_minutes([Bin(0.0, both, Counts()), Bin(50.0, Counts(), Counts())], 10)[0].canary_failed == 3

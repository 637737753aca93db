"""Tests of our judge as one of several."""

from collections.abc import Sequence

from pipeline.judge.judging import judge
from pipeline.judge.observed import Bin, Counts, Symptom
from pipeline.judge.policy import Policy
from tests.bench.canary.ours import ByTheMinute, Ours, minutes


def bins(outcome: Symptom, canary_bad: int, number: int = 30) -> Sequence[Bin]:
    """`number` bins in which the canary answers 10 of 100, and so many of those are bad."""
    bad = Counts(10, {outcome: canary_bad} if canary_bad else {})
    return [Bin(10.0 * n, bad, Counts(90), 0.1) for n in range(number)]


def test_ours_says_what_the_judge_of_production_does() -> None:
    seen = bins(Symptom.ERRORS, 1)
    convicted = judge(seen, Policy(), 10).convicted_by
    assert convicted is not None
    assert Ours().judge(seen, 10).stopped_at == convicted.convicted_at


def test_lambda_tells_of_errors_a_minute_after_the_minute() -> None:
    assert Ours().judge(bins(Symptom.ERRORS, 10), 10).stopped_at == 10.0
    assert ByTheMinute().judge(bins(Symptom.ERRORS, 10), 10).stopped_at == 120.0


def test_what_handlers_count_is_seen_as_soon_as_ever() -> None:
    assert ByTheMinute().judge(bins(Symptom.SERVER_ERRORS, 10), 10).stopped_at == 10.0


def test_what_is_told_when_the_shift_is_over_stops_nothing() -> None:
    assert ByTheMinute().judge(bins(Symptom.ERRORS, 10, number=11), 10).stopped_at is None
    assert ByTheMinute().judge(bins(Symptom.ERRORS, 10, number=12), 10).stopped_at == 120.0


def test_nothing_bad_and_nothing_seen_stop_nothing() -> None:
    for one in (Ours(), ByTheMinute()):
        assert one.judge(bins(Symptom.ERRORS, 0), 10).stopped_at is None
        assert one.judge([], 10).stopped_at is None


def test_minutes_hold_all_that_their_bins_do() -> None:
    seen = [*bins(Symptom.ERRORS, 2, number=7), Bin(180.0, Counts(4), Counts(), 0.3)]
    assert list(minutes(seen)) == [
        Bin(0.0, Counts(60, {Symptom.ERRORS: 12}), Counts(540, {Symptom.ERRORS: 0}), 0.1),
        Bin(60.0, Counts(10, {Symptom.ERRORS: 2}), Counts(90, {Symptom.ERRORS: 0}), 0.1),
        Bin(180.0, Counts(4, {Symptom.ERRORS: 0}), Counts(0, {Symptom.ERRORS: 0}), 0.3),
    ]

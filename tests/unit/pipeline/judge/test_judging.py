"""Tests of the verdict."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.judge.judging import Judgement, Verdict, judge
from pipeline.judge.observed import BIN_SECONDS, Bin, Counts, Symptom
from pipeline.judge.policy import Policy
from tests.unit.pipeline.judge.seen import ERRORS_ALONE, E, bins, counts

HEALTHY = (counts(10), counts(90, 1))
OUTAGE = (counts(10, 10), counts(90, 1))
NOBODY = (counts(0), counts(0))


def judged(seen: Sequence[Bin], policy: Policy = ERRORS_ALONE) -> Judgement:
    return judge(seen, policy, BIN_SECONDS)


def test_a_canary_that_fails_where_the_other_does_not_is_rolled_back() -> None:
    said = judged(bins(*[HEALTHY] * 3, OUTAGE))
    assert said.verdict is Verdict.ROLLBACK
    assert said.allowed is False
    assert said.convicted_by is not None
    assert said.convicted_by.convicted_at == 40.0


def test_a_conviction_stays_whatever_comes_later() -> None:
    said = judged(bins(OUTAGE, *[(counts(100), counts(900, 90))] * 60))
    assert said.verdict is Verdict.ROLLBACK
    assert said.weighings[0].convicted_at == 10.0


def test_a_canary_that_answered_enough_passes() -> None:
    said = judged(bins(*[HEALTHY] * 12))
    assert (said.verdict, said.allowed) == (Verdict.PASS, True)
    assert said.convicted_by is None


@pytest.mark.parametrize(("policy", "allowed"), [("warn", True), ("fail", False)])
def test_one_that_answered_too_little_is_inconclusive_and_the_stage_says_what_follows(
    policy: str, allowed: bool
) -> None:
    said = judged(bins(HEALTHY, HEALTHY), replace(ERRORS_ALONE, inconclusive=policy))  # type: ignore[arg-type]
    assert (said.verdict, said.allowed) == (Verdict.INCONCLUSIVE, allowed)


@pytest.mark.parametrize(("policy", "allowed"), [("warn", True), ("fail", False)])
@pytest.mark.parametrize("seen", [[], [NOBODY] * 30, [(counts(0), counts(500, 20))] * 30])
def test_one_that_answered_nobody_is_no_pass(seen: list[tuple[object, object]], policy: str, allowed: bool) -> None:
    said = judged(bins(*seen), replace(ERRORS_ALONE, no_traffic=policy))  # type: ignore[arg-type]
    assert (said.verdict, said.allowed) == (Verdict.NO_TRAFFIC, allowed)


def test_traffic_that_dies_leaves_it_inconclusive() -> None:
    assert judged(bins(*[HEALTHY] * 5, *[NOBODY] * 25)).verdict is Verdict.INCONCLUSIVE


def test_a_shared_incident_convicts_nobody_and_shows_nothing() -> None:
    said = judged(bins(*[(counts(10, 4), counts(90, 36))] * 30))
    assert said.verdict is Verdict.INCONCLUSIVE


def test_what_callers_are_refused_is_compared_and_need_not_be_ruled_out() -> None:
    refused = Symptom.REFUSED
    seen = bins(*[(counts(10, 1, refused), counts(90, 9, refused))] * 30)
    assert judged(seen, Policy()).verdict is Verdict.PASS
    worse = bins(*[(counts(10, 9, refused), counts(90, 9, refused))] * 3)
    assert judged(worse, Policy()).verdict is Verdict.ROLLBACK


def test_the_first_symptom_that_convicts_is_named() -> None:
    slow = (counts(10, 10, Symptom.SLOW), counts(90))
    said = judged(bins(slow, OUTAGE), Policy())
    assert said.convicted_by is not None
    assert said.convicted_by.symptom is Symptom.SLOW


def test_each_symptom_is_told_with_all_that_was_counted() -> None:
    (weighing,) = judged(bins(HEALTHY, OUTAGE)).weighings
    told = (weighing.requests, weighing.bad, weighing.stable_requests, weighing.stable_bad)
    assert told == (20, 10, 180, 2)
    assert weighing.symptom is E
    assert weighing.highest > weighing.needed > 0.0


def test_what_could_not_be_compared_at_any_moment_does_not_pass() -> None:
    """All traffic at once, and every caller is refused."""
    said = judged(bins(*[(counts(100, 100, Symptom.REFUSED), counts(0))] * 30, weight=1.0), Policy())
    assert said.verdict is Verdict.INCONCLUSIVE


def test_a_bin_does_not_begin_within_another() -> None:
    seen = [Bin(at, *HEALTHY, 0.1) for at in (0.0, 9.9)]
    with pytest.raises(ValueError, match="none begins within another"):
        judged(seen)


@pytest.mark.parametrize("order", [[1, 0], [0, 0]])
def test_bins_that_are_out_of_order_are_no_evidence(order: list[int]) -> None:
    seen = bins(HEALTHY, HEALTHY)
    with pytest.raises(ValueError, match="in the order of time"):
        judged([seen[n] for n in order])


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 500), st.integers(0, 40)), max_size=30))
def test_no_version_without_a_bad_request_is_ever_convicted(seen: list[tuple[int, int, int]]) -> None:
    said = judged(bins(*[(counts(ours), counts(theirs, min(theirs, bad))) for ours, theirs, bad in seen]))
    assert said.verdict is not Verdict.ROLLBACK


def minute(number: int, ours: Counts, theirs: Counts) -> Bin:
    return Bin(60.0 * number, ours, theirs, 0.1)


def test_where_there_are_minutes_errors_are_counted_in_them_alone() -> None:
    fine = bins(*[(counts(10), counts(90))] * 12)
    failing = [minute(0, counts(60, 30), counts(540)), minute(1, counts(60), counts(540))]
    judgement = judge(fine, Policy(), BIN_SECONDS, failing)
    convicting = judgement.convicted_by
    assert convicting is not None
    assert (convicting.symptom, convicting.convicted_at, convicting.requests) == (E, 60.0, 120)
    everywhere = bins(*[(counts(10, 9), counts(90))] * 12)
    quiet = [minute(n, counts(60), counts(540)) for n in range(2)]
    assert judge(everywhere, Policy(), BIN_SECONDS, quiet).verdict is not Verdict.ROLLBACK


def test_a_version_that_only_lambda_has_counted_was_asked() -> None:
    assert judge((), Policy(), BIN_SECONDS, [minute(0, counts(60), counts(540))]).verdict is Verdict.INCONCLUSIVE
    assert judge((), Policy(), BIN_SECONDS, [minute(0, counts(0), counts(540))]).verdict is Verdict.NO_TRAFFIC


def test_minutes_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="none begins within another"):
        judge((), Policy(), BIN_SECONDS, [minute(0, counts(1), counts(1)), Bin(30.0, counts(1), counts(1))])


def hour(*bad: int) -> list[Bin]:
    """Minutes of the stable version alone, in which so many of a thousand requests failed."""
    return [Bin(60.0 * (n - len(bad)), counts(0), counts(1_000, each)) for n, each in enumerate(bad)]


ONE_BY_ONE, TOGETHER = hour(*[5] * 60), hour(*[*[0] * 9, 50] * 6)


def test_where_failures_come_together_many_are_one_witness() -> None:
    (alone,) = judge(bins(OUTAGE), ERRORS_ALONE, BIN_SECONDS, before=ONE_BY_ONE).weighings
    (of_many,) = judge(bins(OUTAGE), ERRORS_ALONE, BIN_SECONDS, before=TOGETHER).weighings
    assert (alone.clustered, alone.convicted_at) == (1.0, 10.0)
    assert (of_many.clustered, of_many.convicted_at) == (32.0, None)
    assert of_many.highest == alone.highest / 32.0


def test_an_outage_convicts_all_the_same() -> None:
    said = judge(bins(*[OUTAGE] * 30), ERRORS_ALONE, BIN_SECONDS, before=TOGETHER)
    assert said.convicted_by is not None
    assert said.convicted_by.convicted_at == 100.0


def test_what_comes_together_is_known_of_each_symptom_by_itself() -> None:
    slow = judge(bins(*[(counts(10, 10, Symptom.SLOW), counts(90))]), Policy(), BIN_SECONDS, before=TOGETHER)
    assert {one.symptom: one.clustered for one in slow.weighings} == {E: 32.0} | dict.fromkeys(
        (Symptom.SERVER_ERRORS, Symptom.SLOW, Symptom.REFUSED), 1.0
    )
    assert slow.convicted_by is not None

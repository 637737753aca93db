"""From counts to evidence: bins as the judge wants them, and a number that convicts exactly when it does."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.hooks.observing import Watched, history, observe
from pipeline.hooks.steps import read_steps
from pipeline.hooks.under_way import UnderWay
from pipeline.hooks.verdict import Judged, evidence, harmed, judged, strength, uncounted
from pipeline.judge.evidence import Evidence, read, write
from pipeline.judge.judging import Judgement, Verdict, Weighing
from pipeline.judge.observed import Symptom
from pipeline.judge.policy import Policy
from tests.unit.pipeline.hooks.world import ALIAS, BEGAN, CANARY, DEPLOYMENT, FUNCTION, STABLE, CloudWatch, answered

WHAT = Judged(FUNCTION, ALIAS, "prod", read_steps("[[0,0.1],[300,1]]"), Policy())
WHERE = UnderWay(STABLE, CANARY, asked=BEGAN - 20, began=BEGAN, over=False)
ENVIRONMENT = {"STAGE": "prod", "SHIFT": "[[0,0.1],[300,1]]", "NO_TRAFFIC": "fail", "INCONCLUSIVE": "warn"}


def found(counts: dict[Any, float], *, settled: bool = True, began: float = BEGAN) -> Evidence:
    cloudwatch: Any = CloudWatch(counts)
    watched = Watched(FUNCTION, ALIAS, CANARY, STABLE)
    observed, before = observe(cloudwatch, watched, began), history(cloudwatch, watched, began)
    return evidence(observed, before, WHAT, replace(WHERE, began=began), DEPLOYMENT, settled=settled)


def test_the_environment_says_how_a_stage_is_judged() -> None:
    assert judged(ENVIRONMENT, FUNCTION, ALIAS) == WHAT


@pytest.mark.parametrize("name", ["NO_TRAFFIC", "INCONCLUSIVE"])
def test_a_policy_that_nobody_knows_is_an_error_and_not_a_pass(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is 'pass'; it may be fail or warn"):
        judged({**ENVIRONMENT, name: "pass"}, FUNCTION, ALIAS)


def test_bins_count_from_the_beginning_of_the_shift_with_the_part_that_was_meant() -> None:
    kept = found(answered([0, 2, 31, 32, 36], 10, 90), began=BEGAN + 20)
    assert [(one.at, one.weight) for one in kept.bins] == [
        (-20, 0.0),
        (0, 0.1),
        (290, 0.1),
        (300, 1.0),
        (340, 1.0),
    ]
    assert kept.minutes is not None
    assert [(one.at, one.weight) for one in kept.minutes] == [(-20, 0.1), (280, 1.0), (340, 1.0)]


def test_the_newest_period_of_each_kind_waits_until_all_of_it_has_come_in() -> None:
    counts = answered(range(7), 10, 90)
    coming, come = found(counts, settled=False), found(counts)
    assert [len(kept.bins) for kept in (coming, come)] == [6, 7]
    assert [len(kept.minutes or ()) for kept in (coming, come)] == [1, 2]


def test_a_shared_incident_that_has_come_in_of_one_version_alone_convicts_nobody() -> None:
    counts = answered(range(5), 10, 90)
    counts.update(answered([5], 40, 10, ServerErrors=(40, 0)))
    assert found(counts, settled=False).judgement.verdict is not Verdict.ROLLBACK
    assert found(counts).judgement.verdict is Verdict.ROLLBACK


def test_what_lambda_alone_counts_convicts_by_the_minute() -> None:
    kept = found(answered(range(6), 10, 90, Errors=(10, 0)))
    convicting = kept.judgement.convicted_by
    assert convicting is not None
    assert (convicting.symptom, convicting.requests, convicting.convicted_at) == (Symptom.ERRORS, 60, 60)


def test_a_minute_holds_what_handlers_counted_in_it_for_judges_that_see_nothing_finer() -> None:
    kept = found(answered(range(3), 10, 90, Errors=(1, 0), ServerErrors=(2, 1)))
    assert kept.minutes is not None
    assert [dict(one.canary.bad) for one in kept.minutes] == [{Symptom.ERRORS: 3, Symptom.SERVER_ERRORS: 6}]


def test_the_evidence_can_be_kept_and_judged_again() -> None:
    kept = found(answered(range(6), 10, 90, Errors=(3, 0)))
    assert read(write(kept)) == kept
    assert kept.judged_again() == kept.judgement


def test_failures_that_came_together_before_the_shift_are_few_witnesses_in_it() -> None:
    """Once in ten minutes the stable version had failed fifty requests."""
    failing = answered(range(6), 10, 90, ServerErrors=(5, 0))
    ill = answered(range(-360, 0), 0, 90)
    for minute in range(-60, 0, 10):
        ill[STABLE, "ServerErrors", 60 * minute] = 50
    alone, kept = found(failing), found({**ill, **failing})
    assert [(one.at, one.canary.requests, one.weight) for one in kept.before[:2]] == [(-3_600, 0, 0), (-3_540, 0, 0)]
    assert len(kept.before) == 60
    assert [each.judgement.verdict for each in (alone, kept)] == [Verdict.ROLLBACK, Verdict.INCONCLUSIVE]
    assert {one.symptom: one.clustered for one in kept.judgement.weighings}[Symptom.SERVER_ERRORS] == 32.0
    assert kept.judgement.weighings[1].stable_requests == 540
    assert kept.judged_again() == kept.judgement


def test_a_version_whose_handlers_count_nothing_is_told_by_how_often_it_ran() -> None:
    counts = answered(range(6), 10, 90, Errors=(1, 0))
    silent = {key: value for key, value in counts.items() if key[:2] not in {(CANARY, "Requests")}}
    for counted, told in ((counts, (0, 0)), (silent, (54, 0))):
        cloudwatch: Any = CloudWatch(counted)
        assert uncounted(observe(cloudwatch, Watched(FUNCTION, ALIAS, CANARY, STABLE), BEGAN)) == told


@pytest.mark.parametrize(("share", "told"), [(1.0, (0, 0)), (0.95, (0, 0)), (0.85, (600, 510)), (0.1, (600, 60))])
def test_a_version_whose_handlers_leave_some_out_is_told(share: float, told: tuple[int, int]) -> None:
    counts = answered(range(6), 100, 900)
    fewer = {key: value * (share if key[:2] == (CANARY, "Requests") else 1) for key, value in counts.items()}
    cloudwatch: Any = CloudWatch(fewer)
    assert uncounted(observe(cloudwatch, Watched(FUNCTION, ALIAS, CANARY, STABLE), BEGAN)) == told


@pytest.mark.parametrize(
    ("failing", "told"),
    [
        ({}, (0, 0)),
        ({"ServerErrors": (10, 0)}, (0, 0)),
        ({"ServerErrors": (20, 0)}, (0, 0)),
        ({"ServerErrors": (21, 0)}, (126, 600)),
        ({"ServerErrors": (30, 0)}, (180, 600)),
        ({"Errors": (100, 0)}, (600, 600)),
    ],
)
def test_harm_after_the_shift_needs_no_comparison(failing: dict[str, Any], told: tuple[int, int]) -> None:
    counts = answered(range(30), 100, 900)
    counts.update(answered(range(30, 36), 100, 0, **failing))
    assert harmed(found(counts), WHAT.steps) == told


@pytest.mark.parametrize(("failing", "told"), [(4, (0, 0)), (5, (5, 5))])
def test_a_few_that_fail_are_no_harm_yet(failing: int, told: tuple[int, int]) -> None:
    counts = answered(range(30), 100, 900)
    counts.update(answered([30], failing, 0, ServerErrors=(failing, 0)))
    assert harmed(found(counts), WHAT.steps) == told


@pytest.mark.parametrize(("ran", "told"), [(5, (0, 0)), (6, (6, 0))])
def test_a_few_that_nobody_counted_may_lie_in_another_minute(ran: int, told: tuple[int, int]) -> None:
    counts = {key: value for key, value in answered([0], ran, 90).items() if key[:2] != (CANARY, "Requests")}
    cloudwatch: Any = CloudWatch(counts)
    assert uncounted(observe(cloudwatch, Watched(FUNCTION, ALIAS, CANARY, STABLE), BEGAN)) == told


weights = st.floats(0.0, 50.0)


@given(st.lists(st.tuples(weights, weights, st.booleans()), min_size=1))
def test_a_number_of_one_or_more_convicts_and_nothing_less_does(each: list[tuple[float, float, bool]]) -> None:
    weighings = tuple(
        Weighing(Symptom.ERRORS, 10, 5, 10, 0, 1.0, highest, needed + 0.1, 60.0 if convicted else None, ruled_out=False)
        for highest, needed, convicted in each
    )
    told = strength(Judgement(Verdict.INCONCLUSIVE, weighings, allowed=True))
    assert (told >= 1.0) == any(convicted for _, _, convicted in each)

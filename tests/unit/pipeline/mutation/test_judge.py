"""What came of a change, and what a score it makes."""

from dataclasses import replace

import pytest

from pipeline.mutation.answer import Answer
from pipeline.mutation.catalogue import CONTROL, Change, Class, Expected, Kind
from pipeline.mutation.judge import Judged, Result, judge
from pipeline.mutation.score import score
from pipeline.mutation.walk import Walked
from pipeline.record.verdict import Finding, Outcome

PASSED, REFUSED, BROKE = Outcome.PASSED, Outcome.REFUSED, Outcome.BROKE
BAD = replace(
    CONTROL,
    id="z03",
    kind=Kind.BAD,
    class_=Class.AUTHORIZATION,
    expected=(Expected("integration", "test_two_customers"),),
    allowed=(Expected("contract", "owner"),),
)


def said(gate: str, outcome: Outcome, *findings: str, ended: float = 5.0) -> Answer:
    return Answer(gate, outcome, 1.0, f"{outcome}", tuple(Finding("here", what) for what in findings), ended)


def of(*answers: Answer, change: Change = BAD) -> Judged:
    return judge(change, Walked(change.id, answers, 9.0))


def test_the_expected_gate_counts_as_the_named_one_and_an_allowed_one_does_not() -> None:
    named = of(said("lint", PASSED), said("integration", REFUSED, "slow", "in test_two_customers", ended=70.0))
    allowed = of(said("contract", REFUSED, "the owner is gone"))
    assert (named.result, named.named, named.finding, named.seconds) == (
        Result.STOPPED,
        True,
        "here  in test_two_customers",
        70.0,
    )
    assert (allowed.result, allowed.named, allowed.gate) == (Result.STOPPED, False, "contract")


@pytest.mark.parametrize(
    ("answers", "result"),
    [
        ((said("lint", PASSED),), Result.LET_THROUGH),
        ((said("lint", REFUSED, "a line is too long"),), Result.ELSEWHERE),
        ((said("integration", REFUSED, "something else"),), Result.ELSEWHERE),
        ((said("integration", REFUSED),), Result.ELSEWHERE),
        ((said("unit", PASSED), said("integration", BROKE, "test_two_customers")), Result.BROKE),
        ((), Result.BROKE),
    ],
)
def test_nothing_else_is_a_kill(answers: tuple[Answer, ...], result: Result) -> None:
    assert of(*answers).result is result


def test_what_does_not_apply_is_no_kill() -> None:
    assert judge(BAD, Walked("z03", unapplied="gone")).result is Result.NOT_APPLIED


def test_a_good_change_that_is_refused_is_a_false_alarm() -> None:
    good = replace(CONTROL, kind=Kind.GOOD, id="good")
    assert of(said("lint", PASSED), change=good).result is Result.PASSED
    assert of(said("lint", REFUSED, "test_two_customers"), change=good).result is Result.FALSE_ALARM


def judged(result: Result, kind: Kind = Kind.BAD, class_: Class = Class.DATA, seconds: float = 5.0) -> Judged:
    change = replace(CONTROL, id=f"{kind} {result}", kind=kind, class_=class_)
    return Judged(change, result, "unit", "found", seconds, named=result is Result.STOPPED)


WELL = (judged(Result.PASSED, Kind.CONTROL, Class.GOOD), judged(Result.PASSED, Kind.GOOD, Class.GOOD))
STOPPED = judged(Result.STOPPED)


def test_a_sweep_that_stopped_all_and_refused_no_good_one_keeps_every_limit() -> None:
    made = score((*WELL, STOPPED, judged(Result.STOPPED, class_=Class.ROLLOUT)))
    assert (made.exit_code, made.void) == (0, ())
    assert {one.name: one.value for one in made.measurements} == {
        "rollout stopped": 100.0,
        "stopped": 100.0,
        "stopped at the named gate": 100.0,
        "stopped within 60 s": 100.0,
        "good changes refused": 0,
    }


def test_of_a_sample_all_must_be_stopped_and_nothing_else_is_limited() -> None:
    control = Judged(CONTROL, Result.PASSED, "–", "", 1.0)
    late = Judged(replace(BAD, class_=Class.DATA), Result.STOPPED, "lint", "found", 600.0, named=False)
    assert [(score((control, late), whole=whole).exit_code) for whole in (True, False)] == [1, 0]
    missed = replace(late, result=Result.ELSEWHERE)
    assert score((control, missed, *[late] * 98), whole=False).exit_code == 1


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ((judged(Result.LET_THROUGH),) * 2, "stopped"),
        ((judged(Result.ELSEWHERE),) * 2, "stopped"),
        ((judged(Result.LET_THROUGH, class_=Class.DATA_LOSS),), "data loss stopped"),
        ((replace(STOPPED, named=False),) * 9, "stopped at the named gate"),
        ((judged(Result.STOPPED, seconds=61.0),) * 30, "stopped within 60 s"),
        ((judged(Result.FALSE_ALARM, Kind.GOOD, Class.GOOD),), "good changes refused"),
    ],
)
def test_one_limit_that_is_not_kept_is_enough(more: tuple[Judged, ...], name: str) -> None:
    made = score((*WELL, *[STOPPED] * 49, *more))
    assert made.exit_code == 1
    assert name in [one.name for one in made.measurements if not one.within]


@pytest.mark.parametrize(("minutes", "code"), [(120.0, 0), (120.1, 1)])
def test_a_sweep_that_took_nothing_from_before_ends_within_two_hours(minutes: float, code: int) -> None:
    assert score((*WELL, STOPPED), took=minutes * 60).exit_code == code


def test_one_in_a_hundred_may_come_through_where_no_class_forbids_it() -> None:
    assert score((*WELL, *[STOPPED] * 99, judged(Result.LET_THROUGH))).exit_code == 0


@pytest.mark.parametrize(
    ("everything", "why"),
    [
        ((STOPPED,), "no control was asked"),
        ((judged(Result.FALSE_ALARM, Kind.CONTROL, Class.GOOD), STOPPED), "without any change, unit says: found"),
        ((*WELL, judged(Result.BROKE)), "bad broke broke: unit: found"),
        ((*WELL, judged(Result.NOT_APPLIED)), "bad not applied not applied: unit: found"),
    ],
)
def test_a_score_that_can_not_be_trusted_is_void(everything: tuple[Judged, ...], why: str) -> None:
    made = score(everything)
    assert (made.exit_code, made.void) == (3, (why,))


def test_what_broke_is_left_out_of_the_counts() -> None:
    assert score((*WELL, STOPPED, judged(Result.BROKE))).rows[0].asked == 1

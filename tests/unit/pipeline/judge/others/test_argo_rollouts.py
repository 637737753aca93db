"""Tests of Argo Rollouts' rule."""

import pytest

from pipeline.judge.others.argo_rollouts import ArgoRollouts
from pipeline.judge.others.rule import Said
from tests.unit.pipeline.judge.others.rollouts import ANSWERED, NOBODY, SLOW, bad, said, stopped

FINE, FAILING = (bad(0), bad(0, 900)), (bad(6, symptom=ANSWERED), bad(0, 900))
NO_CANARY = (NOBODY, bad(0, 900))
OFTEN = ArgoRollouts(minutes=1)
EACH_MINUTE = ArgoRollouts(minutes=1, count=5, failure_limit=0)


def test_a_fourth_failed_measurement_aborts() -> None:
    assert stopped(OFTEN, FAILING, FAILING, FINE, FAILING, FAILING) == 300.0
    assert stopped(OFTEN, FAILING, FAILING, FINE, FAILING) is None


def test_five_percent_are_let_be_and_so_is_all_that_is_slow() -> None:
    assert stopped(EACH_MINUTE, *[(bad(5), bad(0, 900))] * 10) is None
    assert stopped(EACH_MINUTE, *[(bad(100, symptom=SLOW), bad(0, 900))] * 10) is None


def test_as_documented_it_takes_twenty_minutes() -> None:
    assert stopped(ArgoRollouts(), *[FAILING] * 20) == 1200.0
    assert stopped(ArgoRollouts(), *[FAILING] * 19) is None


def test_a_measurement_is_of_its_last_minute() -> None:
    assert stopped(ArgoRollouts(), *[*[FINE] * 4, FAILING] * 4) == 1200.0
    assert stopped(ArgoRollouts(), *[*[FAILING] * 4, FINE] * 4) is None


def test_where_none_may_fail_the_first_that_does_aborts_and_after_the_last_none_is_made() -> None:
    assert said(EACH_MINUTE, FINE, FAILING) == Said(120.0, "1 measurement failed; 0 may")
    assert stopped(EACH_MINUTE, *[FINE] * 5, FAILING) is None


@pytest.mark.parametrize(("judge", "at"), [(EACH_MINUTE, 120.0), (OFTEN, 120.0), (ArgoRollouts(), 360.0)])
def test_what_never_had_traffic_can_not_be_measured_and_is_tried_again_within_a_minute(
    judge: ArgoRollouts, at: float
) -> None:
    assert said(judge, *[NO_CANARY] * 20) == Said(at, "7 measurements in a row could not be evaluated; 4 may")


def test_traffic_that_comes_late_is_measured_at_the_next_try() -> None:
    assert stopped(OFTEN, NO_CANARY, FINE, *[FINE] * 5) is None
    assert stopped(EACH_MINUTE, NO_CANARY, FAILING) == 120.0


def test_traffic_that_dies_is_no_number_and_so_a_failure() -> None:
    assert stopped(OFTEN, FINE, *[NO_CANARY] * 4) == 300.0
    assert stopped(OFTEN, FINE, *[NO_CANARY] * 3, FINE) is None


def test_it_says_how_far_it_was_from_aborting() -> None:
    assert said(OFTEN, FAILING, FINE, FAILING) == Said(None, "2 of 3 measurements failed; 3 may")

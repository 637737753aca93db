"""Tests of Argo Rollouts' rule."""

from pipeline.judge.others.argo_rollouts import ArgoRollouts
from tests.unit.pipeline.judge.others.rollouts import ANSWERED, NOBODY, bad, stopped

FINE, FAILING = (bad(0), bad(0, 900)), (bad(6, symptom=ANSWERED), bad(0, 900))
EACH_MINUTE = ArgoRollouts(minutes=1)


def test_a_fourth_failed_measurement_aborts() -> None:
    assert stopped(EACH_MINUTE, FAILING, FAILING, FINE, FAILING, FAILING) == 300.0
    assert stopped(EACH_MINUTE, FAILING, FAILING, FINE, FAILING) is None


def test_five_percent_are_let_be() -> None:
    assert stopped(EACH_MINUTE, *[(bad(5), bad(0, 900))] * 10) is None


def test_as_documented_it_takes_twenty_minutes() -> None:
    assert stopped(ArgoRollouts(), *[FAILING] * 20) == 1200.0
    assert stopped(ArgoRollouts(), *[FAILING] * 19) is None


def test_a_fifth_measurement_in_a_row_without_traffic_is_an_error() -> None:
    nobody = (NOBODY, bad(0, 900))
    assert stopped(EACH_MINUTE, *[nobody] * 5) == 300.0
    assert stopped(EACH_MINUTE, *[nobody] * 4, FINE, *[nobody] * 4) is None

"""Tests of Flagger's rule."""

import pytest

from pipeline.judge.observed import Counts, Symptom
from pipeline.judge.others.flagger import Flagger
from pipeline.judge.others.rule import Said
from tests.unit.pipeline.judge.others.rollouts import ANSWERED, NOBODY, SLOW, THROWN, bad, said, stopped

FINE = (bad(0), bad(0, 900))
FAILING = (bad(2), bad(0, 900))


@pytest.mark.parametrize("ours", [bad(2), bad(2, symptom=ANSWERED), bad(2, symptom=SLOW), NOBODY])
def test_it_rolls_back_a_minute_after_the_fifth_failed_check_whatever_that_objects_to(ours: Counts) -> None:
    assert stopped(Flagger(), *[(ours, bad(0, 900))] * 6) == 360.0
    assert stopped(Flagger(), *[(ours, bad(0, 900))] * 4) is None


def test_it_is_stopped_at_the_end_where_that_minute_was_not_seen_any_more() -> None:
    assert stopped(Flagger(), *[FAILING] * 5) == 300.0


def test_it_does_not_check_again_before_it_rolls_back() -> None:
    assert stopped(Flagger(), *[FAILING] * 5, FINE) == 360.0


def test_a_good_check_in_between_takes_nothing_off() -> None:
    assert stopped(Flagger(), *[FAILING] * 2, FINE, *[FAILING] * 3, FINE) == 420.0
    assert stopped(Flagger(), *[FAILING] * 4, *[FINE] * 10) is None


@pytest.mark.parametrize("symptom", [THROWN, ANSWERED, SLOW])
def test_a_hundredth_is_let_be(symptom: Symptom) -> None:
    assert stopped(Flagger(), *[(bad(1, symptom=symptom), bad(0, 900))] * 10) is None


def test_the_stable_version_is_not_looked_at() -> None:
    assert stopped(Flagger(), *[(bad(0), bad(900, 900))] * 10) is None


@pytest.mark.parametrize(
    ("ours", "objection"),
    [
        (NOBODY, "no values found"),
        (bad(3), "success rate 97.00 % < 99 %"),
        (bad(3, symptom=SLOW), "p99 above its limit: 3.00 % were slow"),
    ],
)
def test_it_says_what_it_objected_to(ours: Counts, objection: str) -> None:
    assert said(Flagger(), *[(ours, NOBODY)] * 6) == Said(360.0, f"5 checks failed, the last: {objection}")


def test_it_says_how_far_it_was_from_a_rollback() -> None:
    assert said(Flagger(), *[FAILING] * 4) == Said(None, "4 checks failed; 5 roll back, a minute later")

"""Tests of Flagger's rule."""

import pytest

from pipeline.judge.observed import BIN_SECONDS, Counts
from pipeline.judge.others.flagger import Flagger
from tests.unit.pipeline.judge.others.rollouts import ANSWERED, NOBODY, SLOW, THROWN, bad, by_the_minute, stopped

FINE = (bad(0), bad(0, 900))


@pytest.mark.parametrize("ours", [bad(2), bad(2, symptom=ANSWERED), bad(2, symptom=SLOW), NOBODY])
def test_five_failed_checks_roll_back_whatever_they_object_to(ours: Counts) -> None:
    assert stopped(Flagger(), *[(ours, bad(0, 900))] * 6) == 300.0
    assert stopped(Flagger(), *[(ours, bad(0, 900))] * 4) is None


def test_a_good_check_in_between_takes_nothing_off() -> None:
    failing = (bad(2), bad(0, 900))
    assert stopped(Flagger(), *[failing] * 2, FINE, *[failing] * 3) == 360.0


@pytest.mark.parametrize("symptom", [THROWN, ANSWERED, SLOW])
def test_a_hundredth_is_let_be(symptom: object) -> None:
    assert stopped(Flagger(), *[(bad(1, symptom=symptom), bad(0, 900))] * 10) is None  # type: ignore[arg-type]


def test_the_stable_version_is_not_looked_at() -> None:
    assert stopped(Flagger(), *[(bad(0), bad(900, 900))] * 10) is None


def test_it_says_what_it_objected_to() -> None:
    said = Flagger().judge(by_the_minute(*[(NOBODY, NOBODY)] * 5), BIN_SECONDS)
    assert said.why == "5 checks failed, the last: no values found"

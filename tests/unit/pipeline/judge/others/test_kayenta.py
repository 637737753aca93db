"""Tests of Kayenta's rule."""

import pytest

from pipeline.judge.others.kayenta import Kayenta
from pipeline.judge.others.rule import Said
from tests.unit.pipeline.judge.others.rollouts import ANSWERED, NOBODY, SLOW, bad, said, stopped

NOISE = [(bad(n % 3), bad(9 * (n % 4), 900)) for n in range(10)]
WORSE = [(bad(20 + n, symptom=ANSWERED), bad(n, 900)) for n in range(10)]


def test_a_canary_that_fails_more_often_minute_by_minute_is_high_in_the_first_run() -> None:
    assert said(Kayenta(), *WORSE) == Said(300.0, "High: a score of 0 after 5 minutes")
    assert said(Kayenta(), *WORSE[:4]) == Said(None, "Pass in each of 0 runs")


def test_a_run_has_all_since_the_beginning() -> None:
    same, worse = (bad(1), bad(9, 900)), (bad(50), bad(9, 900))
    assert stopped(Kayenta(), *[same] * 2, *[worse] * 8) == 600.0
    assert stopped(Kayenta(), *[same] * 5, *[worse] * 5) is None


def test_noise_is_not() -> None:
    assert said(Kayenta(), *NOISE) == Said(None, "Pass in each of 2 runs")


def test_a_canary_that_is_better_or_slow_passes() -> None:
    assert stopped(Kayenta(), *[(bad(n % 2), bad(500 + n, 900)) for n in range(10)]) is None
    assert stopped(Kayenta(), *[(bad(90 + n, symptom=SLOW), bad(0, 900)) for n in range(10)]) is None


def test_series_that_are_equal_pass() -> None:
    assert stopped(Kayenta(), *[(bad(10), bad(90, 900))] * 10) is None
    assert Kayenta().classify([0.1, 0.2], [0.2, 0.1]) == "Pass"
    assert Kayenta().classify([0.1, 0.1], [0.1]) == "Pass"


def test_a_canary_that_only_fails_is_high_though_neither_series_varies() -> None:
    assert stopped(Kayenta(), *[(bad(100), bad(0, 900))] * 5) == 300.0
    assert stopped(Kayenta(), *[(bad(100), bad(9, 900))] * 5) == 300.0


@pytest.mark.parametrize(("least", "called"), [(0.04, "Pass"), (0.05, "High")])
def test_the_interval_lies_above_a_quarter_of_the_estimate(least: float, called: str) -> None:
    """The estimate is 0.17, a quarter of it 0.0425; with five values the interval begins at the smallest difference."""
    assert Kayenta().classify([least, 0.16, 0.17, 0.18, 0.19], [0.0] * 4 + [1e-9]) == called


def test_few_values_are_judged_all_the_same() -> None:
    assert Kayenta().classify([0.2, 0.3], [0.0, 0.1]) == "High"


def test_a_mean_that_is_not_higher_is_no_high_whatever_the_ranks_say() -> None:
    ours, theirs = [0.11, 0.12, 0.13, 0.14, 0.15, 0.16], [0.01, 0.02, 0.03, 0.04, 0.05, 0.99]
    lenient = Kayenta(tolerance=-2.0)
    assert lenient.classify(ours, theirs) == "Pass"
    assert lenient.classify(ours, theirs[:-1]) == "High"


def test_without_traffic_there_is_no_data_and_that_fails() -> None:
    nodata = Said(300.0, "Nodata: a score of 0 after 5 minutes")
    assert said(Kayenta(), *[(NOBODY, bad(0, 900))] * 10) == nodata
    assert said(Kayenta(), *[(bad(0), NOBODY)] * 10) == nodata


def test_a_single_value_against_zeros_is_an_error_and_lets_the_canary_go_on() -> None:
    assert Kayenta().classify([1.0], [0.0] * 5) == "Error"
    assert stopped(Kayenta(), (bad(100), bad(0, 900)), *[(NOBODY, bad(0, 900))] * 4) is None

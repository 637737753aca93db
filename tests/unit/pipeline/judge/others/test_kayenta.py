"""Tests of Kayenta's rule."""

from pipeline.judge.observed import BIN_SECONDS
from pipeline.judge.others.kayenta import Kayenta
from tests.unit.pipeline.judge.others.rollouts import ANSWERED, NOBODY, bad, by_the_minute, stopped

NOISE = [(bad(n % 3), bad(9 * (n % 4), 900)) for n in range(10)]


def test_a_canary_that_fails_more_often_minute_by_minute_is_high_after_the_fifth() -> None:
    worse = [(bad(20 + n, symptom=ANSWERED), bad(n, 900, ANSWERED)) for n in range(10)]
    assert stopped(Kayenta(), *worse) == 300.0
    assert stopped(Kayenta(), *worse[:4]) is None


def test_noise_is_not() -> None:
    assert stopped(Kayenta(), *NOISE) is None


def test_series_that_are_equal_pass() -> None:
    assert stopped(Kayenta(), *[(bad(10), bad(90, 900))] * 10) is None


def test_without_traffic_there_is_no_data_and_nothing_fails() -> None:
    said = Kayenta().judge(by_the_minute(*[(NOBODY, bad(0, 900))] * 10), BIN_SECONDS)
    assert (said.stopped_at, said.why) == (None, "Nodata")

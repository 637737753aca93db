"""Tests of how traffic moves."""

import pytest

from tests.bench.canary.plan import AT_ONCE, CANARY, LINEAR


def test_a_canary_has_a_tenth_for_five_minutes() -> None:
    assert CANARY.steps == ((0.0, 0.1), (300.0, 1.0))
    assert CANARY.rises == ((0.0, 0.1),)


def test_linear_adds_a_tenth_every_minute() -> None:
    assert [LINEAR.weight(60.0 * minute) for minute in range(10)] == pytest.approx([n / 10 for n in range(1, 11)])
    assert LINEAR.weight(59.9) == 0.1
    assert LINEAR.seconds == 540.0
    assert [more for _, more in LINEAR.rises] == pytest.approx([0.1] * 9)


def test_before_the_shift_the_canary_has_nothing() -> None:
    assert CANARY.weight(-1.0) == 0.0


def test_all_at_once_has_no_time_in_which_both_answer() -> None:
    assert (AT_ONCE.seconds, AT_ONCE.rises) == (0.0, ())

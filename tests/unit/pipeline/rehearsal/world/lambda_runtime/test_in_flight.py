"""Reserved concurrency refuses what runs too much on Lambda, and nobody for being slow here."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from pipeline.rehearsal.world.lambda_runtime import FunctionSpec, ThrottledError
from pipeline.rehearsal.world.lambda_runtime.in_flight import InFlight


def version(number: str, name: str = "f") -> FunctionSpec:
    return FunctionSpec(name, number, "h.handler", "", Path("code"), "1" * 12, "eu-west-1", {})


A, B = version("1"), version("2")


def test_versions_share_what_is_reserved_and_who_comes_then_is_refused_at_once() -> None:
    counted = InFlight(places=8)
    with counted.one_more(A, 2), counted.one_more(B, 2), pytest.raises(ThrottledError), counted.one_more(A, 2):
        pytest.fail("let in")


def test_what_is_over_makes_room_however_it_ended() -> None:
    counted = InFlight(places=8)
    for _ in range(3):
        with pytest.raises(KeyError), counted.one_more(A, 1):
            raise KeyError


def test_functions_do_not_share() -> None:
    counted = InFlight(places=8)
    with counted.one_more(A, 1), counted.one_more(version("1", "g"), 1):
        pass


def test_who_waits_for_a_place_on_this_machine_is_not_refused_for_it() -> None:
    counted = InFlight(places=2)
    with ExitStack() as under_way:
        for _ in range(50):
            under_way.enter_context(counted.one_more(A, 3))
        under_way.enter_context(counted.one_more(B, 3))
        with pytest.raises(ThrottledError):  # two of the one and one of the other run
            under_way.enter_context(counted.one_more(B, 3))


def test_what_is_not_reserved_has_no_limit() -> None:
    counted = InFlight(places=8)
    with ExitStack() as under_way:
        for _ in range(100):
            under_way.enter_context(counted.one_more(A, None))


def test_nothing_reserved_lets_nobody_in() -> None:
    with pytest.raises(ThrottledError), InFlight(places=8).one_more(A, 0):
        pytest.fail("let in")

"""Traffic routing: predefined configurations and custom ones.

Source: CodeDeploy User Guide, "Working with deployment configurations in CodeDeploy".
"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.codedeploy import (
    AllAtOnce,
    Canary,
    CodeDeployProblem,
    Linear,
    Routing,
    Shift,
    routing_of,
    share_left,
    shifts,
)


@pytest.mark.parametrize(
    ("name", "routing"),
    [
        ("LambdaAllAtOnce", AllAtOnce()),
        ("LambdaCanary10Percent5Minutes", Canary(10, 300)),
        ("LambdaCanary10Percent10Minutes", Canary(10, 600)),
        ("LambdaCanary10Percent15Minutes", Canary(10, 900)),
        ("LambdaCanary10Percent30Minutes", Canary(10, 1800)),
        ("LambdaLinear10PercentEvery1Minute", Linear(10, 60)),
        ("LambdaLinear10PercentEvery2Minutes", Linear(10, 120)),
        ("LambdaLinear10PercentEvery3Minutes", Linear(10, 180)),
        ("LambdaLinear10PercentEvery10Minutes", Linear(10, 600)),
    ],
)
def test_the_predefined_configurations(name: str, routing: Routing) -> None:
    assert routing_of(name) == routing_of(f"CodeDeployDefault.{name}") == routing


def test_a_custom_configuration_is_found_by_its_name() -> None:
    assert routing_of("Careful", {"Careful": Canary(1, 1200)}) == Canary(1, 1200)


@pytest.mark.parametrize("name", ["Canary10Percent5Minutes", "CodeDeployDefault.AllAtOnce", "Careful", ""])
def test_an_unknown_configuration_is_refused_with_those_that_exist(name: str) -> None:
    with pytest.raises(CodeDeployProblem, match=r"unknown; known for Lambda: LambdaAllAtOnce, .*, Mine$"):
        routing_of(name, {"Mine": AllAtOnce()})


@pytest.mark.parametrize(
    ("routing", "expected"),
    [
        (AllAtOnce(), [(0, 100)]),
        (Canary(10, 300), [(0, 10), (300, 100)]),
        (Linear(10, 60), [(60 * step, 10 * (step + 1)) for step in range(10)]),
        (Linear(30, 60), [(0, 30), (60, 60), (120, 90), (180, 100)]),
        (Linear(99, 60), [(0, 99), (60, 100)]),
    ],
)
def test_when_how_much_traffic_moves(routing: Routing, expected: list[tuple[float, int]]) -> None:
    assert shifts(routing) == tuple(Shift(after_s, percent) for after_s, percent in expected)


@pytest.mark.parametrize("percentage", [0, 100, -5])
@pytest.mark.parametrize("kind", [Canary, Linear])
def test_a_percentage_that_is_no_step_is_refused(kind: type[Canary | Linear], percentage: int) -> None:
    with pytest.raises(CodeDeployProblem, match=f"percentage {percentage}: it must be 1 to 99"):
        kind(percentage, 60)


@pytest.mark.parametrize("interval_s", [0, -60, 2881 * 60])
def test_an_interval_that_cannot_be_waited_is_refused(interval_s: float) -> None:
    with pytest.raises(CodeDeployProblem, match="above 0 and at most two days"):
        Linear(10, interval_s)


def test_two_days_is_the_longest_interval() -> None:
    assert shifts(Canary(10, 2880 * 60))[-1] == Shift(172_800, 100)


@given(st.integers(1, 99), st.floats(1, 600))
def test_linear_shifts_rise_evenly_to_everything(percentage: int, interval_s: float) -> None:
    plan = shifts(Linear(percentage, interval_s))
    percents = [shift.new_percent for shift in plan]

    assert percents[-1] == 100
    assert percents == sorted(set(percents))
    assert all(later - earlier == percentage for earlier, later in pairwise(percents[:-1]))
    assert [shift.after_s for shift in plan] == [step * interval_s for step in range(len(plan))]


@pytest.mark.parametrize(
    ("routing", "after_s", "left_s"),
    [
        (Canary(10, 300), 0, 30),
        (Canary(10, 300), 200, 10),
        (Canary(10, 300), 301, 0),
        (Linear(10, 60), 0, 270),  # a minute each at 10, 20, … 90 percent
        (Linear(10, 60), 510, 27),
        (AllAtOnce(), 0, 0),
    ],
)
def test_what_is_left_counts_by_the_share_of_the_new_version(routing: Routing, after_s: float, left_s: float) -> None:
    assert share_left(routing, after_s) == pytest.approx(left_s)

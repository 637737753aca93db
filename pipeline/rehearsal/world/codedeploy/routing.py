"""How much traffic moves when: CodeDeploy's traffic routing for Lambda as a list of shifts.

Source: CodeDeploy User Guide, "Working with deployment configurations in CodeDeploy", and the API reference of
`TimeBasedCanary` and `TimeBasedLinear`: the linear percentage "is shifted at the start of each increment", so the
first shift is at once and no interval follows the last.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from pipeline.rehearsal.world.codedeploy.problem import CodeDeployProblem

LONGEST_SHIFT_MINUTES = 2880


@dataclass(frozen=True, slots=True)
class AllAtOnce:
    """Everything in one shift."""


@dataclass(frozen=True, slots=True)
class Canary:
    """TimeBasedCanary: `percentage` at once, the rest `interval_s` later."""

    percentage: int
    interval_s: float

    def __post_init__(self) -> None:
        """Refuse what CodeDeploy refuses."""
        _check("canary", self.percentage, self.interval_s)


@dataclass(frozen=True, slots=True)
class Linear:
    """TimeBasedLinear: `percentage` at once, and as much again every `interval_s`."""

    percentage: int
    interval_s: float

    def __post_init__(self) -> None:
        """Refuse what CodeDeploy refuses."""
        _check("linear", self.percentage, self.interval_s)


type Routing = AllAtOnce | Canary | Linear


@dataclass(frozen=True, slots=True)
class Shift:
    """`after_s` seconds into AllowTraffic the new version has `new_percent` of the traffic."""

    after_s: float
    new_percent: int


def _check(kind: str, percentage: int, interval_s: float) -> None:
    if not 1 <= percentage <= 99:
        raise CodeDeployProblem(f"{kind} percentage {percentage}: it must be 1 to 99")
    if not 0 < interval_s <= LONGEST_SHIFT_MINUTES * 60:
        raise CodeDeployProblem(f"{kind} interval {interval_s} s: it must be above 0 and at most two days")


def shifts(routing: Routing) -> tuple[Shift, ...]:
    """Every shift in order; the last one is 100 percent."""
    match routing:
        case AllAtOnce():
            return (Shift(0.0, 100),)
        case Canary(percentage, interval_s):
            return (Shift(0.0, percentage), Shift(interval_s, 100))
        case Linear(percentage, interval_s):
            steps = range(-(-100 // percentage))
            return tuple(Shift(step * interval_s, min(100, percentage * (step + 1))) for step in steps)


def share_left(routing: Routing, after_s: float) -> float:
    """The seconds from `after_s` into AllowTraffic to the last shift, each counted by the new version's share.

    Five minutes at a tenth are thirty seconds of all the traffic.
    """
    steps = shifts(routing)
    left = 0.0
    for step, following in pairwise(steps):
        left += max(0.0, following.after_s - max(step.after_s, after_s)) * step.new_percent / 100
    return left


STANDARD: Mapping[str, Routing] = {
    "LambdaAllAtOnce": AllAtOnce(),
    **{f"LambdaCanary10Percent{minutes}Minutes": Canary(10, minutes * 60.0) for minutes in (5, 10, 15, 30)},
    "LambdaLinear10PercentEvery1Minute": Linear(10, 60.0),
    **{f"LambdaLinear10PercentEvery{minutes}Minutes": Linear(10, minutes * 60.0) for minutes in (2, 3, 10)},
}


def routing_of(config_name: str, custom: Mapping[str, Routing] | None = None) -> Routing:
    """The routing of a deployment configuration, predefined (with or without `CodeDeployDefault.`) or custom."""
    if custom and config_name in custom:
        return custom[config_name]
    routing = STANDARD.get(config_name.removeprefix("CodeDeployDefault."))
    if routing is None:
        known = ", ".join([*STANDARD, *(custom or {})])
        raise CodeDeployProblem(f"deployment configuration {config_name!r} is unknown; known for Lambda: {known}")
    return routing

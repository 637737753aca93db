"""How a CodeDeploy configuration moves traffic: how much at first, and how long until all of it. Pure.

Source: CodeDeploy user guide, "Deployment configurations on an AWS Lambda compute platform" (the list of those that AWS
made, and what a custom one says); intervals are in minutes.
"""

from dataclasses import dataclass

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.numbers import number
from pipeline.gates.guard.values import at
from pipeline.gates.openapi.node import Json
from pipeline.plan.shifting import steps_of

PREFIX = "CodeDeployDefault."
OWN = "AWS::CodeDeploy::DeploymentConfig"
ALL = 100.0
MINUTE = 60.0


@dataclass(frozen=True)
class Shift:
    """The percent of the traffic that moves first, and the minutes from then until the last of it has moved."""

    first_percent: float
    minutes: float

    @property
    def at_once(self) -> bool:
        """Whether nobody could take it back while a part of the traffic is still where it was."""
        return self.first_percent >= ALL or self.minutes <= 0


AT_ONCE = Shift(ALL, 0)


def shift_of(stack: Stack, config: Json) -> Shift | None:
    """What the configuration that a deployment group names does; None if that is not to be found out."""
    if config is None:
        return AT_ONCE  # CodeDeploy's default for Lambda
    if isinstance(config, str):
        own = next((each for each in stack.all(OWN) if each.at("DeploymentConfigName") == config), None)
        return _custom(own.at("TrafficRoutingConfig")) if own else _predefined(config)
    target = stack.target(config)
    return _custom(target.at("TrafficRoutingConfig")) if target and target.type == OWN else None


def _predefined(name: str) -> Shift | None:
    if not name.startswith(PREFIX):
        return None
    try:
        steps = steps_of(name.removeprefix(PREFIX))
    except ValueError:
        return None
    return Shift(ALL * steps[0][1], steps[-1][0] / MINUTE)


def _custom(routing: Json) -> Shift | None:
    match at(routing, "Type"):
        case "AllAtOnce":
            return AT_ONCE
        case "TimeBasedCanary":
            first = number(at(routing, "TimeBasedCanary", "CanaryPercentage"))
            minutes = number(at(routing, "TimeBasedCanary", "CanaryInterval"))
            return None if first is None or minutes is None else Shift(first, minutes)
        case "TimeBasedLinear":
            step = number(at(routing, "TimeBasedLinear", "LinearPercentage"))
            minutes = number(at(routing, "TimeBasedLinear", "LinearInterval"))
            return None if not step or minutes is None else _linear(step, minutes)
    return None


def _linear(step: float, minutes: float) -> Shift:
    """Equal steps; the last of them is taken as soon as the one before it has stood for its time."""
    return Shift(step, minutes * (-(-ALL // step) - 1))

"""How traffic moves to the canary, as a weight over time: CodeDeploy's configurations, as the rehearsal has them."""

from dataclasses import dataclass
from itertools import pairwise

from pipeline.rehearsal.world.codedeploy.routing import STANDARD, shifts


@dataclass(frozen=True)
class Plan:
    """`steps` of (seconds since traffic began to shift, the canary's part 0 to 1 from then on); the last is 1."""

    name: str
    config: str
    steps: tuple[tuple[float, float], ...]

    @property
    def seconds(self) -> float:
        """How long both versions answer; 0 if all traffic moves at once."""
        return self.steps[-1][0]

    def weight(self, at: float) -> float:
        """The canary's part of the traffic at a moment, in seconds since traffic began to shift; 0 before that."""
        return max((weight for after, weight in self.steps if after <= at), default=0.0)

    @property
    def rises(self) -> tuple[tuple[float, float], ...]:
        """When the canary gets more traffic while both answer, in seconds, and how much more (0 to 1)."""
        began = ((0.0, 0.0), *self.steps)
        return tuple(
            (after, weight - before) for (_, before), (after, weight) in pairwise(began) if after < self.seconds
        )


def _of(name: str, config: str) -> Plan:
    return Plan(name, config, tuple((step.after_s, step.new_percent / 100.0) for step in shifts(STANDARD[config])))


CANARY = _of("canary", "LambdaCanary10Percent5Minutes")
LINEAR = _of("linear", "LambdaLinear10PercentEvery1Minute")
HOUR = Plan("hour", "", ((0.0, 0.0), (3_600.0, 1.0)))
"""Before anything shifts: an hour in which the stable version alone answers."""
AT_ONCE = _of("at-once", "LambdaAllAtOnce")

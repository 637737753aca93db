"""In which order the gates of Build are asked of a change, and what each must wait for."""

from dataclasses import dataclass

from pipeline.plan.cheapest import SYNTH, about_seconds
from pipeline.plan.model import Delivery, Gate

LONG_SECONDS = 30
"""What takes so long begins when all that is quicker has passed. Most bad changes are refused by that, and have then
cost no more than that: what was begun beside it, and ended, is time that another change could have had."""


@dataclass(frozen=True)
class Step:
    """A question: a gate, or the synthesis (`gate` None) that the gates of its output wait for."""

    name: str
    gate: Gate | None
    after: str | None = None

    @property
    def takes_long(self) -> bool:
        """Whether it waits for all that do not."""
        return about_seconds(self.name) >= LONG_SECONDS


def steps(delivery: Delivery) -> tuple[Step, ...]:
    """What Build asks, in the order in which each would have answered if it were asked at once: the soonest first."""
    source = [Step(gate.name, gate) for gate in delivery.source_gates]
    output = [Step(gate.name, gate, SYNTH) for gate in delivery.output_gates]
    return tuple(sorted([*source, Step(SYNTH, None), *output], key=_answers_after))


def _answers_after(step: Step) -> int:
    return sum(about_seconds(name) for name in (step.name, step.after) if name is not None)


def stage_gates(delivery: Delivery, stage: str | None) -> tuple[str, tuple[Gate, ...]]:
    """The stage that is put up (the first one for None) and its gates; KeyError if there is no such stage."""
    for each in delivery.stages:
        if stage in (None, each.name):
            return each.name, each.gates
    raise KeyError(f"no stage {stage!r}")

"""In which order the gates of Build are asked of a change, and what each must wait for."""

from dataclasses import dataclass

from pipeline.mutation.ask import SYNTH
from pipeline.plan.model import Delivery, Gate

SLOW = frozenset({"unit"})
"""Gates that take longer than all others together: the others are asked first, as far as they need not wait."""


@dataclass(frozen=True)
class Step:
    """A question: a gate, or the synthesis (`gate` None) that the gates of its output wait for."""

    name: str
    gate: Gate | None
    after: str | None = None


def steps(delivery: Delivery) -> tuple[Step, ...]:
    """What Build asks, the cheapest first."""
    source = [Step(gate.name, gate) for gate in delivery.source_gates]
    output = [Step(gate.name, gate, SYNTH) for gate in delivery.output_gates]
    quick = [step for step in source if step.name not in SLOW]
    slow = [step for step in source if step.name in SLOW]
    return (*quick, Step(SYNTH, None), *slow, *output)


def stage_gates(delivery: Delivery, stage: str | None) -> tuple[str, tuple[Gate, ...]]:
    """The stage that is put up (the first one for None) and its gates; KeyError if there is no such stage."""
    for each in delivery.stages:
        if stage in (None, each.name):
            return each.name, each.gates
    raise KeyError(f"no stage {stage!r}")

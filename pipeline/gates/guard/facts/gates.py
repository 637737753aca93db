"""Which of a pipeline's actions ask a gate, and how. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.gates.guard.facts.builds import Build, build_of
from pipeline.gates.guard.facts.journey import Action, Journey

ASKS = re.compile(r"scripts/slipway gate (?P<gate>[a-z][a-z_-]*)(?: --stage (?P<stage>[\w-]+))?(?: --fresh)?")
"""The one line that asks a gate, the same everywhere; anything more may make it ask less."""


@dataclass(frozen=True)
class Asked:
    """A gate that an action asks, of the stage that it says ("" for none)."""

    action: Action
    build: Build
    gate: str
    stage: str

    @property
    def key(self) -> tuple[str, str]:
        """The gate, and the stage of the pipeline that asks it."""
        return (self.gate, self.action.stage)


def gates_of(journey: Journey) -> Iterator[Asked]:
    """Every gate that the pipeline asks by a command of its own, in the order of the journey.

    Whether the rest of that line takes something back, is told by the rules about builds.
    """
    for action in journey.actions:
        project = journey.project(action)
        if project is None:
            continue
        build = build_of(project)
        for command in build.commands:
            if found := ASKS.match(command.text.strip()):
                yield Asked(action, build, found["gate"], found["stage"] or "")

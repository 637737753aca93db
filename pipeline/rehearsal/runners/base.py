"""What a runner is given and what it hands back: one runner per kind of action.

A runner turns an action of the synthesized pipeline into what AWS would have done. It returns an `ActionResult`, or
raises `Refused` (the change failed) or `Cancelled` (it was stopped). Anything else that it raises means that the
rehearsal broke, and is reported so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from pipeline.record.events import ActionProgress, Event
from pipeline.record.verdict import Outcome, Verdict
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.runners.error_line import in_short
from pipeline.rehearsal.spec import Action

type ActionKind = tuple[str, str, str]
type Emit = Callable[[Event], None]

_TAIL_BYTES = 65_536


@dataclass(frozen=True)
class ActionContext:
    """Where an action runs and with what.

    `inputs` maps every input artifact to a folder of this action's own that holds it: it may be changed. A folder is
    filled when it is first asked for, after the artifact's digest was checked.
    `outputs` maps every output artifact to an empty folder; filling it, or naming another, makes the artifact.
    `work` is an empty folder for anything else. `log` is a file that the runner appends to.
    `configuration` is the action's, with the variables of earlier actions put in; symbols may be left in it.
    `variables` are those of earlier actions, by namespace. `environment` is what child processes may see.
    `execution_id` is the pipeline execution's id. `promotes` maps the artifacts that deployments from this stage on
    take to their digests: what an approval here says yes to.
    """

    stage: str
    action: str
    inputs: Mapping[str, Path]
    outputs: Mapping[str, Path]
    work: Path
    log: Path
    configuration: Mapping[str, str]
    variables: Mapping[str, Mapping[str, str]]
    environment: Mapping[str, str]
    emit: Emit
    cancel: Cancel
    execution_id: str = ""
    promotes: Mapping[str, str] = field(default_factory=dict)

    @property
    def evidence(self) -> Path:
        """A folder beside the log, for what is worth keeping; whoever uses it makes it. `work` itself is not kept."""
        return self.log.with_suffix("")

    def progress(self, text: str) -> None:
        """Say a line about what is under way."""
        self.emit(ActionProgress(self.stage, self.action, text))

    def write_log(self, text: str) -> None:
        """Append a line to the action's log."""
        with self.log.open("a", encoding="utf-8", errors="replace") as log:
            log.write(text.rstrip("\n") + "\n")


@dataclass(frozen=True)
class ActionResult:
    """How an action ended.

    `summary` is one line; `reason` says why it was refused. `outputs` maps every declared output artifact to the folder
    that holds it (those left out are taken from the context's folder). `variables` are the action's output variables.
    `verdict` is the gate's, where the action promised one. `last_lines` are the end of the log, for failures.
    """

    outcome: Outcome = Outcome.PASSED
    summary: str = ""
    reason: str = ""
    outputs: Mapping[str, Path] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    verdict: Verdict | None = None
    last_lines: tuple[str, ...] = ()


class Runner(Protocol):
    """Runs the actions of one kind. One runner may be asked by several threads at once."""

    def run(self, action: Action, context: ActionContext) -> ActionResult:
        """Do what the action asks, and wait for its end or for `context.cancel`."""
        ...


class Registry:
    """The runners by kind of action: category, owner and provider, as in ("Build", "AWS", "CodeBuild")."""

    def __init__(self, runners: Mapping[ActionKind, Runner]) -> None:
        self._runners = dict(runners)

    def runner_for(self, action: Action) -> Runner:
        """The runner of the action's kind; KeyError if there is none."""
        return self._runners[action.category, action.owner, action.provider]

    def missing(self, action: Action) -> bool:
        """Whether nobody runs actions of this kind."""
        return (action.category, action.owner, action.provider) not in self._runners


def last_lines(log: Path, count: int = 20, width: int = 400) -> tuple[str, ...]:
    """The last lines of a log, each cut to `width` characters; reads at most its last 64 kB, whatever its size."""
    return tuple(line[:width].rstrip() for line in _tail(log)[-count:])


def telling_lines(log: Path, count: int = 20, width: int = 400) -> tuple[str, ...]:
    """As `last_lines`, where of all that functions logged as JSON one line stands, in short."""
    read = _tail(log)
    whole = read[1:] if read[1:] and log.stat().st_size > _TAIL_BYTES else read  # the first may lack its beginning
    lines = in_short(whole, f"{log.parent.name}/{log.name}")
    return tuple(line[:width].rstrip() for line in lines[-count:])


def _tail(log: Path) -> list[str]:
    if not log.exists():
        return []
    with log.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL_BYTES))
        text = file.read().decode("utf-8", errors="replace")
    return [line for line in text.splitlines() if line.strip()]

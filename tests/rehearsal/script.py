"""The two-word language of the scenarios: what each build does, and what the world and the people do."""

import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, with_config

from pipeline.record.events import ActionFinished, ActionStarted, Event
from pipeline.record.verdict import Outcome, Verdict
from pipeline.rehearsal.errors import Refused
from pipeline.rehearsal.runners.approval import Approver, FlagApprover, Nobody
from pipeline.rehearsal.runners.base import ActionContext, ActionResult
from pipeline.rehearsal.spec import Action
from tests.rehearsal.fake_world import Canary

# Long enough for a loaded machine: it is only ever waited for when something is wrong.
PATIENCE_SECONDS = 20.0

_STRICT = ConfigDict(extra="forbid")


@with_config(_STRICT)
@dataclass(frozen=True)
class Build:
    """What a build does: it passes and hands on the scenario's assembly, unless it is told otherwise here.

    `after` waits for the end of another action of the same run order, `beside` for its start, `until_stopped` for being
    stopped. `raises` is an exception that is nobody's verdict. `says` names the configuration that becomes the summary.
    """

    refused: str | None = None
    raises: str | None = None
    after: str | None = None
    beside: str | None = None
    until_stopped: bool = False
    verdict: bool = True
    variables: dict[str, str] = field(default_factory=dict)
    makes: str = "assembly"
    says: str | None = None


@with_config(_STRICT)
@dataclass(frozen=True)
class Script:
    """A scenario: builds by `Stage.Action`, stacks that are live before by name, how their canaries go.

    `approval` is yes, no or nobody; `interrupt_at` names the action whose start interrupts the run.
    """

    workers: int = 2
    stop_at_first_refusal: bool = False
    approval: str = "yes"
    interrupt_at: str | None = None
    builds: dict[str, Build] = field(default_factory=dict)
    live: dict[str, str] = field(default_factory=dict)
    canaries: dict[str, Canary] = field(default_factory=dict)
    fails: dict[str, str] = field(default_factory=dict)


_SCHEMA = TypeAdapter(Script)


def read_script(path: Path) -> Script:
    return _SCHEMA.validate_json(path.read_bytes())


def approver(script: Script) -> Approver:
    answers: Mapping[str, Approver] = {
        "yes": FlagApprover(True, "--approve"),
        "no": FlagApprover(False, "--reject"),
        "nobody": Nobody(),
    }
    return answers[script.approval]


class ScriptedBuilds:
    """Runs CodeBuild actions by the script."""

    def __init__(self, script: Script, folder: Path) -> None:
        self._script = script
        self._folder = folder
        self._seen: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def hear(self, event: Event) -> None:
        """Take note of an action's start or end, for those that wait for it."""
        if isinstance(event, ActionStarted | ActionFinished):
            self._mark(event.kind, event.action).set()

    def run(self, action: Action, context: ActionContext) -> ActionResult:
        build = self._script.builds.get(f"{context.stage}.{action.name}", Build())
        for name in action.inputs:
            assert context.inputs[name].is_dir()
        for kind, other in (("action-started", build.beside), ("action-finished", build.after)):
            if other is not None:
                assert self._mark(kind, other).wait(PATIENCE_SECONDS), f"{action.name} waited for {other} in vain"
        if build.until_stopped:
            assert context.cancel.wait(PATIENCE_SECONDS), f"nobody stopped {action.name}"
            context.cancel.check()
        if build.raises is not None:
            raise ConnectionError(build.raises)
        if build.refused is not None:
            raise Refused(build.refused)
        for name in action.outputs:
            shutil.copytree(self._folder / build.makes, context.outputs[name], dirs_exist_ok=True)
        verdict = _verdict(action) if build.verdict else None
        summary = context.configuration[build.says] if build.says else "done"
        return ActionResult(summary=summary, variables=build.variables, verdict=verdict)

    def _mark(self, kind: str, action: str) -> threading.Event:
        with self._lock:
            return self._seen.setdefault(f"{kind} {action}", threading.Event())


def _verdict(action: Action) -> Verdict | None:
    if action.gate is None:
        return None
    return Verdict(action.gate, Outcome.PASSED, "3 passed", 3, "tests", f"slipway gate {action.gate}")

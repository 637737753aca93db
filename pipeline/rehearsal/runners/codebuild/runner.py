"""Runs CodeBuild actions: from an action of the pipeline to what its build means.

Sources: "AWS CodeBuild build and test action reference" (CodePipeline), and the pages that the parts of this package
name.
"""

import dataclasses
import json
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.record.events import FidelityNoted
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.runners.base import ActionContext, ActionResult
from pipeline.rehearsal.runners.codebuild import build, evidence
from pipeline.rehearsal.runners.codebuild.judgement import Promise, judge
from pipeline.rehearsal.runners.codebuild.masking import Masker
from pipeline.rehearsal.runners.codebuild.output import BuildLog
from pipeline.rehearsal.runners.codebuild.prepare import Prepared, prepare
from pipeline.rehearsal.runners.codebuild.shell import Limits, State
from pipeline.rehearsal.runners.codebuild.surroundings import Surroundings
from pipeline.rehearsal.runners.codebuild.transitions import PhaseResult, succeeded
from pipeline.rehearsal.runners.codebuild.upload import upload
from pipeline.rehearsal.spec import Action, Unexercised


class CodeBuildRunner:
    """Runs each project's real buildspec. Safe for several threads: builds share only what is counted here."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._lock = threading.Lock()
        self._builds: Counter[str] = Counter()
        self._noted: set[str] = set()

    def run(self, action: Action, context: ActionContext) -> ActionResult:
        """Run the build that the action starts, in the folder of its primary input.

        Cancelled when the context is; Refused when a variable's parameter or secret is not there; Unreadable when the
        build asks for what the rehearsal can't do. Nothing of the build is left running in any case. What a gate left,
        and how the phases went (`phases.json`), is kept in a folder beside the log, with the log's name.
        """
        kept = context.log.with_suffix("")
        prepared = prepare(action, context, self._around, self._count(action))
        with BuildLog(context.log, prepared.masker, self._around.log_bytes) as log:
            self._remark(prepared, context, log)
            done = self._build(prepared, context, log)
            results = (*done.results, *self._upload(prepared, action, context, done, log))
            promise = _promise(prepared, action, kept, log)
            exported, lacking = _export(prepared, done.left.environment)
            _say_all(log, (*lacking, *_report(results)))
        _write_phases(kept / "phases.json", results, prepared.masker)
        judgement = judge(results, done.commands, promise, prepared.timeout)
        passed = judgement.outcome is Outcome.PASSED
        return ActionResult(
            outcome=judgement.outcome,
            summary=prepared.masker.mask(judgement.summary),
            reason=prepared.masker.mask(judgement.reason),
            variables=exported if passed else {},
            verdict=promise.verdict if promise else None,
            last_lines=log.last_lines,
        )

    def _count(self, action: Action) -> int:
        """The number of this build among those of its project."""
        with self._lock:
            name = action.project.name if action.project else ""
            self._builds[name] += 1
            return self._builds[name]

    def _remark(self, prepared: Prepared, context: ActionContext, log: BuildLog) -> None:
        """Say what of this build is not exercised: in its log, and once in a run as an event."""
        for item in prepared.unexercised:
            log.say(f"not exercised: {item.subject}: {item.why}")
            if self._first_time(item):
                context.emit(FidelityNoted(f"CodeBuild: {item.subject}", "not exercised", item.why))
        _say_all(log, prepared.remarks)
        if prepared.out and evidence.forget(prepared.out):
            log.say(f"a {evidence.VERDICT} came with the input: removed, only this build's own counts")

    def _first_time(self, item: Unexercised) -> bool:
        with self._lock:
            new = item.subject not in self._noted
            self._noted.add(item.subject)
            return new

    def _build(self, prepared: Prepared, context: ActionContext, log: BuildLog) -> build.Build:
        control = context.work / "control"
        control.mkdir(exist_ok=True)
        now = self._around.now
        start = State(prepared.environment, prepared.source)
        limits = Limits(now() + prepared.timeout, context.cancel, now)
        return build.run(prepared.spec, build.Workshop(prepared.shell, control, start, log, limits))

    def _upload(
        self, prepared: Prepared, action: Action, context: ActionContext, done: build.Build, log: BuildLog
    ) -> Iterator[PhaseResult]:
        """The UPLOAD_ARTIFACTS phase, where there is one. What a failed build made is looked for, but not handed on."""
        if not done.wants_upload:
            return
        outputs = {name: context.outputs[name] for name in action.outputs}
        handed = upload(prepared.spec, prepared.source, outputs, succeeded(done.results), self._around.now)
        _say_all(log, handed.lines)
        if handed.result:
            yield handed.result


def _export(prepared: Prepared, left: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The variables that later actions may use, and why others are not handed on (env/exported-variables)."""
    found: dict[str, str] = {}
    lacking: list[str] = []
    for name in prepared.exported:
        if name in prepared.secret_names or name.startswith("AWS_"):
            lacking.append(f"{name} is not exported: secrets and names beginning with AWS_ can't be")
        elif name not in left:
            lacking.append(f"{name} is not exported: it was not set, or only in the shell (export it)")
        else:
            found[name] = left[name]
    return found, lacking


def _promise(prepared: Prepared, action: Action, kept: Path, log: BuildLog) -> Promise | None:
    """What the gate left, if the build promised a verdict; a masked copy of all of it is kept."""
    if prepared.out is None:
        if action.gate:
            what = f"the gate {action.gate} is promised, but its build has no {evidence.VARIABLE}"
            raise Unreadable(what, f"give its environment {evidence.VARIABLE}")
        return None
    promise = evidence.read(prepared.out, action.gate, prepared.masker)
    _say_all(log, (f"not kept: {line}" for line in evidence.keep(prepared.out, kept, prepared.masker)))
    return promise


def _say_all(log: BuildLog, lines: Sequence[str] | Iterator[str]) -> None:
    for line in lines:
        log.say(line)


def _report(results: Sequence[PhaseResult]) -> Iterator[str]:
    """The end of the log: one line for each phase."""
    for result in results:
        status = "" if result.exit_status is None else f", exit status {result.exit_status}"
        why = f": {result.command or result.message}" if result.status != "SUCCEEDED" else ""
        yield f"{result.type} {result.status} in {result.seconds:.1f} s{status}{why}"


def _write_phases(path: Path, results: Sequence[PhaseResult], masker: Masker) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    phases = masker.mask_json([dataclasses.asdict(result) for result in results])
    path.write_text(json.dumps(phases, indent=1) + "\n")

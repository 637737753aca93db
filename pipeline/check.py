"""The test suite: every gate of Build, as the pipeline asks them, and then the tests of the tools themselves."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.gates.context import GateBroke, GateUsage
from pipeline.gates.run import exit_code, run_gate
from pipeline.plan.delivery import DELIVERY
from pipeline.record.verdict import Outcome, Verdict
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.children import run_child
from pipeline.rehearsal.commits import Repository
from pipeline.rehearsal.errors import Unreadable
from pipeline.release_record import lay_out, pipeline_of
from pipeline.report import words

USAGE, BROKE = 2, 3
SYNTH_SECONDS = 300.0


def check(names: Sequence[str], root: Path, environ: Mapping[str, str]) -> int:
    """Ask the gates called `names` (if empty: all that need no deployed stage) of `root`; the worst exit code."""
    asked = names or [gate.name for gate in (*DELIVERY.source_gates, *DELIVERY.output_gates, *DELIVERY.own_gates)]
    unknown = [name for name in asked if name not in _known()]
    if unknown:
        return _usage(f"no gate {', '.join(unknown)}: there are {', '.join(_known())}")
    wants_assembly = any(gate.name in asked for gate in DELIVERY.output_gates)
    with tempfile.TemporaryDirectory(prefix="slipway-check-") as scratch:
        try:
            child = {**_base(root, Path(scratch)), **environ}
        except Unreadable as problem:
            return _usage(problem)
        if wants_assembly:
            child["SLIPWAY_ASSEMBLY"] = str(Path(scratch, "cdk.out"))
            if code := _assemble(root, child, Path(scratch)):
                return code
        try:
            verdicts = [run_gate(name, None, root, child) for name in asked]
        except GateUsage as problem:
            return _usage(problem)
    return _summary(verdicts)


def _base(root: Path, scratch: Path) -> dict[str, str]:
    """SLIPWAY_BASE: the release that a rehearsal would put up first, for the gates that compare; says why if none.

    Unreadable in a repository that does not tell which one that is, as a shallow one does not.
    """
    try:
        repository = Repository(root)
    except Unreadable as problem:
        print(f"no base to compare with: {problem}")
        return {}
    candidate = repository.worktree() if repository.uncommitted() else repository.commit("HEAD")
    base = repository.base(candidate, None)
    if base.commit is None:
        print(base.reason)
        return {"SLIPWAY_FIRST_RELEASE": "1"}
    repository.copy(base.commit, scratch / "base")
    print(f"compared with {words.short(base.commit.sha)}, {base.reason}")
    return {"SLIPWAY_BASE": str(scratch / "base")}


@contextmanager
def beside_base(root: Path, environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """`environ` with what is deployed laid out while this lasts; as it is where it says that itself.

    A build has no git history: there the pipeline's own history knows. Unreadable as `_base`.
    """
    if environ.keys() & {"SLIPWAY_BASE", "SLIPWAY_FIRST_RELEASE"}:
        yield {**environ}
        return
    with tempfile.TemporaryDirectory(prefix="slipway-base-") as scratch:
        in_build = "CODEBUILD_BUILD_ID" in environ
        told = _of_history(environ, Path(scratch)) if in_build else _base(root, Path(scratch))
        yield {**environ, **told}


def _of_history(environ: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """What last reached the last stage; nothing where that can't be found out, and then no gate compares: it breaks."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    pipeline, stage = pipeline_of(environ), DELIVERY.stages[-1].name
    if pipeline is None:
        return {}
    try:
        clients = {name: boto3.client(name) for name in ("codepipeline", "s3")}
        if not lay_out(clients, pipeline, stage, scratch):
            print(f"first release: nothing has reached {stage} by the pipeline {pipeline}")
            return {"SLIPWAY_FIRST_RELEASE": "1"}
    except (BotoCoreError, ClientError, GateBroke) as problem:
        print(f"what is live in {stage} can't be found out: {problem}")
        return {}
    print(f"compared with what is live in {stage}")
    return {"SLIPWAY_BASE": str(scratch)}


def compares(name: str) -> bool:
    """Whether the gate `name` looks at what is deployed, too."""
    return any(gate.compares and gate.name == name for _, gate in DELIVERY.gates())


def _known() -> tuple[str, ...]:
    gates = (*(gate for _, gate in DELIVERY.gates()), *DELIVERY.own_gates)
    return tuple(dict.fromkeys(gate.name for gate in gates))


def _usage(problem: object) -> int:
    print(f"slipway: {problem}", file=sys.stderr)
    return USAGE


def _assemble(root: Path, child: dict[str, str], scratch: Path) -> int:
    """Synthesize the source; 0, 2 if there is something in it that can't be read, or 3."""
    log = scratch / "synth.log"
    command = [sys.executable, "-P", "-m", "pipeline.cli", "synth", "--output", child["SLIPWAY_ASSEMBLY"]]
    try:
        code = run_child(command, root, {**child, "PYTHONPATH": str(root)}, log, Cancel(), SYNTH_SECONDS)
    except subprocess.TimeoutExpired:
        code, why = BROKE, f"took over {SYNTH_SECONDS:.0f} s"
    else:
        why = f"ended with {code}"
    if code:
        print(log.read_text(errors="replace"))
        print(f"slipway: the source does not synthesize: `slipway synth` {why}; see above", file=sys.stderr)
    return code if code in (0, USAGE) else BROKE


def _summary(verdicts: Sequence[Verdict]) -> int:
    print()
    for verdict in verdicts:
        took = words.seconds(verdict.seconds)
        print(f"{words.glyph(verdict.outcome)} {verdict.gate:<12} {took:>9}   {verdict.summary}")
    for verdict in verdicts:
        if verdict.outcome is not Outcome.PASSED:
            print(f"  see again  {verdict.see_again}")
    passed = sum(1 for verdict in verdicts if verdict.outcome is Outcome.PASSED)
    print(f"gates: {passed} passed, {len(verdicts) - passed} failed")
    return max((exit_code(verdict) for verdict in verdicts), default=BROKE)

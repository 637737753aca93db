"""The test suite: every gate of Build, as the pipeline asks them, and then the tests of the tools themselves."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.compared import lay_out_base
from pipeline.gates.context import FRESH, GateUsage
from pipeline.gates.run import exit_code, run_gate
from pipeline.plan.cheapest import about_seconds
from pipeline.plan.delivery import DELIVERY
from pipeline.record.verdict import Outcome, Verdict
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.children import run_child
from pipeline.rehearsal.errors import Unreadable
from pipeline.report import words

USAGE, BROKE = 2, 3
SYNTH_SECONDS = 300.0


def check(names: Sequence[str], root: Path, environ: Mapping[str, str]) -> int:
    """Ask the gates called `names` (if empty: all that need no deployed stage) of `root`; the worst exit code."""
    asked = names or every_gate()
    unknown = [name for name in asked if name not in _known()]
    if unknown:
        return _usage(f"no gate {', '.join(unknown)}: there are {', '.join(_known())}")
    wants_assembly = any(gate.name in asked for gate in DELIVERY.output_gates)
    with tempfile.TemporaryDirectory(prefix="slipway-check-") as scratch:
        base = _base(root, Path(scratch), environ, asked)
        child = {**base, **environ, FRESH: "1"}  # who asks for the tests wants them run
        if wants_assembly:
            child["SLIPWAY_ASSEMBLY"] = str(Path(scratch, "cdk.out"))
            if code := _assemble(root, child, Path(scratch)):
                return code
        try:
            verdicts = [run_gate(name, None, root, child) for name in asked]
        except GateUsage as problem:
            return _usage(problem)
    return _summary(verdicts)


def every_gate() -> tuple[str, ...]:
    """All that are asked where none is named: those that need no deployed stage, from the cheapest on."""
    return tuple(sorted((gate.name for gate in (*DELIVERY.build_gates, *DELIVERY.own_gates)), key=about_seconds))


def _base(root: Path, scratch: Path, environ: Mapping[str, str], names: Sequence[str]) -> dict[str, str]:
    """What gates compare with. Where nobody can tell, as in a shallow clone, they say that they compared nothing."""
    try:
        return lay_out_base(root, scratch, environ, names)
    except Unreadable as problem:
        print(f"no base to compare with: {problem}")
        return {}


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

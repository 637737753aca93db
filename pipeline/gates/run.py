"""`slipway gate NAME`: the same line on a laptop, on GitHub and in CodeBuild.

verdict = run_gate("lint", None, Path.cwd(), os.environ)
sys.exit(exit_code(verdict))
"""

import time
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path

from pipeline.gates.context import Clock, Context, GateBroke, GateUsage, Say
from pipeline.gates.evidence import Evidence
from pipeline.gates.judge import Asked, broke, judge
from pipeline.gates.output import cleaned, say_verdict, write
from pipeline.gates.passes import Passes
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import OWN, Delivery, Gate
from pipeline.record.verdict import Outcome, Verdict

type Gather = Callable[[Context], Evidence]

GATES: Mapping[str, str] = {
    "workflow": "pipeline.gates.workflow.gate",
    "guard": "pipeline.gates.guard.gate",
    **{
        name: f"pipeline.gates.{name}"
        for name in (
            "lint",
            "unit",
            "selftest",
            "mutation",
            "contract",
            "scan",
            "integration",
            "fuzz",
            "load",
            "smoke",
        )
    },
}
"""The module of each gate, whose `gather` brings its evidence. Only that of the gate that is asked is loaded."""
LIVE = frozenset({"integration", "fuzz", "load", "smoke"})
"""What is asked of a stage that stands; the others look at the source."""
SEEDED = frozenset({"unit", "selftest", "fuzz", "load"})
EXIT_CODES = {Outcome.PASSED: 0, Outcome.REFUSED: 1, Outcome.BROKE: 3, Outcome.INTERRUPTED: 130}


def run_gate(
    name: str,
    stage: str | None,
    root: Path,
    environ: Mapping[str, str],
    *,
    delivery: Delivery = DELIVERY,
    now: Clock = time.monotonic,
    today: date | None = None,
    say: Say = print,
    gatherers: Mapping[str, Gather] | None = None,
) -> Verdict:
    """Ask the gate `name` (as `stage` asks it) of the source in `root`, and write and say what it decided.

    A gate that asks no stage and has passed what it would look at now is not asked again, unless SLIPWAY_FRESH is 1.
    Writes `verdict.json`, `junit.xml` and the tools' output into `SLIPWAY_OUT` (default `.slipway/gates/<name>`).
    Raises GateUsage for a gate, stage or setting that makes no sense; everything else ends in a verdict.
    """
    context = _context(name, stage, root.resolve(), environ, delivery, now, today or datetime.now(UTC).date(), say)
    passes = Passes.of(context) if _may_keep(context) else None
    verdict = passes.recall() if passes and not context.fresh else None
    if verdict is None:
        verdict = cleaned(_decide(context, gatherers[name] if gatherers else gatherer(name)))
        if passes:
            passes.keep(verdict)
    write(verdict, context.out)
    say_verdict(verdict, say, environ)
    return verdict


def gatherer(name: str) -> Gather:
    """What brings the evidence of the gate `name`. Raises what Python does if its module can't be loaded."""
    gather: Gather = import_module(GATES[name]).gather
    return gather


def _may_keep(context: Context) -> bool:
    """Whether all that the gate looks at is here: no stage, and no broker, which others write to."""
    here = context.gate.name not in LIVE and not context.environ.get("PACT_BROKER_BASE_URL")
    return here and bool(context.environ.get("SLIPWAY_HOME"))


def exit_code(verdict: Verdict) -> int:
    """0 passed, 1 refused, 3 broke, 130 interrupted."""
    return EXIT_CODES.get(verdict.outcome, EXIT_CODES[Outcome.BROKE])


def _context(
    name: str,
    stage: str | None,
    root: Path,
    environ: Mapping[str, str],
    delivery: Delivery,
    now: Clock,
    today: date,
    say: Say,
) -> Context:
    gate = _planned(name, stage, delivery)
    out = root / (environ.get("SLIPWAY_OUT") or f".slipway/gates/{name}")
    context = Context(gate, stage, root, out, environ, today, now, say)
    context.seed  # noqa: B018 - a seed that is no number is refused before anything runs
    _emptied(out)
    return context


def _planned(name: str, stage: str | None, delivery: Delivery) -> Gate:
    try:
        return delivery.gate(name, stage)
    except KeyError as problem:
        own = ((OWN, gate) for gate in delivery.own_gates)
        known = ", ".join(f"{gate.name} ({asked_in})" for asked_in, gate in (*delivery.gates(), *own))
        raise GateUsage(f"{problem.args[0]}: the plan asks {known}") from problem


def _emptied(out: Path) -> None:
    """An earlier run's results must never pass for this one's (logs are written anew by name, and left alone here)."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for pattern in ("verdict.json", "junit.xml", "*.junit.xml"):
            for old in out.glob(pattern):
                old.unlink()
    except OSError as problem:
        why = f"{problem.filename or out} can't be written: {problem.strerror}"
        raise GateUsage(f"{why}; run where you may write, or name a folder in SLIPWAY_OUT") from problem


def _decide(context: Context, gather: Gather) -> Verdict:
    began = context.now()

    def asked() -> Asked:
        seed = context.seed if context.gate.name in SEEDED else None
        return Asked(_see_again(context, seed), stage, seed, context.now() - began)

    stage = _stage(context)
    context.say(f"{context.gate.name}{f' in {stage}' if stage else ''}")
    try:
        return judge(context.gate, gather(context), asked())
    except GateUsage:
        raise
    except GateBroke as problem:
        return broke(context.gate, str(problem), asked())
    except KeyboardInterrupt:
        return Verdict(context.gate.name, Outcome.INTERRUPTED, "interrupted", 0, "", asked().see_again, stage)
    except Exception as problem:
        return broke(context.gate, f"{type(problem).__name__}: {problem}\n{traceback.format_exc()}", asked())


def _stage(context: Context) -> str | None:
    """Which stage the verdict speaks of: the one asked for, or else the one whose outputs the environment has."""
    there = context.environ.get("SLIPWAY_STAGE") if context.gate.name in LIVE else None
    return context.stage or there or None


def _see_again(context: Context, seed: int | None) -> str:
    stage = f" --stage {context.stage}" if context.stage else ""
    return f"{f'SLIPWAY_SEED={seed} ' if seed is not None else ''}scripts/slipway gate {context.gate.name}{stage}"

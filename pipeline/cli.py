"""The slipway command: one verb per thing that people do.

Exit codes: 0 delivered (or all well); 1 a gate, an approver or the canary refused; 2 usage, or a document that can't be
read; 3 the rehearsal itself broke; 130 interrupted (143 by SIGTERM). Each verb imports what it needs when it is called,
since loading the CDK takes longer than most of them run.
"""

import argparse
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

DELIVERED, REFUSED, USAGE, BROKE, INTERRUPTED = 0, 1, 2, 3, 130
RUNS = Path(".slipway/runs")
MOST_REQUESTS = 10_000
"""A second; far more than one machine makes."""

BASE = "where the commit left main, or the commit before it"
SUITE = "ask every gate that needs no deployed stage: the test suite"
COMPARED = f"Contracts are compared with those of the base: {BASE}. Templates are synthesized anew."
FRESH = "ask what passed before, though nothing that it looks at has changed"
DEPLOYABLE = "would every version that is live get what it relies on"
MATRIX = (
    "Verifies the pacts of contracts/consumers.toml and of the base release now, or asks the broker that "
    "PACT_BROKER_BASE_URL names; prints the matrix. Ends with 0 for yes and 1 for no."
)
SIGHT = "how bad a version must be for the judge to see it, how soon it does, and what that costs"
REPLAY = "is the verdict the same, bit for bit, and what would other judges have said"
STRICT = "functions act as their own roles, and IAM is enforced: a missing grant shows"

type Verb = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what `arguments` (or the command line) say; the exit code."""
    options = _parser().parse_args(arguments)
    verb: Verb = options.verb
    try:
        code = verb(options)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (`slipway plan | head`), and nobody hears more. What only prints has done
        # its work; what judges has not, and must not end as if all were well.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DELIVERED if verb in (_plan, _show, _report, _explain) else BROKE
    except Exception as problem:
        # Python itself would end with 1, which says that the change was refused.
        traceback.print_exc()
        return _broke(f"{type(problem).__name__}: {problem}; this is a fault of slipway, not of the change")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="slipway", description="A delivery pipeline that every change rehearses to the end, on one machine."
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _add_rehearse(verbs)
    _add_gate(verbs)
    _add_can_i_deploy(verbs)
    check = verbs.add_parser("check", help=SUITE, description=f"{SUITE}. {COMPARED} Ends with the worst exit code.")
    check.add_argument("gates", nargs="*", metavar="GATE", help="only these: workflow lint unit contract scan …")
    check.set_defaults(verb=_check)
    verbs.add_parser("plan", help="print the delivery as it is intended").set_defaults(verb=_plan)
    synth = verbs.add_parser("synth", help="synthesize the pipeline and the stages into cdk.out")
    synth.add_argument("--output", type=Path, default=None, metavar="DIR", help="default: $CDK_OUTDIR, or cdk.out")
    synth.set_defaults(verb=_synth)
    show = verbs.add_parser("show", help="print the delivery as it was synthesized")
    show.add_argument("--assembly", type=Path, default=Path("cdk.out"), metavar="DIR", help="default: cdk.out")
    show.set_defaults(verb=_show)
    _add_up(verbs)
    report = verbs.add_parser("report", help="draw a run's pages again, from its tape alone")
    report.add_argument("run", nargs="?", default="latest", metavar="RUN", help="its id or folder; default: latest")
    report.add_argument("--markdown", action="store_true", help="print the report as markdown")
    report.set_defaults(verb=_report)
    usage = verbs.add_parser("usage", help="print what a stage's functions were used for, and what they cost")
    usage.add_argument("stage", metavar="STAGE", help="the credentials of the shell must be for its account")
    usage.add_argument("--days", type=int, default=30, metavar="N", help="how far back; default: 30")
    usage.set_defaults(verb=_usage_of)
    _add_judge(verbs)
    _add_rollout(verbs)
    verbs.add_parser("doctor", help="check whether this machine can rehearse").set_defaults(verb=_doctor)
    return parser


def _add_rehearse(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = verbs.add_parser("rehearse", help="take a commit from source to prod, on this machine")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--ref", default="HEAD", metavar="COMMIT", help="what is rehearsed; default: HEAD")
    what.add_argument("--worktree", action="store_true", help="rehearse HEAD with the uncommitted work on it")
    parser.add_argument("--base", metavar="COMMIT", help=f"what is deployed first; default: {BASE}")
    parser.add_argument("--approve", action="store_true", help="answer yes to every approval")
    shorter = "waits are N times shorter (down to a quarter where a canary gets few requests); default: 30"
    parser.add_argument("--speed", type=_speed, default=30.0, metavar="N", help=shorter)
    often = "requests a second while a version shifts; 0: nobody asks; default: requests_per_second of pyproject.toml"
    parser.add_argument("--traffic", type=_traffic, metavar="N", help=often)
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="what random choices start from; default: 7")
    parser.add_argument(
        "--keep-going", action="store_true", help="let the other actions of a wave end when one refuses"
    )
    parser.add_argument("--strict", action="store_true", help=STRICT)
    parser.add_argument("--fresh", action="store_true", help=f"{FRESH}, and synthesize anew")
    parser.add_argument("--keep-work", action="store_true", help="keep the run's work folder (sources, artifacts)")
    parser.set_defaults(verb=_rehearse)


def _add_gate(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = verbs.add_parser("gate", help="ask one gate, the same way everywhere")
    every = "workflow lint unit contract guard scan integration fuzz load smoke selftest mutation"
    parser.add_argument("name", metavar="NAME", help=every)
    parser.add_argument("--stage", metavar="STAGE", help="as this stage asks it; default: the first that does")
    parser.add_argument("--fresh", action="store_true", help=FRESH)
    parser.set_defaults(verb=_gate)


def _add_can_i_deploy(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = verbs.add_parser("can-i-deploy", help=DEPLOYABLE, description=f"{DEPLOYABLE}? {MATRIX}")
    parser.add_argument("--stage", metavar="STAGE", help="where; default: in every stage")
    parser.set_defaults(verb=_can_i_deploy)


def _add_up(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = verbs.add_parser("up", help="put a stage up on this machine, with data and users, until `down`")
    parser.add_argument("--stage", metavar="STAGE", help="which; default: the first that is deployed")
    parser.add_argument("--ref", metavar="COMMIT", help="of this commit; default: the work tree as it is")
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="what random choices start from; default: 7")
    parser.add_argument("--strict", action="store_true", help=STRICT)
    parser.add_argument("--foreground", action="store_true", help="stay in this terminal; Ctrl-C ends it")
    parser.set_defaults(verb=_up)
    verbs.add_parser("down", help="end the stage that is up").set_defaults(verb=_down)


def _add_judge(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = verbs.add_parser("judge", help="judge a rollout again from the evidence that was kept of it")
    what = parser.add_subparsers(required=True, metavar="WHAT")
    replay = what.add_parser("replay", help=REPLAY, description=f"{REPLAY}. Ends with 0 for yes and 1 for no.")
    replay.add_argument("file", type=Path, metavar="FILE", help="the evidence, as the judge wrote it")
    replay.set_defaults(verb=_replay)


def _add_rollout(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = verbs.add_parser("rollout", help="what a rollout can show, before there is one")
    what = parser.add_subparsers(required=True, metavar="WHAT")
    explain = what.add_parser("explain", help=SIGHT, description=f"{SIGHT}?")
    explain.add_argument("--stage", metavar="STAGE", help="of this one; default: of every stage")
    explain.add_argument("--rps", type=_rps, metavar="N", help="requests a second to a function; default: as planned")
    bad = "%% of the stable version's requests that are bad in any case; default: 0.5"
    explain.add_argument("--baseline", type=_baseline, default=0.005, metavar="PERCENT", help=bad)
    explain.set_defaults(verb=_explain)


def _rps(text: str) -> float:
    # No function answers more: the thousand that an account may run at once would have 0.1 s for each.
    return _number(text, 10_000, "requests a second")


def _baseline(text: str) -> float:
    return _number(text, 50, "percent") / 100


def _number(text: str, most: float, unit: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= most:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number of {unit} from 0 to {most:,}")
    return value


def _speed(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 1 <= value <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number from 1 (real time) to 1000")
    return value


def _traffic(text: str) -> float:
    value = float(text)
    if not 0 <= value <= MOST_REQUESTS:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number from 0 (nobody asks) to {MOST_REQUESTS:,}")
    return value


def _rehearse(options: argparse.Namespace) -> int:
    from pipeline.rehearse import Request, run

    request = Request(
        repository=Path.cwd(),
        ref=None if options.worktree else options.ref,
        base=options.base,
        approve=options.approve,
        speed=options.speed,
        seed=options.seed,
        stop_at_first_refusal=not options.keep_going,
        keep_work=options.keep_work,
        strict=options.strict,
        fresh=options.fresh,
        traffic=options.traffic,
    )
    return run(request, os.environ)


def _up(options: argparse.Namespace) -> int:
    from pipeline.up import Request, stand, up

    request = Request(Path.cwd(), options.ref, options.stage, options.seed, options.strict)
    return (stand if options.foreground else up)(request, os.environ)


def _down(_: argparse.Namespace) -> int:
    from pipeline.up import down

    return down(Path.cwd(), os.environ)


def _gate(options: argparse.Namespace) -> int:
    try:
        from pipeline.compared import beside_base, compares
        from pipeline.gates.context import GateUsage
        from pipeline.gates.run import GATES, exit_code, gatherer, run_gate
        from pipeline.rehearsal.errors import Unreadable

        if options.name in GATES:
            gatherer(options.name)  # the tree's own code, which may not even compile
    except (SyntaxError, ImportError) as problem:
        from pipeline.synthesis import blame

        return _usage(blame(problem))
    root = _root(Path.cwd())
    compared = beside_base(root, os.environ, (options.name,)) if compares(options.name) else nullcontext(os.environ)
    try:
        with compared as environ:
            fresh = {"SLIPWAY_FRESH": "1"} if options.fresh else {}
            return exit_code(run_gate(options.name, options.stage, root, {**environ, **fresh}))
    except (GateUsage, Unreadable) as problem:
        return _usage(problem)


def _can_i_deploy(options: argparse.Namespace) -> int:
    from pipeline.can_i_deploy import can_i_deploy

    return can_i_deploy(options.stage, _root(Path.cwd()), os.environ)


def _check(options: argparse.Namespace) -> int:
    from pipeline.check import check

    return check(options.gates, _root(Path.cwd()), os.environ)


def _plan(_: argparse.Namespace) -> int:
    from pipeline.plan.delivery import DELIVERY
    from pipeline.plan.render import render

    print(render(DELIVERY), end="")
    return DELIVERED


def _synth(options: argparse.Namespace) -> int:
    try:
        from pipeline.app import default_outdir, synth  # the tree's own code, which may not even compile

        outdir = options.output or default_outdir(os.environ)
        if reason := _unusable(outdir):
            return _usage(f"{outdir} can't be written: {reason}; name another folder with --output")
        began = time.monotonic()
        synth(outdir)
    except Exception as problem:
        return _not_synthesized(problem)
    templates, seconds = len(list(outdir.rglob("*.template.json"))), time.monotonic() - began
    # Not to standard output: the cdk command line, which calls this as its app, passes that on as its own.
    print(
        f"slipway: wrote the pipeline and its stages, {templates} templates, into {outdir} in {seconds:.1f} s; "
        f"`scripts/slipway show --assembly {outdir}` prints what that is",
        file=sys.stderr,
    )
    return DELIVERED


def _unusable(outdir: Path) -> str:
    """Why nothing can be written to this folder, made if it is not there; empty if it can be."""
    try:
        outdir.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        return problem.strerror or str(problem)
    return "" if os.access(outdir, os.W_OK) else "permission denied"


def _not_synthesized(problem: Exception) -> int:
    """The exit code of a synthesis that failed, and why; where the machine failed, it is raised again."""
    from pipeline.synthesis import blame, machine_failed

    code = _foreseen(problem)
    if code is not None:
        return _say(problem, code)
    if machine_failed(problem):
        raise problem
    traceback.print_exception(problem)
    return _usage(blame(problem))


def _foreseen(problem: Exception) -> int | None:
    """The exit code of a failure that synthesis names itself, None for any other."""
    try:
        # Not before synthesis: the CDK reads its settings from the environment when it is first imported.
        from pipeline.cloud.assembly import InvalidAssembly, NotAnAssembly
        from pipeline.cloud.bundle import BundleFailed, NotLocked, NotPython
        from pipeline.cloud.openapi import UnreadableContract
    except Exception:
        return None  # what can't be imported has named nothing
    match problem:
        case NotAnAssembly() | InvalidAssembly() | UnreadableContract() | NotLocked() | NotPython():
            return USAGE
        case BundleFailed():
            return BROKE
    return None


def _show(options: argparse.Namespace) -> int:
    from pipeline.rehearsal.errors import Unreadable
    from pipeline.rehearsal.read.assembly import read_assembly
    from pipeline.rehearsal.read.codepipeline import read_pipeline
    from pipeline.rehearsal.show import render_show

    try:
        print(render_show(read_pipeline(read_assembly(options.assembly))), end="")
    except Unreadable as problem:
        return _usage(problem)
    return DELIVERED


def _report(options: argparse.Namespace) -> int:
    from pipeline.record.run import NotARun
    from pipeline.record.tape import UnreadableTape
    from pipeline.report import markdown, write

    runs = _runs(Path.cwd())
    folder = Path(options.run) if Path(options.run).is_dir() else runs / options.run
    try:
        _, view = write.write(folder.resolve())
    except FileNotFoundError:
        return _usage(f"{folder}: there is no run; `ls {runs}` shows those there are")
    except (UnreadableTape, NotARun) as problem:
        return _usage(problem)
    except OSError as problem:
        return _broke(f"the report can't be written: {problem}; free some space, or run this where you may write")
    if options.markdown:
        print(markdown.render(view, markdown.SUMMARY_BYTES), end="")
    else:
        print(*(folder / page for page in write.PAGES), sep="\n")
    return DELIVERED


def _root(here: Path) -> Path:
    """The source tree that `here` is in: what holds its pyproject.toml (CodeBuild's folder has no .git)."""
    return next((folder for folder in (here, *here.parents) if (folder / "pyproject.toml").is_file()), here)


def _runs(here: Path) -> Path:
    """Where the runs are of the checkout that `here` is in, as one would type it: as git, from any folder of it."""
    root = next((folder for folder in (here, *here.parents) if (folder / RUNS).is_dir()), here)
    return Path(os.path.relpath(root / RUNS, here))


def _usage_of(options: argparse.Namespace) -> int:
    from datetime import UTC, datetime

    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    from pipeline import usage
    from pipeline.plan.delivery import DELIVERY

    if options.stage not in (names := [stage.name for stage in DELIVERY.stages]):
        return _usage(f"there is no stage {options.stage}; there are {', '.join(names)}")
    try:
        clients = {name: boto3.client(name) for name in ("lambda", "cloudwatch", "ce")}
        used = usage.read(clients, options.stage, options.days, datetime.now(UTC))
    except (BotoCoreError, ClientError) as problem:
        return _usage(f"{problem} Set the credentials and the region of the account of {options.stage}.")
    print(usage.render(used, options.days), end="")
    return DELIVERED


def _explain(options: argparse.Namespace) -> int:
    from pipeline.explain import explain
    from pipeline.plan.delivery import DELIVERY
    from pipeline.rehearsal.world.codedeploy.problem import CodeDeployProblem

    if options.stage not in (None, *(names := [stage.name for stage in DELIVERY.stages])):
        return _usage(f"there is no stage {options.stage}; there are {', '.join(names)}")
    try:
        print(explain(DELIVERY, options.stage, options.rps, options.baseline), end="")
    except CodeDeployProblem as problem:
        return _usage(f"pipeline/plan/delivery.py: {problem}")
    return DELIVERED


def _replay(options: argparse.Namespace) -> int:
    from pipeline import replay
    from pipeline.judge.evidence import UnreadableEvidence
    from pipeline.report import judgement

    try:
        found = judgement.replayed(replay.load(options.file))
    except UnreadableEvidence as problem:
        return _usage(problem)
    print(judgement.render(found), end="")
    return DELIVERED if found.same else REFUSED


def _doctor(_: argparse.Namespace) -> int:
    from pipeline import doctor

    return DELIVERED if doctor.report(doctor.checks(os.environ, Path.cwd()), print) else REFUSED


def _usage(problem: object) -> int:
    return _say(problem, USAGE)


def _broke(problem: object) -> int:
    return _say(problem, BROKE)


def _say(problem: object, code: int) -> int:
    print(f"slipway: {problem}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())

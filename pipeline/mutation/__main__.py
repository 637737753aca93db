"""`scripts/mutation`: how many of the bad changes does the pipeline stop, and does it let every good one through?

Exit codes: 0 all limits hold; 1 one does not; 2 usage, or a catalogue that can't be read; 3 the score is void: the
control failed, a change no longer applies, or a gate broke; 130 interrupted.
"""

import argparse
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from rich.console import Console

from pipeline.gates.context import GateBroke
from pipeline.gates.history import change_at, changed_paths
from pipeline.mutation import base, catalogue, pages, published, stock, told
from pipeline.mutation.alone import NotAlone, alone
from pipeline.mutation.ask import Surroundings, child_environment
from pipeline.mutation.catalogue import Change, Class, Unreadable
from pipeline.mutation.copies import Copies, GitFailed
from pipeline.mutation.judge import Judged
from pipeline.mutation.kept import FOLDER, Kept
from pipeline.mutation.progress import Progress
from pipeline.mutation.published import FILE
from pipeline.mutation.sample import named_in, sample
from pipeline.mutation.score import Score, percent, score
from pipeline.mutation.stock import Stock
from pipeline.mutation.sweep import Hears, Sweep, controls
from pipeline.mutation.walk import SELFTEST, Way
from pipeline.plan.cheapest import about_seconds
from pipeline.plan.delivery import DELIVERY
from pipeline.record.counting import plural
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Broke, Cancelled
from pipeline.signals import Signals

USAGE, BROKE = 2, 3
SAMPLE, PART = "sample", "part"
"""Where the pages of a sample lie, and those of a few changes: those of a sweep, which took hours, stay."""


def main(arguments: Sequence[str], root: Path, environ: Mapping[str, str]) -> int:
    """Do what `arguments` say with the catalogue of `root`; the exit code."""
    options = _parser().parse_args(arguments)
    cancel = Cancel()
    try:
        whole = catalogue.read(root)
        changes = _chosen(options, whole)
        if options.list:
            return _list(changes)
        copies = Copies(root, worktree=options.worktree)
        if options.sample:
            # What takes longest begins first, so that none is left to run alone.
            gates = sorted((gate.name for gate in DELIVERY.build_gates), key=about_seconds, reverse=True)
            changes = sample(changes, gates, copies.tree, _touched(copies.root, environ))
        with alone(root / FOLDER, "sweep"), Signals(cancel):
            if options.publish:  # all that is known, whatever else was chosen: what is left out would be lost
                return _publish(whole, copies, copies.root / FOLDER / copies.tree)
            ended = _run(options, changes, copies, environ, cancel)
        _say_what_was_left_out(options, len(whole) - len(changes))
        return ended
    except (Unreadable, NotAlone, GitFailed) as problem:
        return _failed(problem, USAGE)
    except Broke as problem:
        return _failed(problem, BROKE)
    except Cancelled:
        return cancel.exit_code
    except Exception as problem:
        # Python itself would end with 1, which says that a limit is not kept.
        traceback.print_exc()
        return _failed(f"{type(problem).__name__}: {problem}; this is a fault of the benchmark", BROKE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/mutation", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--only", action="append", default=[], metavar="ID", help="only this change; may be repeated")
    parser.add_argument("--all", action="store_true", help="also changes of our own, beside those of the list")
    classes = ", ".join(Class)
    parser.add_argument("--class", dest="classes", action="append", default=[], metavar="C", help=f"only of: {classes}")
    parser.add_argument("--gate", action="append", default=[], metavar="NAME", help="ask only this gate; kept nowhere")
    cores = os.cpu_count() or 1
    jobs = f"changes at once, of those that need no stage; default: {cores}, the cores"
    parser.add_argument("--jobs", type=int, default=cores, metavar="N", help=jobs)
    fresh = parser.add_mutually_exclusive_group()
    fresh.add_argument("--fresh", action="store_true", help="ask everything anew")
    fresh.add_argument(
        "--resume", action="store_true", help="go on where the last sweep of this tree was (the default)"
    )
    parser.add_argument(
        "--sample", action="store_true", help="a bad change for each gate of Build, others with each tree"
    )
    parser.add_argument("--worktree", action="store_true", help="take what is not committed, too")
    stock = "what do cfn-lint, checkov, cdk-nag and zizmor see by themselves? (asks no gate)"
    parser.add_argument("--stock", action="store_true", help=stock)
    published = parser.add_mutually_exclusive_group()
    published.add_argument(
        "--publish", action="store_true", help=f"write what is known of this tree into {FILE}; asks nothing"
    )
    published.add_argument(
        "--from-published", action="store_true", help=f"go on from what {FILE} says, if that is of this very tree"
    )
    parser.add_argument("--list", action="store_true", help="only say which changes there are")
    return parser


def _chosen(options: argparse.Namespace, changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes that are asked for; Unreadable for a name that nothing has, and for a choice that is none."""
    gates = list(dict.fromkeys([*(gate.name for _, gate in DELIVERY.gates()), SELFTEST]))
    for option, named, known, where in (
        ("--only", options.only, [change.id for change in changes], "scripts/mutation --list shows the changes"),
        ("--class", options.classes, list(Class), f"they are {', '.join(Class)}"),
        ("--gate", options.gate, gates, f"they are {', '.join(gates)}"),
    ):
        if unknown := [each for each in named if each not in known]:
            raise Unreadable(f"{option}: there is no {', '.join(unknown)}; {where}")
    if options.jobs < 1:
        raise Unreadable(f"--jobs {options.jobs}: at least one change at once")
    if options.sample and (options.only or options.classes or options.gate or options.all):
        raise Unreadable("--sample chooses by itself: leave out --only, --class, --gate and --all")
    if options.only:
        return tuple(change for change in changes if change.id in options.only)
    listed = options.all or options.list or options.sample
    return tuple(
        change
        for change in changes
        if (listed or change.row) and (not options.classes or change.class_ in options.classes)
    )


def _say_what_was_left_out(options: argparse.Namespace, left: int) -> None:
    if left and not (options.all or options.only or options.classes or options.gate or options.sample):
        sys.stdout.write(f"not asked: {plural(left, 'change')} of our own (scripts/mutation --all asks all)\n")


def _touched(root: Path, environ: Mapping[str, str]) -> tuple[str, ...]:
    """The tests in files that the change of the source in `root` touched; none where nobody can tell the change."""
    try:
        change = change_at(root, environ)
        changed = () if isinstance(change, str) else sorted(changed_paths(change, root))
    except GateBroke:  # who needs the history says so (`scan`)
        return ()
    files = [name for name in changed if name.parts[0] == "tests" and name.suffix == ".py" and (root / name).is_file()]
    return tuple(test for name in files for test in named_in(str(name), (root / name).read_text(errors="replace")))


def _list(changes: Sequence[Change]) -> int:
    for change in changes:
        sys.stdout.write(f"{change.kind:<5} {change.class_:<28} {change.id:<36} {change.title}\n")
    return 0


def _run(
    options: argparse.Namespace, changes: Sequence[Change], copies: Copies, environ: Mapping[str, str], cancel: Cancel
) -> int:
    folder = copies.root / FOLDER / copies.tree
    if options.from_published:
        taken = published.take(copies.root, copies.tree, folder, (*controls(changes), *changes))
        sys.stderr.write(f"{taken} answers are taken from {FILE}\n")
    released = base.given(environ) if options.sample else None
    around = Surroundings(child_environment(environ, released or folder / base.BASE), cancel)
    began = around.clock()
    if options.stock:
        return _stock(changes, copies, folder, around)
    if released is None:
        _prepare(copies, folder, around)
    console = Console(stderr=True, soft_wrap=True)
    with Progress(console, len(changes) + len(controls(changes))) as progress:
        way, hears = (
            Way(DELIVERY, copies, frozenset(options.gate)),
            Hears(progress.began, progress.waits, progress.ended),
        )
        # What was compared with another release is another answer: none from before counts, and it stays by itself.
        kept, fresh = Kept(folder / SAMPLE if released else folder), options.fresh or released is not None
        sweep = Sweep(way, kept, around, hears, options.jobs, fresh)
        judged, took = sweep.run(changes), around.clock() - began
    part = SAMPLE if options.sample else PART if options.only or options.classes or options.gate else ""
    whole_list = not (part or options.all or progress.known or cancel.is_set())
    counted = score(judged, whole=part != SAMPLE, took=took if whole_list else None)
    return _told(judged, counted, copies.root, folder, cancel, part)


def _prepare(copies: Copies, folder: Path, around: Surroundings) -> None:
    try:
        base.prepare(copies, folder, around)
    finally:
        copies.remove()


def _publish(changes: Sequence[Change], copies: Copies, folder: Path) -> int:
    """Write what is known of the tree into the source."""
    wanted = (*controls(changes), *changes)
    results = published.publish(copies.root, copies.tree, folder, wanted)
    walked, seen = sum(bool(row.walked) for row in results.rows), sum(bool(row.seen) for row in results.rows)
    sys.stdout.write(f"{FILE}: of {len(wanted)} changes and controls gates were asked of {walked}, tools of {seen}\n")
    return 0


def _stock(changes: Sequence[Change], copies: Copies, folder: Path, around: Surroundings) -> int:
    """What tools see out of the box; it is no score of ours, so 0."""
    console = Console(stderr=True, soft_wrap=True)
    folder.mkdir(parents=True, exist_ok=True)
    say = partial(console.print, highlight=False, markup=False)
    seen = Stock(copies, folder, around, say).look(changes)
    titles = {change.id: change for change in changes}
    sys.stdout.write("".join(f"{stock.line(titles[one.id], one)}\n" for one in seen))
    for class_, (saw, asked) in stock.by_class(changes, seen).items():
        sys.stdout.write(f"{class_:<34} {saw:>4} of {asked:>4} {percent(saw, asked):>6.1f} %\n")
    return 0


def _told(judged: Sequence[Judged], counted: Score, root: Path, folder: Path, cancel: Cancel, part: str) -> int:
    """Print the table and draw the pages, those of a `part` in a folder of its own; the exit code."""
    interrupted = cancel.is_set() and "control" not in cancel.reason
    sys.stdout.write("\n".join(told.table(judged, counted, interrupted=interrupted)) + "\n")
    changes = [one.change for one in judged]
    beside = stock.by_class(changes, stock.kept(folder, changes))
    home = root / FOLDER / part
    home.mkdir(parents=True, exist_ok=True)
    written = pages.write(home, judged, counted, catalogue.not_built(root), beside)
    sys.stdout.write(f"pages: {', '.join(os.path.relpath(page, Path.cwd()) for page in written)}\n")
    return cancel.exit_code if interrupted else counted.exit_code


def _failed(problem: object, code: int) -> int:
    sys.stderr.write(f"scripts/mutation: {problem}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path.cwd(), os.environ))

"""`scripts/rehearsals`: does each whole rehearsal end as it should, with other seeds, too?

Exit codes: 0 all do; 1 one does not; 2 usage; 3 one could not be rehearsed; 130 interrupted.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.mutation.alone import NotAlone, alone
from pipeline.mutation.ask import BASE, Copy, Surroundings, child_environment
from pipeline.mutation.copies import Copies, GitFailed
from pipeline.mutation.rehearsed import keep_pages
from pipeline.record.tape import UnreadableTape
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Broke, Cancelled
from pipeline.report import words
from pipeline.signals import Signals
from tests.rehearsal.whole.ended import Ended, ended, wrong
from tests.rehearsal.whole.kept import FOLDER, kept
from tests.rehearsal.whole.rows import FAULTY, HARMLESS, PATCH, ROWS, NoLongerFits, Row, changed, reworded

SECONDS = 2_400.0
FIRST_SEED, SEEDS, HEALTHY = 7, 3, 20
USAGE, BROKE = 2, 3


def main(arguments: Sequence[str], root: Path, environ: Mapping[str, str]) -> int:
    """Rehearse what `arguments` name of the tree in `root`, one after the other; the exit code."""
    options = _parser().parse_args(arguments)
    known = [row.id for row in ROWS]
    if unknown := [name for name in options.only if name not in known]:
        return _failed(f"--only: there is no {', '.join(unknown)}; there are {', '.join(known)}", USAGE)
    cancel = Cancel()
    wanted = [row for row in ROWS if not options.only or row.id in options.only]
    try:
        with alone(root / FOLDER, "run of scripts/rehearsals"), Signals(cancel):
            return _all(_each(wanted, options), Copies(root, purpose="rehearsals"), environ, cancel)
    except NotAlone as problem:
        return _failed(problem, USAGE)
    except (GitFailed, Broke, NoLongerFits, OSError, UnreadableTape, subprocess.SubprocessError) as problem:
        return _failed(problem, BROKE)
    except Cancelled:
        return cancel.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scripts/rehearsals", description=str(__doc__).partition("\n")[0])
    rows = "; ".join(f"{row.id}: {row.what}" for row in ROWS).replace("%", "%%")  # argparse formats it
    parser.add_argument("--only", action="append", default=[], metavar="ROW", help=f"may be repeated. {rows}")
    parser.add_argument("--seeds", type=int, default=SEEDS, metavar="N", help=f"how many of each; default: {SEEDS}")
    often = f"how many of the one that is well; default: {HEALTHY}"
    parser.add_argument("--healthy", type=int, default=HEALTHY, metavar="N", help=often)
    return parser


def _each(rows: Sequence[Row], options: argparse.Namespace) -> Iterator[tuple[Row, int]]:
    """Each row with its seeds; seed by seed, so that whoever ends it early has seen something of each."""
    times = {row.id: options.seeds if row.stopped else options.healthy for row in rows}
    for turn in range(max(times.values(), default=0)):
        yield from ((row, FIRST_SEED + turn) for row in rows if turn < times[row.id])


def _all(each: Iterator[tuple[Row, int]], copies: Copies, environ: Mapping[str, str], cancel: Cancel) -> int:
    try:
        return max((_one(row, seed, copies, environ, cancel) for row, seed in each), default=0)
    finally:
        copies.remove()


def _one(row: Row, seed: int, copies: Copies, environ: Mapping[str, str], cancel: Cancel) -> int:
    """Rehearse one, or remember how it ended before in this very tree."""
    cancel.check()
    known = kept(copies.root, copies.tree, row, seed, (copies.root / PATCH).read_bytes())
    before = known.read()
    end = before or _rehearsed(row, seed, copies, environ, cancel)
    known.write(end)
    problem = wrong(row, end)
    sys.stdout.write(f"{told(end, problem)}{'   (known from before)' if before else ''}\n")
    sys.stdout.flush()
    return 1 if problem else 0


def told(end: Ended, problem: str) -> str:
    """A line about one rehearsal."""
    stopped = f"stopped in {', '.join(dict.fromkeys(end.back))}" if end.back else f"{end.rollouts} shifted, none back"
    counted = f"{end.failed:,} of {end.requests:,} requests to new versions failed"
    line = f"{'✗' if problem else '✓'} {end.name:<24} {words.seconds(end.seconds):>9}   {stopped}; {counted}"
    return f"{line}\n  {problem}" if problem else line


def _rehearsed(row: Row, seed: int, copies: Copies, environ: Mapping[str, str], cancel: Cancel) -> Ended:
    root = copies.make()
    log = copies.root / FOLDER / f"{row.id}-{seed}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    sys.stderr.write(f"… {row.id}, seed {seed}: some minutes; what happens stands in {log.relative_to(copies.root)}\n")
    try:
        _lay(row, root)
        copies.commit(root, row.what)
        seen = {name: value for name, value in child_environment(environ, root).items() if name != BASE}
        command = ("scripts/rehearse", "--base", "HEAD~1", "--approve", "--seed", str(seed), *row.options)
        code = Copy(root, log, Surroundings(seen, cancel)).run(command, SECONDS)
        return ended(row, seed, code, root)
    finally:
        keep_pages(root, log.with_suffix(""))
        copies.drop(root)


def _lay(row: Row, root: Path) -> None:
    if row.condition is None:
        (root / HARMLESS).write_text(reworded((root / HARMLESS).read_text()))
        return
    subprocess.run(["git", "-C", str(root), "apply", str(root / PATCH)], check=True, capture_output=True)
    (root / FAULTY).write_text(changed(row, (root / FAULTY).read_text()))


def _failed(problem: object, code: int) -> int:
    sys.stderr.write(f"scripts/rehearsals: {problem}\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path.cwd(), os.environ))

"""`scripts/bench canary`: which judge stops a bad version, how soon, at what price; and which stops a good one.

Ends with 0 if every limit of ours is kept, with 1 if one is not, with 2 for a usage error, with 3 if that can't be
said (no limit is about these cells, or the runs were too few), and with 130 if it was interrupted.
"""

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from pipeline.gates.output import write_atomically
from pipeline.judge.others import OTHERS
from pipeline.judge.others.rule import OtherJudge
from tests.bench.canary import plot, table
from tests.bench.canary.cells import NoSuchCell, chosen
from tests.bench.canary.limits import MANY, SOME, Held, held
from tests.bench.canary.losses import losses
from tests.bench.canary.measure import OURS, judges
from tests.bench.canary.run import pieces, simulate
from tests.bench.canary.table import Report

OUTPUT = Path(__file__).resolve().parents[3] / ".slipway" / "bench" / "canary"
KEPT, NOT_KEPT, NOTHING_SAID, INTERRUPTED = 0, 1, 3, 130
SCHEMA = 1


def main(arguments: Sequence[str], others: Sequence[OtherJudge] = OTHERS, output: Path = OUTPUT) -> int:
    """Simulate, print the tables and write them to `output` as text, markdown, a drawing and JSON."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        cells = chosen(options.only)
    except NoSuchCell as problem:
        parser.error(str(problem))
    try:
        todo = list(pieces(cells, options.runs, options.healthy_runs, options.seed))
        results = simulate(todo, options.jobs, others)
    except KeyboardInterrupt:
        print("interrupted; nothing was written")
        return INTERRUPTED
    kept = held(cells, {name: each[OURS.name] for name, each in results.items()})
    report = Report(options.seed, cells, results, kept, losses(cells, results), judges(others))
    found = list(table.sections(report))
    print(table.text(found))
    output.mkdir(parents=True, exist_ok=True)
    write_atomically(output / "table.txt", table.text(found))
    write_atomically(output / "table.md", table.markdown(found))
    write_atomically(output / "plot.svg", plot.draw(report))
    write_atomically(output / "results.json", _json(report))
    print(f"written: {output}")
    return _said(kept)


def _said(kept: Sequence[Held]) -> int:
    """The exit code; of what was asked too seldom it says so."""
    if not all(one.kept for one in kept):
        return NOT_KEPT
    if kept and all(one.enough for one in kept):
        return KEPT
    print("too few runs to say that the limits are kept" if kept else "no limit is about these cells: nothing was held")
    return NOTHING_SAID


def _parser() -> argparse.ArgumentParser:
    shown = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("scripts/bench canary", description=__doc__, formatter_class=shown)
    parser.add_argument("--runs", type=_count, default=SOME, help="of each cell; default: %(default)s")
    parser.add_argument(
        "--healthy-runs",
        type=_count,
        default=MANY,
        help="of each healthy and each incident cell; default: %(default)s",
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same runs; default: %(default)s")
    parser.add_argument("--jobs", type=_count, default=os.cpu_count() or 1, help="processes; default: as many as cores")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="CELL",
        help="thrown-5, thrown-5/linear or thrown-5/linear/10; may be given again; default: all",
    )
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: a whole number of 1 or more is asked for")
    return int(text)


def _json(report: Report) -> str:
    document = {
        "schema": SCHEMA,
        "seed": report.seed,
        "assumptions": table.ASSUMPTIONS,
        "judges": [{"name": one.name, "rule": one.rule, "source": one.source} for one in report.judges],
        "measured": [asdict(one) for each in report.results.values() for one in each.values()],
        "limits": [{**asdict(one), "kept": one.kept} for one in report.held],
        "losses": [{**asdict(one), "bought": one.bought} for one in report.lost],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"

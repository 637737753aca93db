"""Fuzzes a deployed stage for long: `python -m tests.fuzz.sweep [--seeds 1,2,3] [--examples 175]`.

The gate `fuzz` asks a few hundred cases of every release; this asks tens of thousands, now and then. For each seed it
runs what the gate runs, with more examples of every operation, and says what came of all of them. What answered with
too few 2xx is asked again with more seeds. Ends with 1 if anything was found, if fewer cases than `--cases` were asked,
or if an operation answered fewer than `--each` of them with a 2xx; with 2 without a stage.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.gates.fuzz import operations
from pipeline.gates.fuzz_report import Fuzzed, Operation, is_good, read_report
from pipeline.gates.stage import ADDRESS
from tests.fuzz import run
from tests.support.promised import PROMISE
from tests.support.promised import operations as known_operations

MORE_ROUNDS, MORE_SEEDS = 40, 1_000
"""Rounds for what was asked too little, and the seed of the first of them."""


@dataclass(frozen=True)
class Least:
    """What a sweep must have asked: `cases` of all, and `each` operation's answers with a 2xx."""

    cases: int
    each: int


@dataclass(frozen=True)
class Swept:
    """What all seeds together came to."""

    runs: tuple[Fuzzed, ...]
    promised: tuple[Operation, ...]

    @property
    def cases(self) -> int:
        """How many requests were answered."""
        return sum(each.cases for each in self.runs)

    @property
    def succeeded(self) -> Mapping[Operation, int]:
        """Answers with a 2xx (or 303) by operation, of every operation that is promised."""
        found: Counter[Operation] = Counter(dict.fromkeys(self.promised, 0))
        for each in self.runs:
            for (operation, status), count in each.answered.items():
                if is_good(status):
                    found[operation] += count
        return found

    def shortcomings(self, least: Least) -> list[str]:
        """A line for whatever is wrong; empty for a sweep that found nothing and asked enough."""
        found = [f"seed {each.seed}: {one.where}: {one.what}" for each in self.runs for one in each.failures]
        found += [f"seed {each.seed}: stopped early: {each.ended}" for each in self.runs if each.ended != "completed"]
        found += [f"seed {each.seed}: {error}" for each in self.runs for error in each.errors]
        if self.cases < least.cases:
            found.append(f"{self.cases:,} cases, at least {least.cases:,} wanted: raise --examples")
        found += [
            f"{' '.join(operation)}: {count} answers with a 2xx, at least {least.each} wanted"
            for operation, count in self.succeeded.items()
            if count < least.each
        ]
        return found


def main(arguments: Sequence[str]) -> int:
    """The exit code of a sweep."""
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description="Fuzzes a deployed stage for long.")
    parser.add_argument("--seeds", default="1,2,3", help="by commas (default %(default)s)")
    parser.add_argument("--examples", type=int, default=175, help="of each operation and phase (default %(default)s)")
    parser.add_argument("--cases", type=int, default=20_000, help="the least of all together (default %(default)s)")
    parser.add_argument("--each", type=int, default=50, help="the least 2xx of an operation (default %(default)s)")
    asked = parser.parse_args(arguments)
    if not os.environ.get(ADDRESS):
        sys.stderr.write("no stage: scripts/slipway up, then . .slipway/up/environment.sh\n")
        return 2
    swept = _sweep([seed.strip() for seed in asked.seeds.split(",")], asked.examples, asked.each)
    for operation, count in sorted(swept.succeeded.items()):
        sys.stdout.write(f"{count:7,}  2xx  {' '.join(operation)}\n")
    found = swept.shortcomings(Least(asked.cases, asked.each))
    sys.stdout.writelines(f"✗ {line}\n" for line in found)
    sys.stdout.write(
        f"{'✗' if found else '✓'} {swept.cases:,} cases with {len(swept.runs)} seeds, {len(found)} found\n"
    )
    return 1 if found else 0


def _sweep(seeds: Sequence[str], examples: int, each: int) -> Swept:
    """All seeds, and then more of them for the operations that answered with too few 2xx.

    An operation without parameters has one valid request, so that each seed asks it but a few times.
    """
    promised = operations(PROMISE.read_text())
    names = {(known.method.upper(), known.path): known.name for known in known_operations()}
    with tempfile.TemporaryDirectory(prefix="slipway-sweep-") as folder:
        swept = Swept(tuple(_one(seed, examples, Path(folder)) for seed in seeds), promised)
        for number in range(MORE_ROUNDS):
            lacking = [names[operation] for operation, count in swept.succeeded.items() if count < each]
            if not lacking:
                break
            more = _one(f"{MORE_SEEDS + number}", examples, Path(folder), ",".join(lacking))
            swept = Swept((*swept.runs, more), promised)
    return swept


def _one(seed: str, examples: int, folder: Path, only: str = "") -> Fuzzed:
    began = time.monotonic()
    report = folder / f"{seed}.ndjson"
    code = run.main([str(report), seed], {**os.environ, run.EXAMPLES: str(examples), run.ONLY: only})
    if code == run.COULD_NOT_RUN:
        raise SystemExit(run.COULD_NOT_RUN)
    fuzzed = read_report(report.read_text(), os.environ[ADDRESS])
    sys.stdout.write(f"seed {seed}: {fuzzed.cases:,} cases, {len(fuzzed.failures)} failures")
    sys.stdout.write(f" ({time.monotonic() - began:.0f} s)\n")
    sys.stdout.flush()
    return fuzzed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

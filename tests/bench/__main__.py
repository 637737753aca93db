"""`scripts/bench`: medians of whole commands, each in a clone of its own.

A first run fills the caches and is printed apart. Before each run a fixed computation is timed, the yardstick: a shared
machine may be twice as fast an hour later, and what a time is in yardsticks can be compared between days and machines.

What there is to measure:
  synth     `scripts/slipway synth`
  setup     `scripts/setup` when everything is there
  refusal   from the start of `scripts/rehearse` to its end, with a unit test that fails
  fresh     a whole rehearsal of a good change, which ships a new version of every function; every gate is asked
  rehearse  the same again: what nothing of its inputs has changed of is not asked again, after the first
  handlers  the delivered functions beside the same operations on other stacks; only if named
  canary    our judge of rollouts beside well-known others, simulated; only if named, with options of its own
"""

import argparse
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.canary import main as canary
from tests.bench.handlers import compare

HANDLERS, CANARY = "handlers", "canary"
USAGE = "scripts/bench [-h] [--runs RUNS] [NAME ...]\n       scripts/bench canary [-h]"
ROOT = Path(__file__).resolve().parents[2]
FAILING = "def test_that_fails() -> None:\n    assert sum([1, 1]) == 3\n"  # that no other gate objects to
IDENTITY = ("-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "commit.gpgsign=false")


@dataclass(frozen=True)
class Bench:
    """A command to time. `change` prepares the clone; a time with another exit code than `expected` means nothing."""

    name: str
    command: tuple[str, ...]
    expected: int
    limit_seconds: float
    change: Callable[[Path], None] = lambda _: None


def _harmless(clone: Path) -> None:
    """A change of every function's code, so that all of them get a new version and a canary."""
    with (clone / "api" / "__init__.py").open("a") as file:
        file.write("# A change that changes nothing.\n")
    _commit(clone, "A harmless change")


def _failing_test(clone: Path) -> None:
    (clone / "tests" / "unit" / "api" / "domain" / "test_on_purpose.py").write_text(f'"""Fails."""\n\n\n{FAILING}')
    _commit(clone, "A test that fails")


BENCHES = (
    Bench("setup", ("scripts/setup",), 0, 1),
    Bench("synth", ("scripts/slipway", "synth", "--output", ".slipway/bench-cdk.out"), 0, 5),
    Bench("refusal", ("scripts/rehearse", "--approve"), 1, 20, _failing_test),
    Bench("fresh", ("scripts/rehearse", "--approve", "--fresh"), 0, 120, _harmless),
    Bench("rehearse", ("scripts/rehearse", "--approve"), 0, 120, _harmless),
)


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for; 1 if a command did not end as it should, whatever it took."""
    if arguments[:1] == [CANARY]:
        return canary.main(arguments[1:])
    shown = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("scripts/bench", usage=USAGE, description=__doc__, formatter_class=shown)
    parser.add_argument("--runs", type=int, default=3, help="timed runs of each, after the first; default: 3")
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all")
    options = parser.parse_args(arguments)
    names = set(options.names)
    if names == {HANDLERS}:
        return 0 if compare.main(options.runs) else 1
    if CANARY in names:
        parser.error(f"{CANARY} is measured by itself, and has options of its own: scripts/bench {CANARY} --help")
    there = ", ".join(bench.name for bench in BENCHES)
    if unknown := names - {bench.name for bench in BENCHES} - {HANDLERS}:
        parser.error(f"there is no {', '.join(sorted(unknown))}: there are {there}, and {HANDLERS} by itself")
    if HANDLERS in names:
        parser.error(f"{HANDLERS} is measured by itself: scripts/bench {HANDLERS}")
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, {options.runs} runs each")
    print(f"{'':10}{'first':>9}{'median':>9}{'min':>9}{'max':>9}{'limit':>9}{'yardstick':>11}{'median is':>11}")
    chosen = [bench for bench in BENCHES if not options.names or bench.name in options.names]
    measured = [_measure(bench, options.runs) for bench in chosen]
    return 0 if all(measured) else 1


def _measure(bench: Bench, runs: int) -> bool:
    with tempfile.TemporaryDirectory(prefix="slipway-bench-") as folder:
        clone = Path(folder, "clone")
        _git(ROOT, "clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone))
        bench.change(clone)
        times: list[float] = []
        yardsticks: list[float] = []
        for _ in range(runs + 1):
            yardsticks.append(_yardstick())
            began = time.monotonic()
            done = subprocess.run(bench.command, cwd=clone, capture_output=True, text=True, check=False)
            times.append(time.monotonic() - began)
            if done.returncode != bench.expected:
                print(f"{bench.name}: exit {done.returncode}, expected {bench.expected}\n{done.stdout}{done.stderr}")
                return False
    print(_row(bench, times, statistics.median(yardsticks)))
    return True


def _yardstick() -> float:
    """Seconds that this interpreter takes for ten million additions."""
    began = time.monotonic()
    total = 0
    for number in range(10_000_000):
        total += number
    return time.monotonic() - began


def _row(bench: Bench, times: Sequence[float], yardstick: float) -> str:
    first, rest = times[0], times[1:] or times
    figures = (first, statistics.median(rest), min(rest), max(rest), bench.limit_seconds)
    compared = f"{yardstick:10.2f}s{figures[1] / yardstick:10.1f}x"
    return f"{bench.name:10}" + "".join(f"{figure:8.2f}s" for figure in figures) + compared


def _commit(clone: Path, title: str) -> None:
    _git(clone, "add", "--all")
    _git(clone, *IDENTITY, "commit", "--quiet", "-m", title)


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

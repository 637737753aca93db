"""Runs of Schemathesis that share what takes a second of a core to read in: each is a fork of one process that has it.

`python -m tests.fuzz.forks` reads Schemathesis in, then one line of JSON from its standard input, `[[argument, …], …]`,
runs a fork for each of these, and writes what came of them as another: `[[exit code, what it said], …]`.
"""

import gc
import importlib
import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn, Self

NEEDED_LATER = (
    "hypothesis.internal.conjecture.optimiser",
    "hypothesis.strategies._internal.regex",
    "pyrate_limiter",
    "rich.live",
    "rich.progress",
    "schemathesis.cli.commands.run.executor",
    "schemathesis.engine.core",
    "schemathesis.engine.run.stateful._executor",
    "schemathesis.engine.run.unit._hypothesis_executor",
    "schemathesis.specs.openapi.coverage._operation",
    "schemathesis.specs.openapi.schemas",
    "schemathesis.specs.openapi.stateful.link_calibration",
    "schemathesis.wfc.integration",
    "yaml",
)
"""What each run reads in once it has begun: one that a newer version lacks costs its time again, and no more."""

YOUNG_OBJECTS = 50_000
"""How many there are before garbage among them is looked for: seldom, as a run is short and makes a lot that stays."""


class ForksFailed(Exception):
    """The process that runs are forked from ended without an answer; it has said why to standard error."""


@dataclass(frozen=True)
class Ended:
    """What came of a run: its exit code, and what it said."""

    code: int
    said: str


class Forks:
    """The process to fork from: it begins to read in at once, and ends at the latest with this context."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.fuzz.forks"]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", env=_environment(os.environ)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # with nothing to run it ends

    def run(self, commands: Sequence[Sequence[str]]) -> list[Ended]:
        """Run Schemathesis with each of these arguments, all at once, and wait for them. Raises ForksFailed."""
        answer, _ = self._process.communicate(json.dumps(commands) + "\n")
        if not answer:
            raise ForksFailed("Schemathesis could not be run")
        return [Ended(code, said) for code, said in json.loads(answer)]


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """With whom to trust over https as its HTTP client wants to be told it."""
    trusted = environ.get("AWS_CA_BUNDLE")
    return {**environ, **({"REQUESTS_CA_BUNDLE": trusted} if trusted else {})}


def main() -> None:
    """What is at the other end of `Forks`."""
    schemathesis = importlib.import_module("schemathesis.cli").schemathesis
    for name in NEEDED_LATER:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    line = sys.stdin.readline()
    if not line:
        return
    gc.freeze()  # what is shared stays as it is, so that no fork copies it
    gc.set_threshold(YOUNG_OBJECTS)
    running: list[tuple[int, BinaryIO]] = []
    for arguments in json.loads(line):
        said = tempfile.TemporaryFile()  # noqa: SIM115  (open until its run has ended)
        child = os.fork()
        if not child:
            _become(schemathesis, arguments, said)
        running.append((child, said))
    sys.stdout.write(json.dumps([_ended(child, said) for child, said in running]) + "\n")


def _become(schemathesis: object, arguments: Sequence[str], said: BinaryIO) -> NoReturn:
    """Be a run of Schemathesis, to its end."""
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(said.fileno(), 1)
    os.dup2(said.fileno(), 2)
    code = 1
    try:
        schemathesis(arguments, prog_name="st")  # type: ignore[operator]
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _ended(child: int, said: BinaryIO) -> tuple[int, str]:
    _, status = os.waitpid(child, 0)
    with said:
        said.seek(0)
        return os.waitstatus_to_exitcode(status), said.read().decode(errors="replace")


if __name__ == "__main__":
    main()

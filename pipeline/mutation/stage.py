"""A stage of a copy that stands for as long as gates ask it."""

import shlex
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pipeline.mutation.ask import SLIPWAY, Copy
from pipeline.rehearsal.children import die_with_parent, kill_group
from pipeline.rehearsal.errors import Broke, Refused

FOLDER = Path(".slipway/up")
STATE, ENVIRONMENT = FOLDER / "state.json", FOLDER / "environment.sh"
UP_SECONDS = 300.0
LOOK_SECONDS = 0.2
UNREADABLE = 2


@contextmanager
def standing(copy: Copy, stage: str) -> Iterator[Mapping[str, str]]:
    """Put `stage` of the copy up; the variables that lead gates to it.

    Refused if its source can't be put up, Broke if it does not stand for any other reason.
    """
    written = copy.written()
    with copy.log.open("ab") as log:
        process = subprocess.Popen(
            [str(copy.root / SLIPWAY), "up", "--foreground", "--stage", stage],
            cwd=copy.root,
            env=dict(copy.around.environ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509  it only calls prctl
        )
    try:
        _wait(copy, process, written)
        yield variables((copy.root / ENVIRONMENT).read_text())
    finally:
        kill_group(process)


def _wait(copy: Copy, process: "subprocess.Popen[bytes]", written: int) -> None:
    end = copy.around.clock() + UP_SECONDS
    while not (copy.root / STATE).exists():
        copy.around.cancel.check()
        if process.poll() == UNREADABLE:
            raise Refused(copy.said(written))
        if process.poll() is not None:
            raise Broke(f"the stage can't be put up: {copy.said(written)}")
        if copy.around.clock() > end:
            raise Broke(f"the stage did not stand within {UP_SECONDS:.0f} s: {copy.said(written)}")
        copy.around.cancel.wait(LOOK_SECONDS)


def variables(text: str) -> dict[str, str]:
    """What a file of `export NAME=value` lines sets."""
    told = (shlex.split(line) for line in text.splitlines() if line.startswith("export "))
    return {name: value for _, *assigned in told for name, _, value in (each.partition("=") for each in assigned)}

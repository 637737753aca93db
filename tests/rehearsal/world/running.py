"""A world that runs for as long as a test, a module or a whole process of tests needs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.rehearsal.world.emulator.process import Programs
from pipeline.rehearsal.world.emulator.world import EmulatorWorld

SPEED = 600.0
"""A minute of the world is a tenth of a second here."""


@contextmanager
def running(programs: Programs, folder: Path, *, strict: bool = False) -> Iterator[EmulatorWorld]:
    """A world in that folder; a strict one denies what is not granted."""
    world = EmulatorWorld(folder, programs=programs, speed=SPEED, strict=strict)
    world.start()
    try:
        yield world
    finally:
        world.stop()

"""One emulator for all these tests; each test takes an account of its own, so that none sees another's things."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.rehearsal.world.emulator.process import Programs
from pipeline.rehearsal.world.emulator.world import EmulatorWorld
from tests.rehearsal.world.account import Account
from tests.rehearsal.world.running import running


@pytest.fixture(scope="session")
def programs() -> Programs:
    """The interpreters of the environments that scripts/setup makes."""
    return Programs.of(os.environ)


@pytest.fixture(scope="session")
def world(programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorWorld]:
    """A running world."""
    with running(programs, tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture(scope="session")
def strict(programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorWorld]:
    """A running world that denies what is not granted."""
    with running(programs, tmp_path_factory.mktemp("strict"), strict=True) as world:
        yield world


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    """Account numbers that nobody has used yet."""
    return itertools.count(500_000_000_000)


@pytest.fixture
def account(world: EmulatorWorld, numbers: Iterator[int]) -> Account:
    """An empty account."""
    return Account(world, str(next(numbers)))


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """A folder for a world of one test's own."""
    return tmp_path / "world"

"""One emulator for all unit tests: it takes two seconds to start."""

from collections.abc import Iterator

import pytest

from tests.support.emulator import Emulator, running_emulator


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """The local AWS, for one stage at a time."""
    with running_emulator() as running:
        yield running

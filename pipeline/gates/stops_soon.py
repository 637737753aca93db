"""A pytest plugin: a set of tests ends soon after one of them has failed, in all processes that share it.

Whoever waits for a refusal waits for the first; what fails for the same reason mostly lies beside it and still comes.
pytest's own `--maxfail` ends at a number of failures, of which there may be one, and only the process that counts them.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

FAILED_AT = "SLIPWAY_FAILED_AT"
"""The variable that names the file in which the processes tell each other when a test failed; without it none ends."""
SOON = 15.0
"""Seconds after the first failure in which others may still fail."""
TOLD = f"it ended {SOON:.0f} s after a test had failed: others that were not asked may fail, too"


def pytest_sessionstart(session: "pytest.Session") -> None:
    """Watch the tests of this process, if it is told where."""
    if told := os.environ.get(FAILED_AT):
        session.config.pluginmanager.register(StopsSoon(session, Path(told), time.monotonic))


class StopsSoon:
    """Says so when a test fails, and ends `session` `SOON` seconds after any process said so."""

    def __init__(self, session: "pytest.Session", told: Path, clock: Callable[[], float]) -> None:
        self._session, self._told, self._clock = session, told, clock

    def pytest_runtest_logreport(self, report: "pytest.TestReport") -> None:
        """Note when the first test failed; the clock is one for all processes of a machine."""
        if report.failed and not self._told.exists():
            scratch = self._told.with_name(f"{self._told.name}.{os.getpid()}")
            scratch.write_text(str(self._clock()))
            scratch.rename(self._told)

    def pytest_runtest_logfinish(self) -> None:
        """End before the next test, if one failed so long ago."""
        if self._told.exists() and self._clock() - float(self._told.read_text()) > SOON:
            self._session.shouldstop = TOLD

"""A pytest plugin: every test that is there runs, and what raised has failed. What a conftest.py takes away comes back.

Left out by `collect_ignore` or `pytest_ignore_collect`, taken away by `pytest_collection_modifyitems`: pytest tells of
neither in its JUnit file, so tests that vanish like this would look as if they had never been. Skips are told. Nor does
a report count that says "passed" of a test that raised: `pytest_runtest_makereport` may say so.
"""

from collections.abc import Generator
from pathlib import Path

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """False, which is the last word, for a file of tests; no opinion about anything else."""
    return False if collection_path.match("test_*.py") else None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """What others took away comes last; their order is kept."""
    before = list(items)
    yield
    kept = set(items)
    items.extend(item for item in before if item not in kept)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Have the last word on reports: the wrapper registered last is the outermost, and conftests are in by now."""
    session.config.pluginmanager.register(Raised())


class Raised:
    """What raised has not passed."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """The report, failed if it says that a call that raised has passed."""
        report = yield
        if call.excinfo is not None and report.passed:
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} raised {call.excinfo.exconly()}, and was reported as passed"
        return report

"""A pytest plugin: the test files that `--first` names run first, and when one of their tests failed, no other runs.

Whoever broke a test by what they changed wants to hear of it now, and of the rest of the suite once that is mended.
"""

from collections.abc import Generator

import pytest

STOPPED = "a test of what has changed failed, so no other test ran"
"""What pytest says when it stops there."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take `--first FILE`, as often as there are files; each relative to the folder that pytest is run in."""
    parser.addoption("--first", action="append", default=[], metavar="FILE", help="run this file before the others")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those of the named files come first; otherwise the order stays."""
    items.sort(key=lambda item: not _first(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Behind the last of the first, see whether any has failed."""
    done = yield
    if _first(item) and nextitem is not None and not _first(nextitem) and item.session.testsfailed:
        item.session.shouldstop = STOPPED
    return done


def _first(item: pytest.Item) -> bool:
    return item.location[0] in item.config.getoption("--first")

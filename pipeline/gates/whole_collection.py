"""A pytest plugin: every test that is there runs. What a conftest.py leaves out or takes away is put back.

Left out by `collect_ignore` or `pytest_ignore_collect`, taken away by `pytest_collection_modifyitems`: pytest tells of
neither in its JUnit file, so tests that vanish like this would look as if they had never been. Skips are told.
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

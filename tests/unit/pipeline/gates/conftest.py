"""Fixtures for the gates' tests."""

from pathlib import Path

import pytest

from tests.unit.pipeline.gates.world import Toolbox


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toolbox:
    """Toolbox that say what the test wants."""
    return Toolbox(tmp_path / "tools", monkeypatch)

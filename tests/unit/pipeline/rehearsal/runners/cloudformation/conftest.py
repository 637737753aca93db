"""A fresh bench for every test."""

from pathlib import Path

import pytest

from tests.unit.pipeline.rehearsal.runners.cloudformation.workbench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)

"""The gate `unit`: what it asks, and that nothing is asked by nobody."""

from pathlib import Path

import pytest

from pipeline.gates import selftest, unit
from pipeline.gates.evidence import Evidence
from pipeline.plan.delivery import UNIT
from pipeline.record.verdict import Finding
from tests.unit.pipeline.gates.world import context

ROOT = Path(__file__).parents[4]


def test_every_test_of_this_source_is_asked_by_one_gate_and_those_of_judging_by_two() -> None:
    folders = [*unit.DELIVERED.quick, *unit.DELIVERED.slow, *selftest.TOOLS.quick, *selftest.TOOLS.slow]
    homes = [path for name in folders for path in found(ROOT / name)]
    live = {"contract", "fuzz", "integration", "smoke"}  # asked of a server or a stage, by the gates of these names

    tests = {
        path for path in (ROOT / "tests").rglob("test_*.py") if path.relative_to(ROOT / "tests").parts[0] not in live
    }

    assert sorted(homes) == sorted([*tests, *(ROOT / name for name in (*unit.JUDGING, *unit.JUDGE))])


def found(path: Path) -> list[Path]:
    return sorted(path.rglob("test_*.py")) if path.is_dir() else [path]


@pytest.mark.parametrize(("environ", "told"), [({}, (unit.NOT_COMPARED,)), ({"SLIPWAY_BASE": "base"}, ())])
def test_a_first_release_is_told_to_be_compared_with_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], told: tuple[Finding, ...]
) -> None:
    monkeypatch.setattr(unit, "gather_suite", lambda *_: Evidence("9 passed", 9, "tests", {}))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base").mkdir()
    assert unit.gather(context(tmp_path, UNIT, **environ)).warnings == told

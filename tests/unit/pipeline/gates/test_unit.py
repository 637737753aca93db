"""The gate `unit`: what it asks, and that nothing is asked by nobody."""

from pathlib import Path

from pipeline.gates import selftest, unit

ROOT = Path(__file__).parents[4]


def test_every_test_of_this_source_is_asked_by_one_gate() -> None:
    folders = [*unit.DELIVERED.quick, *unit.DELIVERED.slow, *selftest.TOOLS.quick, *selftest.TOOLS.slow]
    homes = [path for name in folders for path in found(ROOT / name)]
    live = {"contract", "fuzz", "integration", "smoke"}  # asked of a server or a stage, by the gates of these names

    tests = {
        path for path in (ROOT / "tests").rglob("test_*.py") if path.relative_to(ROOT / "tests").parts[0] not in live
    }

    assert sorted(homes) == sorted(tests)


def found(path: Path) -> list[Path]:
    return sorted(path.rglob("test_*.py")) if path.is_dir() else [path]

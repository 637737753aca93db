"""Every change of the catalogue still applies to the code as it is, and changes it."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = Path(__file__).parents[2]
PATCHES = sorted(HERE.glob("*/*/change.patch"))


def changed_by(patch: Path) -> list[str]:
    """The files that a patch changes; it makes no new ones."""
    return [line.removeprefix("--- a/") for line in patch.read_text().splitlines() if line.startswith("--- a/")]


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.parent.name)
def test_a_change_still_applies(patch: Path, tmp_path: Path) -> None:
    names = changed_by(patch)
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)

    subprocess.run(["git", "apply", str(patch)], cwd=tmp_path, check=True, capture_output=True, timeout=30)

    assert names
    for name in names:
        assert (tmp_path / name).read_bytes() != (ROOT / name).read_bytes()


def test_there_are_bad_changes_and_good_ones() -> None:
    assert {patch.parent.parent.name for patch in PATCHES} == {"bad", "good"}

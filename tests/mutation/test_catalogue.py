"""Every change of the catalogue can be read, still applies to the code as it is, and changes it."""

import shutil
import tomllib
from pathlib import Path

import pytest

from pipeline.mutation import catalogue
from pipeline.mutation.apply import apply, files_of
from pipeline.mutation.catalogue import Change, Kind

ROOT = Path(__file__).parents[2]
CHANGES = catalogue.read(ROOT)


def texts(tree: Path) -> dict[str, bytes]:
    return {path.relative_to(tree).as_posix(): path.read_bytes() for path in tree.rglob("*") if path.is_file()}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.id)
def test_a_change_still_applies(change: Change, tmp_path: Path) -> None:
    releases = [each for each in (change.before, change) if each is not None and each.does_something]
    for name in (name for each in releases for name in files_of(each) if (ROOT / name).exists()):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for each in releases:
        before = texts(tmp_path)

        changed = apply(each, tmp_path)

        after = texts(tmp_path)
        assert changed
        assert {name for name in changed if before.get(name) == after.get(name)} == set()


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.id)
def test_what_a_change_writes_anew_is_new(change: Change) -> None:
    assert [write.file for write in change.writes if (ROOT / write.file).exists()] == []


def test_a_change_says_what_it_models() -> None:
    assert [change.id for change in CHANGES if not change.models] == []


def test_there_are_bad_changes_and_good_ones() -> None:
    assert {change.kind for change in CHANGES} == {Kind.BAD, Kind.GOOD}


def test_no_row_is_both_there_and_not_built() -> None:
    rows = {change.row for change in CHANGES}
    assert [each.row for each in catalogue.not_built(ROOT) if each.row in rows] == []


def test_the_list_is_whole() -> None:
    """A row that is gone, with all of its changes, is asked by nobody, and nothing else would notice."""
    listed = tomllib.loads((ROOT / "tests/mutation/listed.toml").read_text())
    expected = {*listed["bad"].split(), *(f"good {number}" for number in listed["good"].split())}
    rows = {change.row for change in CHANGES if change.row} | {each.row for each in catalogue.not_built(ROOT)}
    assert rows == expected

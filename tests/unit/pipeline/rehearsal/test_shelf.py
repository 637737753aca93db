"""Assemblies that are kept: whole or not at all, only where nothing outside them is needed, and only so many."""

import os
from pathlib import Path

import pytest

from pipeline.rehearsal.shelf import KEPT, Shelf, key_of


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "releases")


def assembly(folder: Path, text: str = "{}") -> Path:
    made = folder / "cdk.out"
    (made / "nested").mkdir(parents=True)
    (made / "manifest.json").write_text(text)
    (made / "nested" / "asset.zip").write_bytes(b"zip")
    return made


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_was_put_there_is_taken_whole_and_can_be_changed_without_harm(shelf: Shelf, tmp_path: Path) -> None:
    made = assembly(tmp_path / "run")
    shelf.put("a", made, tmp_path / "run")

    assert shelf.take("a", tmp_path / "first")
    (tmp_path / "first" / "manifest.json").write_text("changed")

    assert shelf.take("a", tmp_path / "second")
    assert files(tmp_path / "second") == files(made)


def test_what_was_never_put_there_is_not_taken(shelf: Shelf, tmp_path: Path) -> None:
    assert not shelf.take("a", tmp_path / "first")
    assert not (tmp_path / "first").exists()


def test_an_assembly_that_points_back_to_its_source_is_not_kept(shelf: Shelf, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shelf.put("a", assembly(run, f'{{"path": "{run}/source/api"}}'), run)
    assert not shelf.take("a", tmp_path / "first")


def test_the_first_that_was_put_there_stays(shelf: Shelf, tmp_path: Path) -> None:
    for run in ("first", "second"):
        shelf.put("a", assembly(tmp_path / run, f'"{run}"'), tmp_path / run / "source")
    assert shelf.take("a", tmp_path / "taken")
    assert (tmp_path / "taken" / "manifest.json").read_text() == '"first"'
    assert [path.name for path in (tmp_path / "releases").iterdir()] == ["a"]


def test_only_those_used_last_are_kept(shelf: Shelf, tmp_path: Path) -> None:
    made = assembly(tmp_path / "run")
    for number in range(KEPT):
        shelf.put(str(number), made, tmp_path / "run")
        os.utime(tmp_path / "releases" / str(number), (number, number))
    shelf.take("0", tmp_path / "used")

    shelf.put("new", made, tmp_path / "run")

    kept = {path.name for path in (tmp_path / "releases").iterdir()}
    assert kept == {"new", "0", *map(str, range(2, KEPT))}


def test_a_shelf_that_can_not_be_written_to_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    shelf = Shelf(tmp_path / "file" / "releases")
    shelf.put("a", assembly(tmp_path / "run"), tmp_path / "run")
    assert not shelf.take("a", tmp_path / "first")


def test_a_key_is_of_the_files_and_of_the_command() -> None:
    keys = {key_of("abc", "synth"), key_of("abd", "synth"), key_of("abc", "other")}
    assert len(keys) == 3
    assert key_of("abc", "synth") == key_of("abc", "synth")

"""Tests of copies: each is HEAD, at a place that no other has, and knows the byte code of HEAD and of nothing else."""

import os
import py_compile
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.mutation.copies import Copies
from tests.unit.pipeline.mutation.world import repository
from tests.unit.pipeline.rehearsal.test_commits import git

ORDERS = "api/orders.py"
KEPT = Path(f"api/__pycache__/orders.{sys.implementation.cache_tag}.pyc")


@pytest.fixture
def copies(tmp_path: Path) -> Copies:
    made = Copies(repository(tmp_path))
    made.clear()
    return made


def compiled(copy: Path) -> bytes:
    py_compile.compile(str(copy / ORDERS), doraise=True)
    return (copy / KEPT).read_bytes()


def said(copy: Path) -> str:
    """What Python takes the file for, byte code and all."""
    asked = [sys.executable, "-B", "-c", "import orders; print(orders.OWNED)"]
    return subprocess.run(asked, cwd=copy / "api", capture_output=True, text=True, check=True).stdout.strip()


def test_two_copies_at_once_have_two_places_and_one_that_is_free_is_taken_again(copies: Copies) -> None:
    first, second = copies.make(), copies.make()
    copies.drop(first)
    third = copies.make()
    assert first == third != second
    assert [(copy / ORDERS).read_text() for copy in (second, third)] == ["OWNED = True\n"] * 2


def test_a_copy_is_clean_for_git(copies: Copies) -> None:
    assert git(copies.make(), "status", "--porcelain") == ""


def test_what_one_has_compiled_of_head_the_next_at_its_place_finds_and_one_elsewhere_does_not(copies: Copies) -> None:
    other, copy = copies.make(), copies.make()
    made = compiled(copy)
    copies.drop(copy)
    assert (copies.make() / KEPT).read_bytes() == made
    assert not (other / KEPT).exists()


def test_what_was_compiled_of_a_change_nobody_finds(copies: Copies) -> None:
    copy = copies.make()
    (copy / ORDERS).write_text("OWNED = None\n")
    compiled(copy)
    copies.drop(copy)
    assert not (copies.make() / KEPT).exists()


def test_a_change_of_the_same_length_is_what_python_reads_and_not_the_byte_code_of_head(copies: Copies) -> None:
    copy = copies.make()
    compiled(copy)
    copies.drop(copy)
    again = copies.make()
    assert said(again) == "True"
    (again / ORDERS).write_text("OWNED = None\n")
    assert said(again) == "None"


def test_byte_code_of_what_a_change_has_added_makes_no_folder_in_the_next(copies: Copies) -> None:
    copy = copies.make()
    git(copy, "mv", "api", "service")
    time = (copy / "service/orders.py").stat().st_mtime
    (copy / "other").mkdir()
    (copy / "other/new.py").write_text("NEW = True\n")
    os.utime(copy / "other/new.py", (time, time))
    py_compile.compile(str(copy / "other/new.py"), doraise=True)
    copies.drop(copy)
    assert not (copies.make() / "other").exists()


def test_files_of_another_commit_are_of_another_time(copies: Copies) -> None:
    """Else a tool that remembers files by time and length would take them for unchanged."""
    before = (copies.make() / ORDERS).stat().st_mtime
    git(copies.root, "commit", "-q", "--allow-empty", "-m", "two")
    assert (Copies(copies.root).make() / ORDERS).stat().st_mtime != before

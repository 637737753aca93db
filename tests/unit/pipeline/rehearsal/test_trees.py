"""One digest of what a folder holds: it follows names, modes, links and bytes, and nothing else."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.rehearsal.trees import digest_of


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    made = tmp_path / "tree"
    (made / "folder").mkdir(parents=True)
    (made / "folder" / "file").write_text("text")
    (made / "link").symlink_to("folder")
    return made


def test_the_same_files_have_the_same_digest_whenever_they_were_written(tree: Path) -> None:
    before = digest_of(tree)
    os.utime(tree / "folder" / "file", (1, 1))
    (tree / "folder" / "file").chmod(0o600)
    assert digest_of(tree) == before


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: (tree / "folder" / "file").write_text("other"),
        lambda tree: (tree / "folder" / "file").rename(tree / "folder" / "other"),
        lambda tree: (tree / "folder" / "file").chmod(0o755),
        lambda tree: (tree / "empty").mkdir(),
        lambda tree: (tree / "folder" / "more").write_text(""),
        lambda tree: ((tree / "link").unlink(), (tree / "link").symlink_to("elsewhere")),
        lambda tree: ((tree / "link").unlink(), (tree / "link").write_text("folder")),
    ],
    ids=["bytes", "a name", "to run", "a folder", "a file more", "a link's end", "a file for a link"],
)
def test_any_other_difference_shows(tree: Path, change: Callable[[Path], object]) -> None:
    before = digest_of(tree)
    change(tree)
    assert digest_of(tree) != before


def test_what_is_no_file_is_named(tree: Path) -> None:
    os.mkfifo(tree / "pipe")
    with pytest.raises(ValueError, match="pipe is neither a file, a folder nor a link"):
        digest_of(tree)

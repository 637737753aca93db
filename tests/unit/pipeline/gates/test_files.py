"""Which files are the source: with git what it tracks or would track, without git what nobody left behind."""

import subprocess
from pathlib import Path

import pytest

from pipeline.gates.context import GateBroke
from pipeline.gates.files import source_files, text_of
from tests.unit.pipeline.gates.world import put


def names(root: Path) -> list[str]:
    return [str(path) for path in source_files(root)]


def test_without_git_everything_is_source_but_what_tools_leave_behind(tmp_path: Path) -> None:
    put(
        tmp_path,
        api__x_dot_py="",
        _dot_github__workflows__w_dot_yml="",
        api____pycache____x_dot_pyc="",
        cdk_dot_out__t_dot_json="",
    )
    (tmp_path / "api" / "__pycache__").mkdir()
    (tmp_path / "api" / "__pycache__" / "x.pyc").write_text("")
    assert ".github/workflows/w.yml" in names(tmp_path)
    assert "api/x.py" in names(tmp_path)
    assert not any("cdk.out" in name or name.startswith("api/__pycache__") for name in names(tmp_path))


def test_with_git_it_is_what_is_tracked_and_what_would_be(tmp_path: Path) -> None:
    put(tmp_path, kept_dot_py="", new_dot_py="", secret_dot_env="", _dot_gitignore="*.env\n")
    for command in (["init", "-q"], ["add", "kept.py"]):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    assert names(tmp_path) == [".gitignore", "kept.py", "new.py"]


def test_links_and_deleted_files_are_no_source(tmp_path: Path) -> None:
    put(tmp_path, a_dot_py="")
    (tmp_path / "b.py").symlink_to(tmp_path / "a.py")
    assert names(tmp_path) == ["a.py"]


def test_a_broken_repository_is_our_failure(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /nowhere")
    with pytest.raises(GateBroke, match="git could not list the files"):
        source_files(tmp_path)


def test_only_text_is_text(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes("Ä".encode())
    (tmp_path / "b").write_bytes(b"a\0b")
    (tmp_path / "c").write_bytes(b"\xff\xfe")
    assert [text_of(tmp_path / name) for name in "abc"] == ["Ä", None, None]

"""Which commit is rehearsed over which base."""

import subprocess
from pathlib import Path

import pytest

from pipeline.rehearsal.commits import FIRST_RELEASE, Repository
from pipeline.rehearsal.errors import Unreadable


def git(root: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", str(root), *identity, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(root: Path, title: str, **files: str) -> str:
    for name, text in files.items():
        (root / name).write_text(text)
        git(root, "add", name)
    git(root, "commit", "-q", "--allow-empty", "-m", title)
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    return tmp_path


def test_the_first_commit_has_no_base_and_says_so(root: Path) -> None:
    commit(root, "one")
    repository = Repository(root)

    base = repository.base(repository.commit("HEAD"), None)

    assert (base.commit, base.reason) == (None, FIRST_RELEASE)


def test_on_main_the_base_is_the_first_parent(root: Path) -> None:
    first = commit(root, "one")
    commit(root, "two")
    repository = Repository(root)

    base = repository.base(repository.commit("HEAD"), None)

    assert base.commit is not None
    assert (base.commit.sha, base.reason) == (first, "the commit before it")


def test_on_a_branch_the_base_is_where_it_left_main(root: Path) -> None:
    fork = commit(root, "one")
    git(root, "checkout", "-q", "-b", "feature")
    commit(root, "two")
    commit(root, "three")
    repository = Repository(root)

    base = repository.base(repository.commit("HEAD"), None)

    assert base.commit is not None
    assert (base.commit.sha, base.reason) == (fork, "where the commit left main")


def test_uncommitted_work_stands_on_head(root: Path) -> None:
    head = commit(root, "one", kept="1", gone="1")
    (root / "kept").write_text("2")
    (root / "new").write_text("3")
    (root / "gone").unlink()
    repository = Repository(root)
    assert repository.uncommitted()

    candidate = repository.worktree()
    base = repository.base(candidate, None)
    repository.copy(candidate, root / "copy")

    assert base.commit is not None
    assert base.commit.sha == head
    assert {path.name: path.read_text() for path in (root / "copy").iterdir()} == {"kept": "2", "new": "3"}


def test_a_copy_holds_the_commit_and_nothing_else(root: Path) -> None:
    commit(root, "one", kept="1")
    (root / "kept").write_text("2")
    repository = Repository(root)

    repository.copy(repository.commit("HEAD"), root / "copy")

    assert {path.name: path.read_text() for path in (root / "copy").iterdir()} == {"kept": "1"}


def test_a_commit_that_does_not_exist_is_refused_with_what_to_do(root: Path) -> None:
    commit(root, "one")

    with pytest.raises(Unreadable, match=r"there is no commit 'nowhere'; name a commit"):
        Repository(root).commit("nowhere")


def test_a_ref_that_looks_like_an_option_is_a_ref(root: Path) -> None:
    commit(root, "one")

    with pytest.raises(Unreadable, match="there is no commit '--help'"):
        Repository(root).commit("--help")


def test_a_folder_without_a_repository_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))  # the tests themselves may run inside one

    with pytest.raises(Unreadable, match="run slipway inside a git repository"):
        Repository(tmp_path)


def test_titles_keep_their_odd_characters(root: Path) -> None:
    commit(root, "fix: “quotes” $(id) </script> 🛟")

    assert Repository(root).commit("HEAD").title == "fix: “quotes” $(id) </script> 🛟"


def test_a_shallow_clone_is_no_first_release(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    commit(root, "one")
    commit(root, "two")
    shallow = tmp_path_factory.mktemp("clones") / "shallow"
    git(root, "clone", "-q", "--depth", "1", root.as_uri(), str(shallow))
    repository = Repository(shallow)

    with pytest.raises(Unreadable, match="the clone is shallow"):
        repository.base(repository.commit("HEAD"), None)

    assert repository.base(repository.commit("HEAD"), "HEAD").reason == "named with --base HEAD"


def test_a_copy_holds_also_what_an_export_would_leave_out(root: Path) -> None:
    commit(root, "one", **{".gitattributes": "hidden.py export-ignore\n", "hidden.py": "x = 1\n", "seen.py": ""})
    repository, to = Repository(root), root / "copy"

    repository.copy(repository.commit("HEAD"), to)

    assert sorted(path.name for path in to.iterdir()) == [".gitattributes", "hidden.py", "seen.py"]
    assert git(root, "status", "--porcelain") == "?? copy/"  # the repository's own index is as it was


def test_a_copy_keeps_links_and_what_may_be_executed(root: Path) -> None:
    (root / "run").write_text("#!/bin/sh\n")
    (root / "run").chmod(0o755)
    (root / "link").symlink_to("run")
    git(root, "add", "run", "link")
    commit(root, "one")
    repository, to = Repository(root), root / "copy"

    repository.copy(repository.commit("HEAD"), to)

    assert (to / "link").readlink() == Path("run")
    assert (to / "run").stat().st_mode & 0o100


def test_a_repository_inside_the_work_tree_is_named_and_not_guessed_at(root: Path) -> None:
    commit(root, "one")
    (root / "nested").mkdir()
    git(root / "nested", "init", "-q")
    commit(root / "nested", "inside", file="x")
    repository = Repository(root)

    with pytest.raises(Unreadable, match="nested/: a git repository of its own lies in the work tree"):
        repository.copy(repository.worktree(), root / "copy")


def test_a_submodule_s_files_are_no_part_of_a_copy(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    commit(root, "one")
    (root / "nested").mkdir()
    git(root / "nested", "init", "-q")
    inside = commit(root / "nested", "inside", file="x")
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{inside},nested")
    commit(root, "two", own="y")
    repository = Repository(root)

    for kind, asked in (("commit", repository.commit("HEAD")), ("work tree", repository.worktree())):
        to = tmp_path_factory.mktemp("copies") / kind
        repository.copy(asked, to)
        assert [path.name for path in to.rglob("*") if path.is_file()] == ["own"]


def test_what_a_terminal_would_obey_is_taken_out_of_a_title_and_it_is_no_longer_than_a_line(root: Path) -> None:
    commit(root, "red \x1b[31m bell \x07 " + "x" * 500)
    title = Repository(root).commit("HEAD").title
    assert title.startswith("red \ufffd[31m bell \ufffd xxx")
    assert (len(title), title[-1]) == (200, "…")

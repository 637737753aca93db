"""The history of a change: what its commits brought, and where there is none."""

import subprocess
from pathlib import Path

import pytest

from pipeline.gates import history
from pipeline.gates.context import Context, GateBroke
from pipeline.gates.history import MESSAGE, Change, change_of, commit_of, versions_in
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.gates.world import context, put


def git(root: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", str(root), *identity, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(root: Path, title: str, **files: str | None) -> str:
    """A commit; a file of None is taken out."""
    for name, text in files.items():
        if text is None:
            (root / name.replace("_dot_", ".")).unlink()
        else:
            put(root, **{name: text})
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", title)
    return git(root, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with one commit on main."""
    root = tmp_path / "source"
    root.mkdir()
    git(root, "init", "-q", "-b", DELIVERY.source.branch)
    commit(root, "The first", a_dot_py="a = 1\n", _dot_gitignore=".slipway/\n")
    return root


def versions(given: Context) -> dict[str, list[bytes]]:
    change = change_of(given)
    assert isinstance(change, Change)
    found: dict[str, list[bytes]] = {}
    for version in versions_in(change):
        found.setdefault(str(version.path), []).append(version.content.strip())
    return found


def test_what_a_branch_brought_and_took_out_again_is_there(repository: Path) -> None:
    git(repository, "switch", "-q", "-c", "mine")
    added = commit(repository, "Add it", b_dot_py="b = 'hidden'\n")
    commit(repository, "Take it out", b_dot_py=None, ä_dot_py="c = 3\n")
    assert versions(context(repository)) == {
        "b.py": [b"b = 'hidden'"],
        "ä.py": [b"c = 3"],
        str(MESSAGE): [b"Take it out", b"Add it"],
    }
    change = change_of(context(repository))
    assert isinstance(change, Change)
    told = {version.path.name: commit_of(change, version) for version in versions_in(change)}
    assert told["b.py"] == added[:8]


def test_a_merged_branch_is_part_of_what_main_s_last_commit_brought(repository: Path) -> None:
    git(repository, "switch", "-q", "-c", "side")
    commit(repository, "Add it", b_dot_py="b = 2\n")
    commit(repository, "Take it out", b_dot_py=None)
    git(repository, "switch", "-q", DELIVERY.source.branch)
    git(repository, "merge", "-q", "--no-ff", "-m", "Merge side", "side")
    assert versions(context(repository))["b.py"] == [b"b = 2"]


def test_the_first_commit_of_all_brought_everything(repository: Path) -> None:
    assert versions(context(repository))["a.py"] == [b"a = 1"]


def test_what_main_has_already_is_no_part_of_a_clone_s_change(repository: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", str(repository), "clone")
    commit(tmp_path / "clone", "On main, not yet pushed", b_dot_py="b = 2\n")
    commit(tmp_path / "clone", "And another", c_dot_py="c = 3\n")
    assert set(versions(context(tmp_path / "clone"))) == {"b.py", "c.py", str(MESSAGE)}


def test_a_build_is_told_where_the_history_is(repository: Path, tmp_path: Path) -> None:
    base = git(repository, "rev-parse", "HEAD")
    candidate = commit(repository, "The second", b_dot_py="b = 2\n")
    given = context(tmp_path / "build", SLIPWAY_HISTORY=str(repository), SLIPWAY_CHANGE=f"{base}..{candidate}")
    assert versions(given) == {"b.py": [b"b = 2"], str(MESSAGE): [b"The second"]}


def test_without_a_repository_there_is_none(tmp_path: Path) -> None:
    assert change_of(context(tmp_path / "build")) == history.NONE_HERE


def test_a_clone_that_was_cut_off_has_none(repository: Path, tmp_path: Path) -> None:
    commit(repository, "The second", b_dot_py="b = 2\n")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", "clone")
    assert change_of(context(tmp_path / "clone")) == history.CUT_OFF


def test_a_history_that_can_t_be_read_is_our_failure(repository: Path) -> None:
    with pytest.raises(GateBroke, match="git rev-list"):
        versions_in(Change(repository, ("0" * 40,)))


def test_a_change_without_commits_has_nothing(repository: Path) -> None:
    assert versions_in(Change(repository, ("HEAD..HEAD",))) == ()

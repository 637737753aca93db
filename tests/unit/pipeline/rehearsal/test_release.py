"""A release is a commit that was laid out and synthesized by its own command."""

from pathlib import Path

import pytest

from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.commits import Repository
from pipeline.rehearsal.errors import Broke, Cancelled, Unreadable
from pipeline.rehearsal.release import Release, prepare
from pipeline.rehearsal.shelf import Shelf
from tests.unit.pipeline.rehearsal.travelling import SETTINGS, product, release

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/home/a"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return product(tmp_path / "orders")


def prepared(
    root: Path, cancel: Cancel | None = None, *, name: str = "candidate", dirty: bool = False, fresh: bool = False
) -> Release:
    repository = Repository(root)
    commit = repository.worktree() if dirty else repository.commit("HEAD")
    folder, log = root.parent / name, root.parent / "synth.log"
    shelf = Shelf(root.parent / "releases")
    return prepare(repository, commit, folder, ENVIRONMENT, log, cancel or Cancel(), shelf=shelf, fresh=fresh)


def why(root: Path) -> str:
    with pytest.raises(Unreadable) as unreadable:
        prepared(root)
    return str(unreadable.value)


def test_a_release_holds_its_files_its_settings_and_its_assembly(root: Path) -> None:
    sha = release(root, "sell")

    made = prepared(root)

    assert (made.commit.sha, made.settings.product) == (sha, "orders")
    assert made.source == root.parent / "candidate" / "source"
    assert made.assembly == root.parent / "candidate" / "cdk.out"
    assert sorted(path.name for path in made.assembly.iterdir()) == [
        "manifest.json",
        "orders.template.json",
        "pipeline.template.json",
    ]


def test_the_synth_command_sees_only_what_it_is_given(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    release(root, "sell", synth_dot_sh='env\ncp -r assembly "$CDK_OUTDIR"\n')

    prepared(root)

    seen = (root.parent / "synth.log").read_text().splitlines()
    names = {line.partition("=")[0] for line in seen} - {"PWD", "OLDPWD", "SHLVL", "_"}
    assert names == {"PATH", "HOME", "CDK_OUTDIR"}


ONCE = 'echo synthesized >> ../../count\ncp -r assembly "$CDK_OUTDIR"\n'


def times_synthesized(root: Path) -> int:
    return (root.parent / "count").read_text().count("synthesized")


def test_what_an_earlier_run_synthesized_is_not_synthesized_again(root: Path) -> None:
    sha = release(root, "sell", synth_dot_sh=ONCE)
    earlier = prepared(root)

    again = prepared(root, name="base")

    assert (earlier.kept, again.kept, times_synthesized(root)) == (False, True, 1)
    assert (again.assembly / "manifest.json").read_text() == (earlier.assembly / "manifest.json").read_text()
    assert (root.parent / "synth.log").read_text() == (
        f"commit {sha[:7]} was synthesized by an earlier run, file for file: not done again\n"
    )


def test_who_wants_it_anew_gets_it_anew(root: Path) -> None:
    release(root, "sell", synth_dot_sh=ONCE)
    prepared(root)
    prepared(root, name="again", fresh=True)
    assert times_synthesized(root) == 2


def test_uncommitted_work_is_known_by_its_files(root: Path) -> None:
    release(root, "sell", synth_dot_sh=ONCE)
    prepared(root, name="commit")
    same = prepared(root, name="same", dirty=True)
    (root / "more.txt").write_text("work")
    other = prepared(root, name="other", dirty=True)
    again = prepared(root, name="again", dirty=True)
    assert [each.kept for each in (same, other, again)] == [True, False, True]
    assert times_synthesized(root) == 2


def test_another_file_makes_another_assembly_and_another_title_does_not(root: Path) -> None:
    release(root, "sell", synth_dot_sh=ONCE)
    prepared(root)
    release(root, "sell dearer", synth_dot_sh=ONCE)
    prepared(root, name="title")
    assert times_synthesized(root) == 1
    release(root, "sell dearer", topic="two", synth_dot_sh=ONCE)
    prepared(root, name="file")
    assert times_synthesized(root) == 2


def test_a_command_that_fails_is_told_with_the_end_of_its_log(root: Path) -> None:
    sha = release(root, "sell", synth_dot_sh="echo one\necho two >&2\nexit 4\n")
    assert why(root) == (
        f"commit {sha[:7]} does not synthesize: 'sh synth.sh' ended with 4\n    one\n    two; "
        f"the log: {root.parent}/synth.log"
    )


def test_uncommitted_work_that_fails_does_not_accuse_the_commit_that_it_stands_on(root: Path) -> None:
    sha = release(root, "sell")
    (root / "synth.sh").write_text("exit 4\n")
    with pytest.raises(Unreadable) as unreadable:
        prepared(root, dirty=True)
    assert str(unreadable.value).startswith(f"the uncommitted work on {sha[:7]} does not synthesize: 'sh synth.sh'")


def test_a_command_that_says_it_broke_accuses_no_commit(root: Path) -> None:
    sha = release(root, "sell", synth_dot_sh="echo setup: uv could not be installed. >&2\nexit 3\n")
    with pytest.raises(Broke) as broke:
        prepared(root)
    assert str(broke.value) == (
        f"'sh synth.sh' ended with 3 at commit {sha[:7]}: it broke, not the change; "
        f"mend what it names, then run again; its log: {root.parent}/synth.log\n"
        "    setup: uv could not be installed."
    )


def test_a_command_that_leaves_no_assembly_has_not_synthesized(root: Path) -> None:
    sha = release(root, "sell", synth_dot_sh="echo done\n")
    assert why(root).startswith(
        f"commit {sha[:7]} does not synthesize: 'sh synth.sh' left no manifest.json in $CDK_OUTDIR\n    done;"
    )


def test_a_command_that_is_not_there_is_named(root: Path) -> None:
    release(root, "sell", pyproject_dot_toml=SETTINGS.replace("sh synth.sh", "scripts/synth"))
    told = why(root)
    assert told.startswith("'scripts/synth' can't be started: ")
    assert told.endswith("; mend [tool.slipway.rehearsal] app")


def test_a_command_that_takes_too_long_is_ended(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.rehearsal.release.SYNTH_SECONDS", 0.0)
    release(root, "sell", synth_dot_sh="exec sleep 60\n")
    assert why(root) == f"'sh synth.sh' took over 0 s; look into {root.parent}/synth.log"


def test_a_person_can_stop_it(root: Path) -> None:
    release(root, "sell", synth_dot_sh="exec sleep 60\n")
    stopped = Cancel()
    stopped.cancel("interrupted by SIGINT")
    with pytest.raises(Cancelled, match="SIGINT"):
        prepared(root, stopped)


def test_a_commit_that_says_nothing_of_itself_is_unreadable(root: Path) -> None:
    release(root, "sell", pyproject_dot_toml="")
    assert why(root).startswith("pyproject.toml: [tool.slipway.rehearsal]: not there;")

"""`scripts/mutation` as people call it, on a small repository."""

import fcntl
import os
import re
import shutil
from pathlib import Path

import pytest

from pipeline.gates import mutation
from pipeline.mutation.__main__ import main
from pipeline.mutation.copies import Copies
from pipeline.mutation.kept import FOLDER
from pipeline.mutation.stock import Seen
from pipeline.record.verdict import Outcome
from tests.unit.pipeline.mutation.world import repository, says
from tests.unit.pipeline.rehearsal.test_commits import git

BAD = f"""\
title = "The owner is not asked"
class = "authorization"
row = "Z03"
fix = false
[[expected]]
gate = "unit"
finding = "owner"
[[write]]
file = "says/unit"
text = '''
{says(Outcome.REFUSED, "the owner is not asked")}'''
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "tests/mutation/bad/z03-owner"
    folder.mkdir(parents=True)
    (folder / "change.toml").write_text(BAD)
    return repository(tmp_path)


def run(root: Path, *arguments: str, **environ: str) -> int:
    return main(arguments, root, {"PATH": os.environ["PATH"], "HOME": str(root), **environ})


def test_the_catalogue_is_swept_and_the_table_printed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(root) == 0
    told = capsys.readouterr()
    assert "✓ stopped 100 %, limit ≥ 98 %" in told.out
    assert "z03-owner" in told.err
    assert "✓ whole sweep 0.0 min, limit ≤ 120 min" in re.sub(r"sweep [\d.]+ min", "sweep 0.0 min", told.out)
    assert (root / ".slipway/mutation/mutation.html").exists()
    assert run(root) == 0
    assert "whole sweep" not in capsys.readouterr().out  # it was known from before


def test_changes_of_our_own_are_asked_beside_those_of_the_list_if_all_are(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = root / "tests/mutation/bad/of-our-own"
    folder.mkdir()
    (folder / "change.toml").write_text(BAD.replace('row = "Z03"\n', ""))
    assert run(root) == 0
    told = capsys.readouterr()
    assert "of-our-own" not in told.err
    assert "not asked: 1 change of our own (scripts/mutation --all asks all)" in told.out
    for asked in (("--all",), ("--only", "of-our-own")):
        assert run(root, *asked) == 0
        told = capsys.readouterr()
        assert "✓ of-our-own" in told.out
        assert "of our own" not in told.out


def test_another_machine_goes_on_from_what_was_published(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(root) == 0
    assert run(root, "--class", "good", "--publish") == 0  # publishes all the same what is known of all
    assert "of 2 changes and controls gates were asked of 2, tools of 0" in capsys.readouterr().out
    shutil.rmtree(root / ".slipway")
    assert run(root, "--from-published") == 0
    assert "2 answers are taken from tests/mutation/results.json" in capsys.readouterr().err


def test_a_sample_leaves_the_pages_of_a_sweep_alone(root: Path) -> None:
    assert run(root) == 0
    swept = root / mutation.REPORT.parents[1] / "mutation.junit.xml"
    before = swept.read_bytes()
    (root / "tests/mutation/bad/z03-owner/change.toml").write_text(BAD.replace('finding = "owner"', 'finding = "role"'))
    assert run(root, "--sample") == 1
    assert swept.read_bytes() == before
    assert b"failure" in (root / mutation.REPORT).read_bytes()


def test_a_sample_asks_what_a_touched_test_is_there_to_stop(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        folder = root / f"tests/mutation/bad/{name}"
        folder.mkdir()
        (folder / "change.toml").write_text(BAD.replace('finding = "owner"', 'finding = "owner is not asked"'))
    assert run(root, "--sample") == 0
    assert len([line for line in capsys.readouterr().out.splitlines() if line.startswith("✓") and "asked" in line]) == 1
    (root / "tests/test_owner.py").write_text("def test_that_the_owner_is_not_asked() -> None:\n    assert True\n")
    assert run(root, "--sample") == 0
    assert len([line for line in capsys.readouterr().out.splitlines() if line.startswith("✓") and "asked" in line]) == 3


@pytest.mark.parametrize("synthesized", [True, False])
def test_a_sample_is_compared_with_what_the_tests_are_compared_with_if_that_is_synthesized(
    synthesized: bool, root: Path
) -> None:
    """Then a gate that they have asked before has passed what the control asks of it."""
    gate = '[ "$1" = gate ]'
    asked = (root / "scripts/slipway").read_text().replace(gate, f'{gate} && echo "$SLIPWAY_BASE" >>{root}/compared')
    (root / "scripts/slipway").write_text(asked)
    git(root, "commit", "-q", "-a", "-m", "two")
    released = root / "released"
    (released / ("cdk.out" if synthesized else "contracts")).mkdir(parents=True)

    assert run(root, "--sample", SLIPWAY_BASE=str(released)) == 0
    ours = {str(released)} if synthesized else {str(root / FOLDER / Copies(root).tree / "base")}
    assert set((root / "compared").read_text().split()) == ours


def test_a_sweep_is_compared_with_head_whatever_else_is_released(root: Path) -> None:
    (root / "released/cdk.out").mkdir(parents=True)
    assert run(root, SLIPWAY_BASE=str(root / "released")) == 0
    assert (root / FOLDER / Copies(root).tree / "base").is_dir()


@pytest.mark.parametrize("few", [("--only", "z03-owner"), ("--class", "authorization"), ("--gate", "unit")])
def test_a_few_changes_leave_the_pages_of_a_sweep_alone(few: tuple[str, str], root: Path) -> None:
    assert run(root) == 0
    pages = root / mutation.REPORT.parents[1]
    (pages / "mutation.html").write_text("the whole")
    assert run(root, *few) == 0
    assert (pages / "mutation.html").read_text() == "the whole"
    assert "z03-owner" in (pages / "part/mutation.html").read_text()


def test_a_change_that_nobody_stops_makes_it_end_with_1(root: Path) -> None:
    (root / "tests/mutation/bad/z03-owner/change.toml").write_text(BAD.replace('finding = "owner"', 'finding = "role"'))
    assert run(root) == 1


def test_a_control_that_fails_makes_it_end_with_3(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "says/lint").write_text(says(Outcome.REFUSED, "a line is too long"))
    git(root, "add", "--all")
    git(root, "commit", "-q", "-m", "two")
    assert run(root) == 3
    assert "! without any change, lint says: here a line is too long" in capsys.readouterr().out


def test_a_head_that_does_not_synthesize_is_no_base(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "says/synth").write_text("2\n")
    git(root, "add", "--all")
    git(root, "commit", "-q", "-m", "two")
    assert run(root) == 3
    assert "HEAD does not synthesize: slipway: so says synth" in capsys.readouterr().err
    assert not Copies(root).folder.exists()


def test_the_tools_own_tests_have_a_name_and_a_change_of_which_nobody_was_asked_is_no_result(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(root, "--gate", "selftest", "--only", "z03-owner") == 3
    assert "broke" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--only", "z99"), "--only: there is no z99; scripts/mutation --list shows the changes"),
        (("--class", "nonsense"), "--class: there is no nonsense; they are API behaviour, authorization, "),
        (("--gate", "nonsense"), "--gate: there is no nonsense; they are workflow, "),
        (("--jobs", "0"), "--jobs 0: at least one change at once"),
        (("--sample", "--only", "z03-owner"), "--sample chooses by itself: leave out --only, "),
    ],
)
def test_what_is_not_there_can_not_be_asked_for(
    arguments: tuple[str, ...], said: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(root, *arguments) == 2
    assert capsys.readouterr().err.startswith(f"scripts/mutation: {said}")


def test_what_there_is_is_listed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(root, "--list") == 0
    told = " ".join(capsys.readouterr().out.split())
    assert told == "bad authorization z03-owner The owner is not asked"


def test_what_nobody_foresaw_is_no_verdict(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.mutation.__main__.score", lambda _: 1 / 0)
    assert run(root) == 3


def test_two_sweeps_of_one_tree_do_not_run_at_once(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / ".slipway/mutation").mkdir(parents=True)
    with (root / ".slipway/mutation/lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert run(root) == 2
    assert "another sweep of this tree is under way" in capsys.readouterr().err


def test_what_tools_see_by_themselves_is_counted_by_class(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = (Seen("z03-owner", (("checkov", "CKV_AWS_59"),)),)
    monkeypatch.setattr("pipeline.mutation.__main__.Stock.look", lambda *_: seen)
    assert run(root, "--stock") == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["authorization", "1", "of", "1", "100.0", "%"]

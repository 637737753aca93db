"""Tests of the command."""

import json
from pathlib import Path

import pytest

from tests.bench.__main__ import main as bench
from tests.bench.canary import main as canary
from tests.bench.canary.limits import Figure, Limit, held
from tests.unit.bench.canary.rules import StopsAt

FEW = ["--runs", "4", "--healthy-runs", "4", "--jobs", "1"]


def run(output: Path, *only: str) -> int:
    return canary.main([*FEW, *(word for name in only for word in ("--only", name))], [StopsAt(60.0)], output)


def test_a_cell_that_there_is_not_is_told_with_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bench(["canary", "--only", "nope"])
    assert ended.value.code == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(
        "scripts/bench canary: error: there is no cell nope: a cell is SITUATION, SITUATION/PLAN or "
    )


def test_it_is_measured_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bench(["synth", "canary"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(
        "canary is measured by itself, and has options of its own: scripts/bench canary --help\n"
    )


@pytest.mark.parametrize("runs", ["0", "-1", "many"])
def test_without_a_run_there_is_nothing_to_count(runs: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        canary.main(["--runs", runs], [])
    assert ended.value.code == 2
    assert f"'{runs}': a whole number of 1 or more is asked for" in capsys.readouterr().err


def test_what_is_printed_is_written_too_beside_the_drawing_and_the_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "new", "no-traffic", "thrown-100/canary/100") == 3  # too few
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == [
        "plot.svg", "results.json", "table.md", "table.txt",
    ]  # fmt: skip
    assert capsys.readouterr().out.startswith((tmp_path / "new" / "table.txt").read_text(encoding="utf-8"))
    document = json.loads((tmp_path / "new" / "results.json").read_text(encoding="utf-8"))
    assert (document["seed"], {one["runs"] for one in document["measured"]}) == (1, {4})
    assert [one["name"] for one in document["judges"]] == ["ours", "ours, Lambda's minutes", "stopper"]
    assert {one["kept"] for one in document["limits"]} == {True}


def test_a_limit_that_is_not_kept_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    impossible = Limit(Figure.PASSES, "no-traffic", -1.0)
    monkeypatch.setattr(canary, "held", lambda cells, ours: held(cells, ours, [impossible]))
    assert run(tmp_path, "no-traffic") == 1


def test_limits_that_are_kept_in_enough_runs_end_well_and_none_at_all_says_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, "cold/linear/1") == 3
    assert capsys.readouterr().out.endswith("no limit is about these cells: nothing was held\n")
    monkeypatch.setattr("tests.bench.canary.limits.SOME", 4)
    assert run(tmp_path, "no-traffic") == 0


def test_an_interrupt_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "table.txt").write_text("before")
    monkeypatch.setattr(canary, "simulate", interrupted)
    assert run(tmp_path, "no-traffic") == 130
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("table.txt", "before")]

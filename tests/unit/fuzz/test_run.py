"""Runs side by side: what they reported is one report, and none of them can be missed."""

import subprocess
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from tests.fuzz import run
from tests.fuzz.run import Run, runs_of, side_by_side

INCLUDE = "--include-operation-id"
RUNS = tuple(Run(name, Path("schemathesis.toml"), ()) for name in ("one", "two"))


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Exit codes of the runs by name, instead of Schemathesis; one without a code leaves no report."""
    given: dict[str, int] = {}

    def fuzz(one: Run, _: Mapping[str, str], report: Path, seed: str) -> subprocess.CompletedProcess[str]:
        if one.name in given:
            report.write_text(f"{one.name} {seed}\n")
        return subprocess.CompletedProcess([], given.get(one.name, 2), f"{one.name} says\n")

    monkeypatch.setattr(run, "fuzz", fuzz)
    return given


def test_reports_and_words_are_joined_in_order_and_the_worst_code_counts(
    codes: dict[str, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    codes.update(two=1, one=0)
    assert side_by_side(RUNS, {}, tmp_path / "report.ndjson", "7") == 1
    assert (tmp_path / "report.ndjson").read_text() == "one 7\ntwo 7\n"
    assert capsys.readouterr().out == "one says\ntwo says\n"


def test_without_the_report_of_one_run_there_is_none(codes: dict[str, int], tmp_path: Path) -> None:
    codes.update(one=0)
    assert side_by_side(RUNS, {}, tmp_path / "report.ndjson", "7") == 2
    assert not (tmp_path / "report.ndjson").exists()


CONFIGS = {name: Path(f"{name}.toml") for name in ("customers", "partners", "carriers")}


def test_every_tag_is_asked_by_those_who_call_it() -> None:
    runs = {each.name: each for each in runs_of(CONFIGS, "")}
    for own in ("partners", "carriers"):
        assert runs[own].config == CONFIGS[own]
        assert runs[own].chosen[:2] == ("--include-tag", own)
        for of_customers in ("coverage", "others"):
            assert ("--exclude-tag", own) in list(pairwise(runs[of_customers].chosen))


def test_operations_that_are_asked_alone_are_asked_by_those_who_call_them() -> None:
    runs = runs_of(CONFIGS, "getOrder,scanParcel,getPartnerUsage,getHealth")
    asked = {each.name: [each.chosen[at + 1] for at, one in enumerate(each.chosen) if one == INCLUDE] for each in runs}
    assert asked == {
        "customers": ["getOrder", "getHealth"],
        "partners": ["getPartnerUsage"],
        "carriers": ["scanParcel"],
    }

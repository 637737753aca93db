"""Runs side by side: what they reported is one report, and none of them can be missed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest

from tests.fuzz.forks import Ended, Forks
from tests.fuzz.run import DEFAULT_EXAMPLES, Run, arguments, runs_of, side_by_side

INCLUDE = "--include-operation-id"
RUNS = tuple(Run(name, Path("schemathesis.toml"), ()) for name in ("one", "two"))
PHASES = frozenset({"examples", "coverage", "fuzzing", "stateful"})
"""All that Schemathesis has, and runs where it is not told which."""
ALONE = PHASES - {"stateful"}
"""Without what goes from one operation to the next: there is one alone."""
CHOOSING = frozenset({"--include-tag", "--exclude-tag", "--phases", INCLUDE})
TOLD = frozenset({"--config-file", "--seed", "--no-color", "--report-ndjson-path"})
"""The options of every run. Another one could ask for less, so it is written down here before it is used."""


@dataclass
class Told:
    """Instead of Schemathesis: exit codes of the runs in their order; one without a code leaves no report."""

    codes: Sequence[int | None]

    def run(self, commands: Sequence[Sequence[str]]) -> list[Ended]:
        """Write a report for each run with a code."""
        return [self._end(number, *each) for number, each in enumerate(zip(commands, self.codes, strict=True), 1)]

    def _end(self, number: int, command: Sequence[str], code: int | None) -> Ended:
        told = dict(pairwise(command))
        if code is not None:
            Path(told["--report-ndjson-path"]).write_text(f"{number} with {told['--seed']}\n")
        return Ended(2 if code is None else code, f"{number} says\n")


def joined(codes: Sequence[int | None], report: Path) -> int:
    return side_by_side(cast("Forks", Told(codes)), RUNS, report, "7")


def test_reports_and_words_are_joined_in_order_and_the_worst_code_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert joined((0, 1), tmp_path / "report.ndjson") == 1
    assert (tmp_path / "report.ndjson").read_text() == "1 with 7\n2 with 7\n"
    assert capsys.readouterr().out == "1 says\n2 says\n"


def test_without_the_report_of_one_run_there_is_none(tmp_path: Path) -> None:
    assert joined((0, None), tmp_path / "report.ndjson") == 2
    assert not (tmp_path / "report.ndjson").exists()


CONFIGS = {name: Path(f"{name}.toml") for name in ("customers", "partners", "carriers")}


def test_every_tag_is_asked_by_those_who_call_it() -> None:
    runs = {each.name: each for each in runs_of(CONFIGS, "")}
    for own in ("partners", "carriers"):
        assert runs[own].config == CONFIGS[own]
        assert runs[own].chosen[:2] == ("--include-tag", own)
        for of_customers in ("coverage", "others"):
            assert ("--exclude-tag", own) in list(pairwise(runs[of_customers].chosen))


def phases_of(runs: Sequence[Run]) -> dict[str, frozenset[str]]:
    """By who calls, the phases in which their operations are asked."""
    found: dict[str, frozenset[str]] = {}
    for each in runs:
        told = dict(pairwise(each.chosen)).get("--phases")
        phases = frozenset(told.split(",")) if told else PHASES
        found[each.config.stem] = found.get(each.config.stem, frozenset()) | phases
    return found


def test_everybody_s_operations_are_asked_in_every_phase() -> None:
    assert phases_of(runs_of(CONFIGS, "")) == {"customers": PHASES, "partners": PHASES, "carriers": ALONE}


def test_operations_that_are_asked_alone_are_asked_in_every_phase_too() -> None:
    found = phases_of(runs_of(CONFIGS, "getOrder,scanParcel,getPartnerUsage"))
    assert found == dict.fromkeys(("customers", "partners", "carriers"), ALONE)


@pytest.mark.parametrize("only", ["", "getOrder,scanParcel,getPartnerUsage"])
def test_no_run_is_told_anything_else_that_could_ask_for_less(only: str) -> None:
    for each in runs_of(CONFIGS, only):
        chosen = [word for word in each.chosen if word.startswith("-")]
        assert set(chosen) <= CHOOSING
        assert chosen.count("--phases") <= 1  # of two, the last one counts
        assert {word for word in arguments(each, Path("report"), "7") if word.startswith("-")} == TOLD | {*chosen}


def test_a_gate_makes_as_many_examples_as_it_ever_did() -> None:
    assert int(DEFAULT_EXAMPLES) >= 15


def test_operations_that_are_asked_alone_are_asked_by_those_who_call_them() -> None:
    runs = runs_of(CONFIGS, "getOrder,scanParcel,getPartnerUsage,getHealth")
    asked = {each.name: [each.chosen[at + 1] for at, one in enumerate(each.chosen) if one == INCLUDE] for each in runs}
    assert asked == {
        "customers": ["getOrder", "getHealth"],
        "partners": ["getPartnerUsage"],
        "carriers": ["scanParcel"],
    }

"""The test suite: which gates are asked, what the worst of them says, and what can't be asked."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline import check as module
from pipeline.check import check
from pipeline.gates.context import GateUsage
from pipeline.record.verdict import Outcome, Verdict
from pipeline.rehearsal.errors import Unreadable

PASSED, REFUSED, BROKE = Outcome.PASSED, Outcome.REFUSED, Outcome.BROKE


class Suite:
    """Gates that end as told, and a synthesis that ends with `code`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, code: int = 0, **outcomes: Outcome) -> None:
        self.asked: list[tuple[str, bool]] = []
        self.command: list[str] = []
        self._code = code
        self._outcomes = outcomes
        monkeypatch.setattr(module, "run_gate", self._gate)
        monkeypatch.setattr(module, "run_child", self._child)
        monkeypatch.setattr(module, "lay_out_base", lambda *_: {"SLIPWAY_BASE": "base"})

    def _gate(self, name: str, stage: str | None, root: Path, environ: dict[str, str]) -> Verdict:  # noqa: ARG002
        self.asked.append((name, "SLIPWAY_ASSEMBLY" in environ))
        outcome = self._outcomes.get(name, PASSED)
        return Verdict(name, outcome, f"{outcome} it", 3, "tests", f"slipway gate {name}", seconds=1.5)

    def _child(self, command: Sequence[str], root: Path, environ: dict[str, str], log: Path, *_: object) -> int:
        assert environ["PYTHONPATH"] == str(root)
        self.command = list(command)
        log.write_text("KeyError: Table\n")
        if self._code == 99:
            raise subprocess.TimeoutExpired(command, 300)
        return self._code


def test_without_a_name_every_gate_that_needs_no_stage_is_asked_from_the_cheapest_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = Suite(monkeypatch)
    assert check([], tmp_path, {}) == 0
    every = ("guard", "workflow", "lint", "contract", "scan", "unit", "mutation", "selftest")
    assert suite.asked == [(name, True) for name in every]


def test_what_looks_at_the_assembly_gets_a_new_one_made_of_this_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = Suite(monkeypatch)
    assert check(["scan"], tmp_path, {}) == 0
    assert suite.command[:6] == [sys.executable, "-P", "-m", "pipeline.cli", "synth", "--output"]
    assert not Path(suite.command[6]).exists()  # it is gone with the suite


def test_where_nothing_looks_at_the_assembly_nothing_is_synthesized(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = Suite(monkeypatch)
    assert check(["lint"], tmp_path, {}) == 0
    assert (suite.asked, suite.command) == ([("lint", False)], [])


def test_all_are_asked_and_the_worst_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Suite(monkeypatch, lint=REFUSED, unit=BROKE)
    assert check(["lint", "unit", "contract"], tmp_path, {}) == 3
    assert capsys.readouterr().out == (
        "\n"
        "✗ lint             1.5 s   refused it\n"
        "! unit             1.5 s   broke it\n"
        "✓ contract         1.5 s   passed it\n"
        "  see again  slipway gate lint\n"
        "  see again  slipway gate unit\n"
        "gates: 1 passed, 2 failed\n"
    )


def test_a_gate_that_refuses_refuses_the_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Suite(monkeypatch, lint=REFUSED)
    assert check(["lint", "unit"], tmp_path, {}) == 1


def test_a_name_that_is_no_gate_is_told_before_any_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = Suite(monkeypatch)
    assert check(["lint", "taste"], tmp_path, {}) == 2
    assert suite.asked == []
    there = "workflow, lint, unit, contract, guard, scan, integration, fuzz, load, smoke, selftest, mutation"
    assert capsys.readouterr().err == f"slipway: no gate taste: there are {there}\n"


def test_a_gate_that_is_asked_wrongly_is_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: object) -> Verdict:
        raise GateUsage("SLIPWAY_SEED is 'x'")

    monkeypatch.setattr(module, "run_gate", wrong)
    assert check(["unit"], tmp_path, {}) == 2


@pytest.mark.parametrize(
    ("code", "expected", "why"),
    [(2, 2, "ended with 2"), (1, 3, "ended with 1"), (-9, 3, "ended with -9"), (99, 3, "took over 300 s")],
)
def test_a_source_that_does_not_synthesize_asks_no_gate(
    code: int,
    expected: int,
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    suite = Suite(monkeypatch, code)
    assert check([], tmp_path, {}) == expected
    assert suite.asked == []
    told = capsys.readouterr()
    assert told.out == "KeyError: Table\n\n"
    assert told.err == f"slipway: the source does not synthesize: `slipway synth` {why}; see above\n"


def test_where_nobody_can_tell_what_is_deployed_gates_are_asked_all_the_same_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = Suite(monkeypatch)

    def shallow(*_: object) -> dict[str, str]:
        raise Unreadable("the clone is shallow", "fetch the rest")

    monkeypatch.setattr(module, "lay_out_base", shallow)
    assert check(["contract"], tmp_path, {}) == 0
    assert suite.asked == [("contract", False)]
    assert "no base to compare with: the clone is shallow" in capsys.readouterr().out

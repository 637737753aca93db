"""`slipway gate NAME` from the outside: whatever happens ends in a verdict, its files and its exit code."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.gates.context import Context, GateBroke, GateUsage, Say
from pipeline.gates.evidence import Evidence
from pipeline.gates.run import GATES, exit_code, run_gate
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import Gate, Limit
from pipeline.record.verdict import Finding, Outcome, Verdict, from_json
from tests.unit.pipeline.gates.world import TODAY, delivery, ticking

LINT = Gate("lint", (Limit("findings", at_most=0),), checked_at_least=2)
FUZZ = Gate("fuzz", (Limit("findings", at_most=0),))

type Gather = Callable[[Context], Evidence]


def clean(_: Context) -> Evidence:
    return Evidence("nothing found", 5, "files", {"findings": 0})


def dirty(_: Context) -> Evidence:
    return Evidence("1 found", 5, "files", {"findings": 1}, findings=(Finding("a.py:1", "bad"),))


def broken(_: Context) -> Evidence:
    raise GateBroke("mypy is not installed")


def surprised(_: Context) -> Evidence:
    raise ZeroDivisionError("oh")


def interrupted(_: Context) -> Evidence:
    raise KeyboardInterrupt


def ask(
    root: Path,
    gather: Gather,
    name: str = "lint",
    stage: str | None = None,
    say: Say = lambda _: None,
    **environ: str,
) -> Verdict:
    return run_gate(
        name,
        stage,
        root,
        environ,
        delivery=delivery(LINT, beta=(FUZZ,)),
        now=ticking(),
        today=TODAY,
        say=say,
        gatherers={"lint": gather, "fuzz": gather},
    )


@pytest.mark.parametrize(
    ("gather", "outcome", "code"),
    [
        (clean, Outcome.PASSED, 0),
        (dirty, Outcome.REFUSED, 1),
        (broken, Outcome.BROKE, 3),
        (surprised, Outcome.BROKE, 3),
        (interrupted, Outcome.INTERRUPTED, 130),
    ],
)
def test_every_end_has_a_verdict_on_disk_and_an_exit_code(
    tmp_path: Path, gather: Gather, outcome: Outcome, code: int
) -> None:
    verdict = ask(tmp_path, gather)
    assert (verdict.outcome, exit_code(verdict)) == (outcome, code)
    assert from_json((tmp_path / ".slipway/gates/lint/verdict.json").read_text()) == verdict
    assert (tmp_path / ".slipway/gates/lint/junit.xml").exists()


def test_the_verdict_goes_where_it_is_asked_for(tmp_path: Path) -> None:
    ask(tmp_path, clean, SLIPWAY_OUT=str(tmp_path / "there"))
    assert (tmp_path / "there" / "verdict.json").exists()


def test_an_earlier_verdict_never_passes_for_this_one_s(tmp_path: Path) -> None:
    out = tmp_path / ".slipway/gates/lint"
    out.mkdir(parents=True)
    for name in ("verdict.json", "junit.xml", "unit.junit.xml"):
        (out / name).write_text("old")

    def look(context: Context) -> Evidence:
        assert list(context.out.iterdir()) == []
        return clean(context)

    assert ask(tmp_path, look).outcome is Outcome.PASSED


def test_a_gate_that_uses_chance_names_its_seed(tmp_path: Path) -> None:
    verdict = ask(tmp_path, clean, "fuzz", "beta", SLIPWAY_SEED="11")
    assert (verdict.seed, verdict.stage) == (11, "beta")
    assert verdict.see_again == "SLIPWAY_SEED=11 scripts/slipway gate fuzz --stage beta"
    assert ask(tmp_path, clean).see_again == "scripts/slipway gate lint"


def test_a_verdict_names_the_stage_that_was_there_where_none_was_asked_for(tmp_path: Path) -> None:
    said: list[str] = []
    verdict = ask(tmp_path, clean, "fuzz", say=said.append, SLIPWAY_STAGE="gamma")
    assert (verdict.stage, verdict.see_again) == ("gamma", "SLIPWAY_SEED=7 scripts/slipway gate fuzz")
    assert (said[0], said[-1]) == ("fuzz in gamma", "✓ fuzz in gamma passed: nothing found (1.0 s)")
    assert 'name="gamma"' in (tmp_path / ".slipway/gates/fuzz/junit.xml").read_text()


def test_a_gate_of_the_source_speaks_of_no_stage_whatever_is_up(tmp_path: Path) -> None:
    assert ask(tmp_path, clean, SLIPWAY_STAGE="gamma").stage is None


@pytest.mark.parametrize(("name", "stage"), [("lnit", None), ("fuzz", "prod"), ("lint", "beta")])
def test_a_gate_that_nobody_planned_is_the_asker_s_mistake(tmp_path: Path, name: str, stage: str | None) -> None:
    with pytest.raises(GateUsage, match=r"the plan asks lint \(Build\), fuzz \(beta\)"):
        ask(tmp_path, clean, name, stage)


def test_a_seed_that_is_no_number_stops_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(GateUsage):
        ask(tmp_path, broken, SLIPWAY_SEED="x")


def test_a_place_that_takes_no_results_is_told_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / ".slipway").write_text("a file")
    with pytest.raises(GateUsage, match=r"\.slipway.* can't be written: Not a directory; run where you may write"):
        ask(tmp_path, broken)


def test_a_wrong_question_is_not_taken_for_a_failure(tmp_path: Path) -> None:
    def refuse(_: Context) -> Evidence:
        raise GateUsage("never in prod")

    with pytest.raises(GateUsage, match="never in prod"):
        ask(tmp_path, refuse)


def test_every_gate_of_the_plan_is_built() -> None:
    asked = {gate.name for _, gate in DELIVERY.gates()} | {gate.name for gate in DELIVERY.own_gates}

    assert asked == set(GATES)

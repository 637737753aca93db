"""The gate as a whole: what it counts, what is waived, and that it never passes on what it could not look at."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.gates import waivers
from pipeline.gates.context import Context, GateBroke
from pipeline.gates.judge import Asked, judge
from pipeline.gates.workflow import gate
from pipeline.gates.workflow.rules import RULES
from pipeline.gates.workflow.tree import read_tree
from pipeline.plan.delivery import UNIT, WORKFLOW
from pipeline.record.verdict import Outcome, Verdict
from tests.unit.pipeline.gates.tools.test_readers import zizmor_told
from tests.unit.pipeline.gates.workflow.world import MAIN, PULL_REQUEST, ROOT, product
from tests.unit.pipeline.gates.world import Toolbox, context

ASKED = WORKFLOW
PLAN = "pipeline/plan/delivery.py"
WORKFLOWS = tuple(one.path for one in product().workflows)
"""Whichever there are: one more is no business of these tests."""
FLOOR = UNIT.checked_at_least
LOWERED = FLOOR - 50
WAIVER = '[[waiver]]\ntool="workflow"\nrule="{}"\nwhere=["{}"]\nreason="it is agreed"\nowner="the team"\nexpires={}\n'


def lay_out(folder: Path) -> Path:
    """What the gate reads of the product, and its plan, as a folder without history."""
    for path, text in product().texts.items():
        if path != str(waivers.FILE):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
    shutil.copytree(ROOT / "pipeline/plan", folder / "pipeline/plan", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "pipeline/__init__.py").touch()
    return folder


@pytest.fixture
def source(tmp_path: Path, tools: Toolbox) -> Context:
    """The product with its base, and two tools that find nothing."""
    base = lay_out(tmp_path / "base" / "source").parent
    quiet(tools, *WORKFLOWS)
    return context(lay_out(tmp_path / "now"), ASKED, SLIPWAY_BASE=str(base))


def quiet(tools: Toolbox, *workflows: str) -> None:
    tools.say("check-jsonschema", json.dumps({"status": "ok", "errors": [], "checked_paths": workflows}))
    tools.say("zizmor", "[]", err="".join(f" INFO zizmor: completed {path}\n" for path in workflows))


def ask(source: Context) -> Verdict:
    return judge(source.gate, gate.gather(source), Asked("again"))


def edit(source: Context, path: str, old: str, new: str) -> None:
    file = source.root / path
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def test_the_product_passes_and_all_that_was_looked_at_is_counted(source: Context) -> None:
    verdict = ask(source)
    assert (verdict.outcome, verdict.findings, verdict.warnings) == (Outcome.PASSED, (), ())
    steps = sum(1 for _ in product().steps()) + sum(1 for _ in product().jobs())
    assert (verdict.checked, verdict.checked_what) == (steps, "jobs and steps")
    each = f"{len(WORKFLOWS)} workflows"
    looked = f"{len(RULES)} rules over {steps} jobs and steps, {each} by workflow schema, {each} by zizmor"
    assert verdict.summary == f"0 found, {looked}"


def test_the_tools_themselves_look_at_every_workflow_of_the_product() -> None:
    found = read_tree(ROOT)
    assert {one.path for one in found.workflows} >= {PULL_REQUEST, MAIN}


def test_a_finding_refuses_with_its_place_and_what_to_do(source: Context) -> None:
    edit(source, MAIN, "run: scripts/test", "run: scripts/test || true")
    verdict = ask(source)
    assert verdict.outcome is Outcome.REFUSED
    assert {one.what.split()[0] for one in verdict.findings} == {"status-is-hidden", "required-command-is-changed"}
    assert all(one.where.startswith(f"{MAIN}:") and one.fix for one in verdict.findings)


def test_a_lowered_floor_is_refused_against_the_base_and_passes_by_a_waiver_that_was_released(source: Context) -> None:
    edit(source, PLAN, f"checked_at_least={FLOOR:_}", f"checked_at_least={LOWERED:_}")
    (finding,) = ask(source).findings
    less = f"unit in Build must check at least {LOWERED:,}, and {FLOOR:,} in the base release"
    assert finding.what == f"floor-is-lowered {less}"
    waive(source, WAIVER.format("floor-is-lowered", f"{PLAN}:*", "2027-01-01"))
    verdict = ask(source)
    told = [one.what.split()[0] for one in (*verdict.findings, *verdict.warnings)]
    assert told == ["floor-is-lowered", "suppression-is-new"]
    waive(source, WAIVER.format("floor-is-lowered", f"{PLAN}:*", "2026-12-01"), "base/source")
    verdict = ask(source)
    assert (verdict.outcome, verdict.findings) == (Outcome.PASSED, ())


def waive(source: Context, text: str, tree: str = "now") -> None:
    file = source.root.parent / tree / waivers.FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_a_waiver_may_come_before_what_it_is_for_but_not_outlive_its_day(source: Context) -> None:
    waive(source, WAIVER.format("failure-is-ignored", ".github/*", "2027-01-01"))
    assert ask(source).outcome is Outcome.PASSED
    waive(source, WAIVER.format("floor-is-lowered", "pyproject.toml:*", "2026-01-01"))
    assert [one.what for one in ask(source).findings] == ["the waiver of workflow floor-is-lowered ended on 2026-01-01"]


def test_a_waiver_for_whatever_comes_is_refused(source: Context) -> None:
    waive(source, WAIVER.format("floor-is-lowered", "*", "2099-12-31"))
    assert [one.what for one in ask(source).findings] == [
        "the waiver of workflow floor-is-lowered waives it at *, which is everywhere",
        "the waiver of workflow floor-is-lowered lasts until 2099-12-31",
    ]


def test_a_base_whose_waivers_can_t_be_read_has_none(source: Context) -> None:
    edit(source, PLAN, f"checked_at_least={FLOOR:_}", f"checked_at_least={LOWERED:_}")
    waive(source, WAIVER.format("floor-is-lowered", "*", "2027-01-01"))
    waive(source, "[[waiver", "base/source")
    assert ask(source).outcome is Outcome.REFUSED


def test_a_waiver_of_another_gate_is_that_gate_s(source: Context) -> None:
    waive(source, WAIVER.format("x", "*", "2026-01-01").replace('"workflow"', '"checkov"'))
    assert ask(source).outcome is Outcome.PASSED


def test_without_a_base_it_says_what_it_could_not_compare(source: Context) -> None:
    edit(source, PLAN, f"checked_at_least={FLOOR:_}", f"checked_at_least={LOWERED:_}")
    alone = replace(source, environ={**source.environ, "SLIPWAY_BASE": ""})
    verdict = ask(alone)
    assert (verdict.outcome, [one.what for one in verdict.warnings]) == (Outcome.PASSED, [gate.NO_BASE])


def test_a_base_is_found_in_source_or_in_the_folder_itself(source: Context, tmp_path: Path) -> None:
    assert source.base is not None
    for folder in (source.base, source.base / "source"):
        found = gate.base_of(folder)
        assert found is not None
        assert found.promised is not None
    assert gate.base_of(tmp_path) is None
    assert gate.base_of(None) is None


def test_a_plan_that_is_gone_is_refused(source: Context) -> None:
    (source.root / PLAN).unlink()
    assert [one.what.split()[0] for one in ask(source).findings] == ["floor-is-lowered"]


def test_a_plan_that_can_t_be_read_is_our_failure(source: Context) -> None:
    (source.root / PLAN).write_text("import nothing_of_the_kind\n")
    with pytest.raises(GateBroke, match="does not say what it demands"):
        ask(source)


def test_workflows_that_are_gone_are_the_change_s_failure(source: Context, tools: Toolbox) -> None:
    shutil.rmtree(source.root / ".github/workflows")
    tools.say("zizmor", "fatal: no audit was performed", 3)
    verdict = ask(source)
    assert (verdict.outcome, verdict.checked) == (Outcome.REFUSED, 0)
    assert "required-check-is-gone" in {one.what.split()[0] for one in verdict.findings}


def test_too_few_jobs_and_steps_are_refused(source: Context) -> None:
    asked = replace(source, gate=replace(ASKED, checked_at_least=1_000))
    verdict = ask(asked)
    assert verdict.outcome is Outcome.REFUSED
    assert f"too few: {verdict.checked} jobs and steps, at least 1,000 expected" in verdict.summary


def test_fewer_rules_than_planned_are_refused(source: Context) -> None:
    evidence = gate.gather(source)
    fewer = replace(evidence, measured={**evidence.measured, "rules": 3})
    assert judge(ASKED, fewer, Asked("again")).outcome is Outcome.REFUSED


@pytest.mark.parametrize("name", ["zizmor", "check-jsonschema"])
def test_a_tool_that_crashes_is_lost_or_leaves_a_workflow_out_is_our_failure(
    source: Context, tools: Toolbox, name: str
) -> None:
    quiet(tools, *WORKFLOWS[1:])
    assert ask(source).outcome is Outcome.BROKE
    quiet(tools, *WORKFLOWS)
    tools.say(name, "Traceback (most recent call last):", 1)
    assert ask(source).outcome is Outcome.BROKE
    tools.lose(name)
    assert ask(source).outcome is Outcome.BROKE


def test_a_finding_of_a_tool_refuses(source: Context, tools: Toolbox) -> None:
    completed = "".join(f"completed {path}\n" for path in WORKFLOWS)
    tools.say("zizmor", json.dumps([zizmor_told("High"), zizmor_told("Low")]), err=completed)
    verdict = ask(source)
    assert (verdict.outcome, len(verdict.findings), len(verdict.warnings)) == (Outcome.REFUSED, 1, 1)


def test_a_rule_that_falls_over_is_our_failure(source: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(_: object) -> list[object]:
        raise ZeroDivisionError

    broken = (replace(RULES[0], check=fall), *RULES[1:])  # type: ignore[arg-type]
    monkeypatch.setattr(gate, "RULES", broken)
    verdict = ask(source)
    assert verdict.outcome is Outcome.BROKE
    assert "ZeroDivisionError" in verdict.summary

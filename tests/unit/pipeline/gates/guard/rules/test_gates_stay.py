"""No gate is asked less, later, or for nothing."""

from dataclasses import replace

import pytest

from pipeline.gates.guard.assembly import Assembly
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import Delivery, Gate, Stage
from tests.unit.pipeline.gates.guard.pipelines import action, commands, in_action, stage, stages, without_action
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, found, look, release

RULE = "gates_stay"


def moved(where: str, name: str, to: str) -> Change:
    def change(document: Template) -> None:
        each = action(document, where, name)
        stage(document, where)["Actions"].remove(each)
        stage(document, to)["Actions"].append({**each, "RunOrder": 9})

    return change


def after_beta(document: Template) -> None:
    each = action(document, "Build", "scan")
    stage(document, "Build")["Actions"].remove(each)
    stages(document).insert(5, {"Name": "Late", "Actions": [each]})


@pytest.mark.parametrize(
    ("change", "told"),
    [
        *[(without_action("Build", name), f"Build does not ask the gate {name}") for name in ("lint", "unit", "guard")],
        (without_action("beta", "fuzz"), "beta does not ask the gate fuzz"),
        (without_action("prod", "smoke"), "prod asks no gate of what it deployed"),
        (commands("DeliveryBuildunit", "true"), "Build does not ask the gate unit"),
        (moved("Build", "unit", "prod"), "Build does not ask the gate unit"),
        (after_beta, "the gate scan is asked when a stage is deployed already"),
        (in_action("beta", "integration", RunOrder=2), "the gate integration is asked before beta is deployed"),
        (in_action("prod", "smoke", RunOrder=1), "the gate smoke is asked before prod is deployed"),
        (commands("Deliveryprodsmoke", "scripts/slipway gate smoke --stage beta"), "is asked of beta in prod"),
        (commands("Deliveryprodsmoke", "scripts/slipway gate smoke"), "does not say which stage it is asked of"),
    ],
)
def test_a_gate_that_is_gone_or_late_is_told(real: Assembly, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, "pipeline", change)))
    assert any(told in each.what and each.where.startswith("pipeline:Delivery") for each in findings)


def forgetful(name: str) -> Delivery:
    """The plan without a gate, anywhere."""

    def without(gates: tuple[Gate, ...]) -> tuple[Gate, ...]:
        return tuple(gate for gate in gates if gate.name != name)

    steps = tuple(
        replace(each, gates=without(each.gates)) if isinstance(each, Stage) else each for each in DELIVERY.steps
    )
    return replace(DELIVERY, steps=steps, source_gates=without(DELIVERY.source_gates))


def test_a_gate_does_not_go_because_the_plan_forgot_it(real: Assembly) -> None:
    plan = forgetful("fuzz")
    bad = edited(real, "pipeline", without_action("beta", "fuzz"))
    (told,) = found(RULE, release(bad, real, plan))
    assert "the gate fuzz, which the base release asks in beta, is gone" in told.what


def test_build_keeps_its_gates_even_on_a_first_release(real: Assembly) -> None:
    bad = edited(real, "pipeline", without_action("Build", "lint"))
    (told,) = found(RULE, release(bad, plan=forgetful("lint")))
    assert "Build does not ask the gate lint" in told.what


def test_a_gate_that_is_asked_later_than_in_the_base_release_is_told(real: Assembly) -> None:
    bad = edited(real, "pipeline", moved("beta", "fuzz", "prod"))
    findings = found(RULE, release(bad, real, forgetful("fuzz")))
    assert any("the gate fuzz is asked in prod, no longer in beta" in each.what for each in findings)


def test_a_gate_that_is_asked_of_one_stage_less_is_told(real: Assembly) -> None:
    gamma = replace(DELIVERY.stages[1], gates=(Gate("smoke"),))
    steps = tuple(gamma if step == DELIVERY.stages[1] else step for step in DELIVERY.steps)
    bad = edited(real, "pipeline", without_action("gamma", "integration"))
    findings = found(RULE, release(bad, real, replace(DELIVERY, steps=steps)))
    assert any("the gate integration is no longer asked of gamma" in each.what for each in findings)


def test_one_more_gate_is_welcome(real: Assembly) -> None:
    def one_more(document: Template) -> None:
        stage(document, "gamma")["Actions"].append({**action(document, "gamma", "integration"), "Name": "again"})

    assert found(RULE, release(edited(real, "pipeline", one_more), real)) == ()


def test_the_release_as_it_is_asks_every_gate(real: Assembly) -> None:
    assert found(RULE, release(real, real)) == ()
    assert look(RULE, release(real)).checked == 2 + len(list(DELIVERY.gates()))

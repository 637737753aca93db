"""Each stage of the plan is a stage of the assembly, and the other way round."""

from dataclasses import replace

from pipeline.gates.guard.assembly import Assembly
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.gates.guard.templates import assembly, found, look, release, resource, subject

RULE = "every_stage_has_stacks"
QUEUE = {"Jobs": resource("SQS::Queue")}


def test_a_stage_that_is_not_synthesized_is_told() -> None:
    (told,) = found(RULE, subject(assembly(pipeline=QUEUE, beta=QUEUE)))
    assert told.where == "prod"
    assert "the plan has a stage prod, for which nothing was synthesized" in told.what


def test_a_stage_without_resources_is_told() -> None:
    (told,) = found(RULE, subject(assembly(beta=QUEUE, prod={})))
    assert told.where == "prod"


def test_a_stage_that_the_plan_does_not_know_is_told(real: Assembly) -> None:
    plan = replace(DELIVERY, steps=DELIVERY.steps[1:])
    (told,) = found(RULE, release(real, plan=plan))
    assert "the assembly has a stage beta, the plan has none" in told.what


def test_the_release_as_it_is_has_every_stage(real: Assembly) -> None:
    part = look(RULE, release(real))
    assert (part.checked, part.findings) == (3, ())

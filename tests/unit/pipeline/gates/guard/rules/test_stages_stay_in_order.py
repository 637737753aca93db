"""The stages of the pipeline are those of the base release and of the plan, in their order."""

from dataclasses import replace

import pytest

from pipeline.gates.guard.assembly import Assembly
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import Stage
from tests.unit.pipeline.gates.guard.pipelines import stage, stages
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release

RULE = "stages_stay_in_order"


def without(name: str) -> Change:
    return lambda document: stages(document).remove(stage(document, name))


def moved(name: str, to: int) -> Change:
    def change(document: Template) -> None:
        each = stage(document, name)
        stages(document).remove(each)
        stages(document).insert(to, each)

    return change


def before_the_gates(document: Template) -> None:
    early = {"Name": "Early", "Actions": [{**stage(document, "Assets")["Actions"][0], "Name": "early"}]}
    stages(document).insert(1, early)


def emptied(document: Template) -> None:
    stage(document, "gamma")["Actions"] = []


def without_deployment(document: Template) -> None:
    gamma = stage(document, "gamma")
    gamma["Actions"] = [each for each in gamma["Actions"] if each["ActionTypeId"]["Category"] != "Deploy"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (without("gamma"), "the plan has a stage gamma, which is gone"),
        (without("beta"), "the plan has a stage beta, which is gone"),
        (without("approval"), "the plan has a stage approval, which is gone"),
        (without("Build"), "runs before the first gate"),
        (moved("prod", 4), "the order of the stages is prod, beta, gamma, approval"),
        (moved("approval", 4), "the order of the stages is approval, beta, gamma, prod"),
        (moved("Assets", 1), "Stages.Assets.service runs before the first gate"),
        (before_the_gates, "Stages.Early.early runs before the first gate"),
        (emptied, "gamma has no actions"),
        (without_deployment, "gamma deploys nothing"),
    ],
)
def test_a_stage_that_is_gone_moved_or_idle_is_told(real: Assembly, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, "pipeline", change)))
    assert any(told in each.what and each.where.startswith("pipeline:Delivery") for each in findings)


def test_a_stage_does_not_go_because_the_plan_forgot_it(real: Assembly) -> None:
    steps = tuple(each for each in DELIVERY.steps if not (isinstance(each, Stage) and each.name == "gamma"))
    bad = release(edited(real, "pipeline", without("gamma")), real, replace(DELIVERY, steps=steps))
    (told,) = found(RULE, bad)
    assert "the base release has a stage gamma, which is gone" in told.what


def test_a_release_is_tried_somewhere_first(real: Assembly) -> None:
    def prod_alone(document: Template) -> None:
        for name in ("beta", "gamma"):
            without(name)(document)

    plan = replace(DELIVERY, steps=DELIVERY.steps[-1:])
    findings = found(RULE, release(edited(real, "pipeline", prod_alone), plan=plan))
    assert any("1 stages deploy: a release must be tried" in each.what for each in findings)


def test_one_more_stage_behind_the_gates_is_welcome(real: Assembly) -> None:
    def one_more(document: Template) -> None:
        stages(document).insert(5, {**stage(document, "gamma"), "Name": "delta"})

    good = release(edited(real, "pipeline", one_more), real)
    assert (found(RULE, good), look(RULE, good).checked) == ((), 1)


def test_no_pipeline_at_all_is_not_a_pass(real: Assembly) -> None:
    def without_pipeline(document: Template) -> None:
        first(document, "CodePipeline::Pipeline")["Type"] = "AWS::CodePipeline::Webhook"

    (told,) = found(RULE, release(edited(real, "pipeline", without_pipeline)))
    assert "found nothing to look at in the pipeline" in told.what

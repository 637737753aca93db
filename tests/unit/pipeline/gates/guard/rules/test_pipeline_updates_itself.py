"""The pipeline that runs is the one that its commit says."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.pipelines import commands, in_configuration, stage, stages
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, found, look, release

RULE = "pipeline_updates_itself"
SELF = "PipelineUpdatePipelineSelfMutation"


def without(document: Template) -> None:
    stages(document).remove(stage(document, "UpdatePipeline"))


def at_the_end(document: Template) -> None:
    each = stage(document, "UpdatePipeline")
    stages(document).remove(each)
    stages(document).append(each)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (without, "nothing brings it up to date"),
        (commands(SELF, "true"), "nothing brings it up to date"),
        (commands(SELF, "cdk -a . deploy another --require-approval=never"), "nothing brings it up to date"),
        (commands(SELF, "cdk -a . synth pipeline"), "nothing brings it up to date"),
        (in_configuration("UpdatePipeline", "SelfMutate", ProjectName="elsewhere"), "nothing brings it up to date"),
        (at_the_end, "Stages.Assets.service runs before it is up to date"),
        (at_the_end, "Stages.prod.orders.Deploy runs before it is up to date"),
    ],
)
def test_a_pipeline_that_stays_behind_is_told(real: Assembly, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, "pipeline", change)))
    assert any(told in each.what and each.where.startswith("pipeline:Delivery") for each in findings)


def test_the_release_as_it_is_updates_itself(real: Assembly) -> None:
    assert (found(RULE, release(real, real)), look(RULE, release(real)).checked) == ((), 1)

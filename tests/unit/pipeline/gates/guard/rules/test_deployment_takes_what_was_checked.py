"""What is deployed is what the gates have looked at."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.gates.guard.pipelines import (
    action,
    commands,
    in_action,
    in_configuration,
    project,
    stage,
)
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, found, look, release

RULE = "deployment_takes_what_was_checked"
SYNTH, ASSET, SELF = "DeliveryBuildSynth", "PipelineAssetsFileAsset1", "PipelineUpdatePipelineSelfMutation"


def artifacts(*names: str) -> list[Any]:
    return [{"Name": name} for name in names]


def built_again(where: str) -> Change:
    """A build in this stage makes an artifact of its own, which the deployment of prod takes."""

    def change(document: Template) -> None:
        again = {**action(document, "Build", "assemble"), "Name": "again", "OutputArtifacts": artifacts("Again")}
        stage(document, where)["Actions"].append(again)
        template = "Again::assembly-pipeline-prod/pipelineprodorders301C6A21.template.json"
        deployment = action(document, "prod", "orders.Prepare")
        deployment["InputArtifacts"] = artifacts("Again")
        deployment["Configuration"]["TemplatePath"] = template

    return change


SOURCE = f"{DELIVERY.source.repository.replace('/', '_')}_Source"


def from_the_source(document: Template) -> None:
    """The hand-over synthesizes once more, from the source."""
    action(document, "Build", "Synth")["InputArtifacts"] = artifacts(SOURCE)


def of_another_stage(document: Template) -> None:
    path = action(document, "beta", "orders.Prepare")["Configuration"]["TemplatePath"]
    action(document, "prod", "orders.Prepare")["Configuration"]["TemplatePath"] = path


def by_codedeploy(document: Template) -> None:
    action(document, "prod", "orders.Deploy")["ActionTypeId"]["Provider"] = "Lambda"


def out_of_sight(document: Template) -> None:
    del project(document, ASSET)["Source"]["BuildSpec"]


def one_looks_elsewhere(document: Template) -> None:
    action(document, "Build", "scan")["InputArtifacts"] = artifacts(SOURCE)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (built_again("prod"), "it takes Again, which Stages.prod.again makes after the gates"),
        (built_again("Build"), "it takes Again, which Stages.Build.again makes anew"),
        (commands(SYNTH, "scripts/setup", "npx cdk synth"), "which Stages.Build.Synth makes anew (scripts/setup)"),
        (commands(SYNTH, "test -f manifest.json && sed -i s/a/b/ manifest.json"), "makes anew"),
        (from_the_source, "it takes Synth_Output, which comes from Stages.Source.source"),
        (
            in_configuration("prod", "orders.Prepare", TemplatePath="Other::x.json"),
            "it takes Other, which nothing makes",
        ),
        (of_another_stage, "it deploys the template of beta"),
        (in_configuration("prod", "orders.Prepare", ParameterOverrides='{"Code": "x"}'), "it overrides parameters"),
        (in_configuration("prod", "orders.Prepare", ActionMode="DELETE_ONLY"), "it deletes its stack"),
        (in_configuration("prod", "orders.Deploy", ChangeSetName="old"), "it executes a change set that this stage"),
        (by_codedeploy, "Lambda deploys what no template says"),
        (
            commands(ASSET, "zip -r code.zip .", "aws s3 cp code.zip s3://x"),
            "it does more than publish: zip -r code.zip .",
        ),
        (commands(ASSET, "pip install orders==1.2", phase="install"), "it does more than publish: pip install"),
        (commands(SELF, "cdk synth && cdk deploy pipeline"), "it does more than publish: cdk synth"),
        (out_of_sight, "its commands are not in the template"),
        (
            in_action("Assets", "service", OutputArtifacts=artifacts("New")),
            "it makes New when the gates of Build are over",
        ),
        (in_action("beta", "fuzz", OutputArtifacts=artifacts("New")), "it makes New when the gates of Build are over"),
        (one_looks_elsewhere, "no gate looks at what is deployed"),
    ],
)
def test_what_no_gate_has_looked_at_is_told(real: Assembly, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, "pipeline", change)))
    assert any(told in each.what and each.where.startswith("pipeline:Delivery") for each in findings)


@pytest.mark.parametrize(
    "change",
    [
        commands(SYNTH, "ls -la", "test -f manifest.json", "test -d assembly-pipeline-prod"),
        in_configuration("prod", "orders.Prepare", Capabilities="CAPABILITY_NAMED_IAM"),
    ],
)
def test_to_look_at_it_once_more_changes_nothing(real: Assembly, change: Change) -> None:
    assert found(RULE, release(edited(real, "pipeline", change), real)) == ()


def test_the_release_as_it_is_deploys_what_was_checked(real: Assembly) -> None:
    assert (found(RULE, release(real, real)), look(RULE, release(real)).checked) == ((), 9)

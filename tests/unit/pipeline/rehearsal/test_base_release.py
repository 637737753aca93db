"""Which actions of its own pipeline put the base release up, and when."""

from dataclasses import replace
from pathlib import Path

from pipeline.record.verdict import Outcome
from pipeline.rehearsal.base_release import (
    ARTIFACT,
    STAGE,
    base_pipeline,
    first_stage_that_touches,
    outputs_by_stage,
    publishes_assets,
)
from pipeline.rehearsal.execute import Ended
from pipeline.rehearsal.read.assembly import Assembly, Stack
from pipeline.rehearsal.runners.base import ActionResult
from pipeline.rehearsal.schedule import problems
from pipeline.rehearsal.spec import Action, BuildProject, BuildSpec, Phase, Pipeline, Template
from tests.unit.pipeline.rehearsal.making import approve, build, deploy, pipeline, source

FOLDER = Path("cdk.out")
SOURCE = source()
SYNTH = build("Synth", outputs=("Synth",))


def running(name: str, command: str, **told: str) -> Action:
    """A build that runs `command` on what Synth made."""
    spec = BuildSpec("inline", "0.2", (Phase("build", (command,)),))
    project = BuildProject("Project", "project", "standard:7.0", "SMALL", "LINUX_CONTAINER", buildspec=spec)
    return replace(build(name, inputs=("Synth",), configuration=told), project=project)


PREPARE = deploy("Prepare", 1, ActionMode="CHANGE_SET_REPLACE", TemplatePath="Synth::beta/orders.template.json")
DEPLOY = replace(deploy("Deploy", 2, inputs=(), ActionMode="CHANGE_SET_EXECUTE"), namespace="beta")
MUTATE = running("SelfMutate", "cdk deploy")
ASSET = running("FileAsset1", "cdk-assets --path assembly.json publish", PrimarySource="Synth")
WHOLE = pipeline(
    ("Source", SOURCE),
    ("Build", SYNTH),
    ("UpdatePipeline", MUTATE),
    ("Assets", ASSET),
    ("beta", PREPARE, DEPLOY, running("fuzz", "slipway gate fuzz")),
    ("approval", approve()),
)


def assembly(*stacks: Stack) -> Assembly:
    return Assembly(FOLDER, "54.0.0", stacks)


def own_stack() -> Stack:
    template = Template(FOLDER / "pipeline.template.json", "0" * 64, 2, {})
    return Stack("pipeline", "orders-pipeline", "pipeline", FOLDER, template, "111111111111", "eu-west-1")


def made(whole: Pipeline = WHOLE, *stacks: Stack) -> tuple[Action, ...]:
    (stage,) = base_pipeline(whole, assembly(*stacks)).stages
    assert stage.name == STAGE
    return stage.actions


def test_the_base_goes_up_before_the_pipeline_changes_itself() -> None:
    assert first_stage_that_touches(WHOLE) == "UpdatePipeline"


def test_where_a_stage_deploys_what_it_made_the_base_goes_up_before_it() -> None:
    together = pipeline(("Source", SOURCE), ("All", SYNTH, deploy(order=2)))
    assert first_stage_that_touches(together) == "All"


def test_a_template_of_the_source_itself_needs_no_build() -> None:
    assert first_stage_that_touches(pipeline(("Source", SOURCE), ("beta", deploy(inputs=("Source",))))) == "beta"


def test_a_pipeline_that_deploys_nothing_touches_nothing() -> None:
    assert first_stage_that_touches(pipeline(("Source", SOURCE), ("Build", SYNTH))) is None


def test_assets_go_up_first_then_the_stacks_in_their_order_and_nothing_is_asked() -> None:
    assert [(action.run_order, action.name) for action in made()] == [
        (1, "Assets.FileAsset1"),
        (2, "beta.Prepare"),
        (3, "beta.Deploy"),
    ]


def test_every_action_reads_the_bases_own_assembly_and_hands_on_nothing() -> None:
    actions = made()
    assert {action.inputs for action in actions} == {(ARTIFACT,)}
    assert {action.outputs for action in actions} == {()}
    assert actions[1].configuration["TemplatePath"] == f"{ARTIFACT}::beta/orders.template.json"
    assert "PrimarySource" not in actions[0].configuration


def test_the_pipelines_own_stack_goes_up_as_it_would_by_hand() -> None:
    whole = replace(WHOLE, template=FOLDER / "pipeline.template.json", region="eu-west-1")
    own = made(whole, own_stack())[0]
    assert (own.name, own.type, own.run_order) == ("orders-pipeline", "Deploy/AWS/CloudFormation/1", 2)
    assert own.region == "eu-west-1"
    assert own.configuration == {
        "ActionMode": "CREATE_UPDATE",
        "StackName": "orders-pipeline",
        "TemplatePath": f"{ARTIFACT}::pipeline.template.json",
        "Capabilities": "CAPABILITY_NAMED_IAM,CAPABILITY_AUTO_EXPAND",
    }


def test_names_and_namespaces_stay_apart_between_stages() -> None:
    two = pipeline(("Source", SOURCE), ("Build", SYNTH), ("beta", DEPLOY), ("prod", replace(DEPLOY, namespace="prod")))
    base = base_pipeline(two, assembly())
    assert [(action.name, action.namespace) for _, action in base.actions()] == [
        ("beta.Deploy", "beta-beta"),
        ("prod.Deploy", "prod-prod"),
    ]
    assert not [problem for problem in problems(base) if "times" in problem.what]


def test_only_builds_that_publish_are_taken_for_publishers() -> None:
    assert publishes_assets(ASSET)
    assert not publishes_assets(MUTATE)
    assert not publishes_assets(SYNTH)


def test_outputs_are_found_by_the_stage_that_deployed_them() -> None:
    results = {
        (STAGE, "beta.Prepare"): ActionResult(),
        (STAGE, "beta.Deploy"): ActionResult(variables={"ApiUrl": "b"}),
        (STAGE, "prod.Deploy"): ActionResult(variables={"ApiUrl": "p"}),
        (STAGE, "prod.Table"): ActionResult(variables={"TableName": "t"}),
    }
    ended = Ended(Outcome.PASSED, results=results)
    assert outputs_by_stage(ended) == {"beta": {"ApiUrl": "b"}, "prod": {"ApiUrl": "p", "TableName": "t"}}

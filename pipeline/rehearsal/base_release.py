"""The release that is live before the candidate comes: which of its pipeline's actions put it there.

The upgrade is rehearsed, not the install. So the base release goes up first, by the actions of its own synthesized
pipeline that publish assets and deploy stacks, and by none of those that ask questions: it answered them when it was
released.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from pipeline.record.events import BASE_STAGE
from pipeline.rehearsal.execute import Ended
from pipeline.rehearsal.read.assembly import Assembly, Stack
from pipeline.rehearsal.spec import Action, Pipeline, Stage

STAGE = BASE_STAGE
ARTIFACT = "BaseAssembly"
_PUBLISHERS = ("cdk-assets", "publish-assets")


def first_stage_that_touches(pipeline: Pipeline) -> str | None:
    """The first stage that runs after the assembly is made: from there on, actions touch what is deployed.

    Where a stage deploys what it made itself, it is that stage. None for a pipeline that deploys nothing.
    """
    deployed = {name for _, action in pipeline.actions() if action.category == "Deploy" for name in action.inputs}
    stages = tuple(enumerate(pipeline.stages))
    deploys = [number for number, stage in stages if any(action.category == "Deploy" for action in stage.actions)]
    if not deploys:
        return None
    makers = [
        number for number, stage in stages if any(deployed.intersection(action.outputs) for action in stage.actions)
    ]
    return pipeline.stages[min([deploys[0], *(number + 1 for number in makers[-1:])])].name


def base_pipeline(pipeline: Pipeline, assembly: Assembly) -> Pipeline:
    """One stage that deploys all of `pipeline`: assets, then the pipeline's own stack, then every stack of every stage.

    Actions keep their order within their stage, and stages go up side by side: nobody is served yet.
    """
    actions: list[Action] = []
    for stage in pipeline.stages:
        actions.extend(_renamed(stage, action) for action in stage.actions if _puts_there(action))
    own = _own_stack(pipeline, assembly)
    return replace(pipeline, stages=(Stage(STAGE, (*([own] if own else []), *actions)),))


def _puts_there(action: Action) -> bool:
    return action.category == "Deploy" or publishes_assets(action)


def outputs_by_stage(ended: Ended) -> dict[str, Mapping[str, str]]:
    """The stack outputs of every stage that the base pipeline deployed, by the stage's own name."""
    found: dict[str, Mapping[str, str]] = {}
    for (_, action), result in ended.results.items():
        stage = action.partition(".")[0]
        if result.variables:
            found[stage] = {**found.get(stage, {}), **result.variables}
    return found


def publishes_assets(action: Action) -> bool:
    """Whether the action is one of CDK Pipelines' own builds that put files into the assets' bucket."""
    if action.project is None or action.project.buildspec is None:
        return False
    commands = [command for phase in action.project.buildspec.phases for command in phase.commands]
    return any(publisher in command for command in commands for publisher in _PUBLISHERS)


def _renamed(stage: Stage, action: Action) -> Action:
    """The action under a name that says its stage, reading the base's assembly; deployments come after all assets."""
    configuration = {
        key: _in_base(text) if key in ("TemplatePath", "TemplateConfiguration") else text
        for key, text in action.configuration.items()
        if key != "PrimarySource"  # there is one input, whatever the candidate's builds start in
    }
    order = 1 if publishes_assets(action) else 1 + min(action.run_order, 900)
    return replace(
        action,
        name=f"{stage.name}.{action.name}",
        run_order=order,
        configuration=configuration,
        inputs=(ARTIFACT,),
        outputs=(),
        namespace=f"{stage.name}-{action.namespace}" if action.namespace else None,
    )


def _in_base(path: str) -> str:
    return f"{ARTIFACT}::{path.partition('::')[2]}"


def _own_stack(pipeline: Pipeline, assembly: Assembly) -> Action | None:
    """The pipeline's own stack, as `cdk deploy` would make it once by hand before the first push."""
    stack = assembly.stack_of(pipeline.template)
    if stack is None:
        return None
    return Action(
        name=stack.name,
        category="Deploy",
        owner="AWS",
        provider="CloudFormation",
        version="1",
        run_order=2,
        configuration=_configuration(stack, assembly),
        inputs=(ARTIFACT,),
        region=pipeline.region,
    )


def _configuration(stack: Stack, assembly: Assembly) -> dict[str, str]:
    path = PurePosixPath(stack.template.path.relative_to(assembly.folder).as_posix())
    return {
        "ActionMode": "CREATE_UPDATE",
        "StackName": stack.name,
        "TemplatePath": f"{ARTIFACT}::{path}",
        "Capabilities": "CAPABILITY_NAMED_IAM,CAPABILITY_AUTO_EXPAND",
    }

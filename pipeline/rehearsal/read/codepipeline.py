"""The pipeline of an assembly: its `AWS::CodePipeline::Pipeline`, read into `spec.Pipeline` and checked whole.

Source: the template reference of AWS::CodePipeline::Pipeline. Everything that can't be rehearsed is said at once, and
before anything runs.
"""

import json
from collections.abc import Iterator, Mapping

from pipeline.rehearsal import schedule
from pipeline.rehearsal.errors import Problem, Unreadable
from pipeline.rehearsal.read import actions
from pipeline.rehearsal.read.assembly import Assembly, Stack
from pipeline.rehearsal.read.document import validate
from pipeline.rehearsal.read.intrinsics import Names, Resolver
from pipeline.rehearsal.read.pipeline_shape import (
    PIPELINE_SHAPE,
    ActionShape,
    ConditionShape,
    PipelineShape,
    StageShape,
)
from pipeline.rehearsal.read.projects import Projects
from pipeline.rehearsal.spec import Action, Condition, Json, Pipeline, Stage, Unexercised

PIPELINE = "AWS::CodePipeline::Pipeline"


def read_pipeline(assembly: Assembly, name: str | None = None) -> Pipeline:
    """The pipeline called `name` (its stack's, its own or its logical id), or the only one there is."""
    found = [(logical_id, stack) for stack in assembly.stacks for logical_id in _ids(stack)]
    chosen = [
        (logical_id, stack)
        for logical_id, stack in found
        if name is None or name in (logical_id, stack.name, stack.template.resources[logical_id].properties.get("Name"))
    ]
    if len(chosen) == 1:
        return _read(*chosen[0])
    there = ", ".join(f"{stack.name}/{logical_id}" for logical_id, stack in found) or "none"
    what = f"{len(chosen)} pipelines" + (f" called {name}" if name else "") + f"; the assembly holds: {there}"
    raise Unreadable(what, "synthesize an app with one pipeline, or name one of them", file=str(assembly.folder))


def _ids(stack: Stack) -> tuple[str, ...]:
    return tuple(resource.logical_id for resource in stack.template.of_type(PIPELINE))


def _read(logical_id: str, stack: Stack) -> Pipeline:
    template, file = stack.template, str(stack.template.path)
    names = Names(
        stack=stack.name,
        resources=frozenset(template.resources),
        parameters=template.parameters,
        mappings=template.mappings,
        account=stack.account,
        region=stack.region,
    )
    resolver = Resolver(names, file)
    at = f"Resources.{logical_id}.Properties"
    properties = resolver.resolve(dict(template.resources[logical_id].properties), at)
    projects = Projects(stack, resolver)
    # What a function could not make is already a problem; holding its stand-in against the schema too adds noise only.
    if resolver.problems:
        raise Unreadable.of(resolver.problems)
    read = validate(PIPELINE_SHAPE, properties, file, at)
    pipeline = _pipeline(read, logical_id, stack, projects)
    problems = [*projects.problems, *_check(pipeline, read, file, at), *schedule.problems(pipeline)]
    if problems:
        raise Unreadable.of(dict.fromkeys(problems))
    return pipeline


def _pipeline(read: PipelineShape, logical_id: str, stack: Stack, projects: Projects) -> Pipeline:
    stages = tuple(_stage(stage, projects) for stage in read.stages)
    return Pipeline(
        name=read.name or logical_id,
        logical_id=logical_id,
        template=stack.template.path,
        digest=stack.template.digest,
        type=read.pipeline_type,
        execution_mode=read.execution_mode,
        restart_on_update=read.restart_execution_on_update,
        stages=stages,
        account=stack.account,
        region=stack.region,
        variables={item.name: item.default_value for item in read.variables if item.default_value is not None},
        unexercised=(*_unexercised(read), *projects.unexercised),
    )


def _stage(read: StageShape, projects: Projects) -> Stage:
    conditions = [
        Condition(when, item.result or found.result, tuple(_rule(rule) for rule in item.rules))
        for when, found in (
            ("beforeEntry", read.before_entry),
            ("onSuccess", read.on_success),
            ("onFailure", read.on_failure),
        )
        if found is not None
        for item in (found.conditions or [ConditionShape()])
    ]
    return Stage(read.name, tuple(_action(action, projects) for action in read.actions), tuple(conditions))


def _rule(rule: Mapping[str, Json]) -> str:
    kind = rule.get("RuleTypeId")
    if not isinstance(kind, dict):
        return str(rule.get("Name", "rule"))
    return "/".join(str(kind.get(part, "")) for part in ("Owner", "Provider", "Version"))


def _action(read: ActionShape, projects: Projects) -> Action:
    kind = read.action_type_id
    action = Action(
        name=read.name,
        category=kind.category,
        owner=kind.owner,
        provider=kind.provider,
        version=kind.version,
        run_order=read.run_order,
        configuration={key: _as_text(value) for key, value in read.configuration.items()},
        inputs=tuple(item.name for item in read.input_artifacts),
        outputs=tuple(item.name for item in read.output_artifacts),
        namespace=read.namespace,
        region=read.region,
        role=read.role_arn,
        timeout_minutes=read.timeout_in_minutes,
    )
    return projects.attach(action) if kind.provider == "CodeBuild" else action


def _as_text(value: Json) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)


def _check(pipeline: Pipeline, read: PipelineShape, file: str, at: str) -> Iterator[Problem]:
    for index, stage in enumerate(pipeline.stages):
        for number, action in enumerate(stage.actions):
            yield from actions.check(action, file, f"{at}.Stages[{index}].Actions[{number}]")
    for variable in read.variables:
        if variable.default_value is None:
            what = f"the pipeline's variable {variable.name} has no default, and nobody starts the rehearsal with one"
            yield Problem(file, f"{at}.Variables", what, "give it a default value")


def _unexercised(read: PipelineShape) -> Iterator[Unexercised]:
    if read.triggers:
        yield Unexercised("triggers of the pipeline", "the rehearsal is started by hand, with the commit it is told")
    for transition in read.disable_inbound_stage_transitions:
        yield Unexercised(f"disabled transition into {transition.stage_name}", "the rehearsal goes on to the end")
    for stage in read.stages:
        for when, found in (
            ("beforeEntry", stage.before_entry),
            ("onSuccess", stage.on_success),
            ("onFailure", stage.on_failure),
        ):
            if found is not None:
                yield Unexercised(f"{when} conditions of {stage.name}", "stage conditions are read and not asked")

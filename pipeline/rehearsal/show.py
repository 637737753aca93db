"""The synthesized pipeline as text, for `slipway show`: what would run, in which order, and which gate is asked."""

from collections.abc import Iterator

from pipeline.record.counting import plural
from pipeline.rehearsal.schedule import waves
from pipeline.rehearsal.spec import Action, Pipeline, Stage


def render_show(pipeline: Pipeline) -> str:
    """The pipeline, a stage after the other; actions of one run order stand under one number."""
    return "\n".join((*_head(pipeline), *(line for stage in pipeline.stages for line in _stage(stage)))) + "\n"


def _head(pipeline: Pipeline) -> Iterator[str]:
    actions = [action for _, action in pipeline.actions()]
    gates = sum(action.gate is not None for action in actions)
    restarts = ", starts again when it changed itself" if pipeline.restart_on_update else ""
    yield f"{pipeline.name}   {pipeline.type} {pipeline.execution_mode}{restarts}"
    yield f"template {pipeline.template.name} {pipeline.digest[:12]}"
    yield f"{plural(len(pipeline.stages), 'stage')}, {plural(len(actions), 'action')}, {plural(gates, 'gate')}"


def _stage(stage: Stage) -> Iterator[str]:
    width = max((len(action.name) for action in stage.actions), default=0)
    yield ""
    yield stage.name
    for wave in waves(stage):
        for number, action in enumerate(wave.actions):
            order = str(wave.run_order) if number == 0 else ""
            yield f"  {order:>3} {action.name:<{width}}  {action.provider:<{_PROVIDER_WIDTH}}  {_what(action)}".rstrip()
    for condition in stage.conditions:
        yield f"      {condition.when} {condition.result or ''} {', '.join(condition.rules)}".rstrip()


_PROVIDER_WIDTH = len("CodeStarSourceConnection")


def _what(action: Action) -> str:
    if action.gate is not None:
        return f"gate {action.gate}"
    told = action.configuration
    match action.provider:
        case "CloudFormation":
            return f"{told.get('ActionMode', '')} {told.get('StackName', '')}"
        case "CodeStarSourceConnection":
            return f"{told.get('FullRepositoryId', '')} {told.get('BranchName', '')}"
        case "CodeBuild" if action.outputs:
            return f"makes {', '.join(action.outputs)}"
    return ""

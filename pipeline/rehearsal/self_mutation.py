"""What a release changes of the pipeline that delivers it, as a reader of the report should know it.

Pure. The build that CDK Pipelines puts behind the synth runs for real; this compares the pipeline before and after it.
"""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.rehearsal.spec import Action, BuildProject, Pipeline, Stage


def differences(old: Pipeline | None, new: Pipeline) -> tuple[str, ...]:
    """One line for each stage, action or gate that comes, goes or changes; empty when the pipeline stays as it is.

    On a first release there is nothing to compare with: one line says so.
    """
    if old is None:
        return (f"first release: the pipeline {new.name} is new",)
    return (*_settings(old, new), *_stages(old, new), *_moved(old, new))


def _settings(old: Pipeline, new: Pipeline) -> Iterator[str]:
    for what, before, after in (
        ("type", old.type, new.type),
        ("execution mode", old.execution_mode, new.execution_mode),
        ("restart on update", old.restart_on_update, new.restart_on_update),
    ):
        if before != after:
            yield f"{what}: {before} → {after}"


def _stages(old: Pipeline, new: Pipeline) -> Iterator[str]:
    before = {stage.name: stage for stage in old.stages}
    after = {stage.name: stage for stage in new.stages}
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield f"− stage {name}"
        elif name not in before:
            yield f"+ stage {name}"
        else:
            yield from _actions(name, before[name], after[name])


def _actions(stage: str, old: Stage, new: Stage) -> Iterator[str]:
    before = {action.name: action for action in old.actions}
    after = {action.name: action for action in new.actions}
    for name in dict.fromkeys((*before, *after)):
        if name not in after:
            yield f"− {stage}.{name}{_gate(before[name])}"
        elif name not in before:
            yield f"+ {stage}.{name}{_gate(after[name])}"
        elif parts := tuple(_parts(before[name], after[name])):
            yield f"{stage}.{name}: {', '.join(parts)} changed"
    if old.conditions != new.conditions:
        yield f"{stage}: conditions changed"


def _parts(old: Action, new: Action) -> Iterator[str]:
    for what, before, after in (
        ("type", old.type, new.type),
        ("run order", old.run_order, new.run_order),
        ("artifacts", (old.inputs, old.outputs), (new.inputs, new.outputs)),
        ("configuration", dict(old.configuration), dict(new.configuration)),
        ("build", _build(old), _build(new)),
        ("gate", old.gate, new.gate),
        ("timeout", old.timeout_minutes, new.timeout_minutes),
        ("role", old.role, new.role),
    ):
        if before != after:
            yield what


def _build(action: Action) -> BuildProject | None:
    """The build, without the place that its buildspec was read from: two assemblies lie in two folders."""
    project = action.project
    if project is None or project.buildspec is None:
        return project
    return replace(project, buildspec=replace(project.buildspec, where=""))


def _moved(old: Pipeline, new: Pipeline) -> Iterator[str]:
    """Stages that are in both and stand in another order."""
    both = {stage.name for stage in old.stages} & {stage.name for stage in new.stages}
    before = [stage.name for stage in old.stages if stage.name in both]
    after = [stage.name for stage in new.stages if stage.name in both]
    if before != after:
        yield f"order of stages: {', '.join(before)} → {', '.join(after)}"


def _gate(action: Action) -> str:
    return f" (gate {action.gate})" if action.gate else ""

"""A context for one action, with everything in memory or in one folder."""

from collections.abc import Mapping
from pathlib import Path

from pipeline.record.events import Event
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.runners.base import ActionContext
from pipeline.rehearsal.spec import Action


def context_of(
    action: Action,
    folder: Path,
    *,
    stage: str = "prod",
    inputs: Mapping[str, Path] | None = None,
    promotes: Mapping[str, str] | None = None,
    events: list[Event] | None = None,
    cancel: Cancel | None = None,
) -> ActionContext:
    work = folder / "work"
    outputs = {name: folder / "outputs" / name for name in action.outputs}
    for path in (work, *outputs.values()):
        path.mkdir(parents=True, exist_ok=True)
    return ActionContext(
        stage=stage,
        action=action.name,
        inputs=inputs or {},
        outputs=outputs,
        work=work,
        log=folder / f"{stage}.{action.name}.log",
        configuration=action.configuration,
        variables={},
        environment={},
        emit=(events if events is not None else []).append,
        cancel=cancel or Cancel(),
        promotes=promotes or {},
    )

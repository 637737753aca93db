"""Whether a run came far enough to say anything of a kind of thing.

A claim such as "CodeDeploy is real here" is about the kind. A run that was refused in Build never asked CodeDeploy
anything, and must not be read as if it had.
"""

from collections.abc import Iterator

from pipeline.record.events import Needs
from pipeline.record.run import RolloutRun, Run

_NEVER_UP = ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")


def reached(run: Run, needs: Needs) -> bool:
    """Whether `run` came to what is needed, its base release included: that is deployed and asked like any other."""
    match needs.what:
        case "run":
            return True
        case "action":
            return needs.name in _kinds_begun(run)
        case "change set":
            return bool(run.change_sets)
        case "resource":
            return needs.name in _types_deployed(run)
        case "stack":
            return any(stack.status not in _NEVER_UP for stack in run.deployed)
        case "rollout":
            return any(map(_moved, run.rollouts))
        case "alarm":
            return any(map(_was_watched, run.rollouts))
        case "rollback":
            return any(stack.status.startswith("UPDATE_ROLLBACK") for stack in run.deployed)


def _kinds_begun(run: Run) -> set[str]:
    begun = (action for stage in run.stages for action in stage.actions if action.began is not None)
    return {f"{action.category}/{action.provider}" for action in begun}


def _types_deployed(run: Run) -> set[str]:
    """The types that executed change sets brought or changed, but not those of a stack that never came up."""
    up = {(stack.stage, stack.stack) for stack in run.deployed if stack.status not in _NEVER_UP}
    sets = (each for each in run.change_sets if (each.stage, each.stack) in up)
    return {change.resource_type for each in sets for change in each.changes if change.action != "Remove"}


def _moved(rollout: RolloutRun) -> bool:
    """Whether CodeDeploy took a deployment up: it asks its hooks first, and may stop there."""
    nothing = rollout.finished is not None and rollout.finished.what.status == "NothingToShift"
    return not nothing and rollout.started.from_version != rollout.started.to_version


def _was_watched(rollout: RolloutRun) -> bool:
    return _moved(rollout) and any(_evaluations(rollout))


def _evaluations(rollout: RolloutRun) -> Iterator[bool]:
    yield bool(rollout.alarms)
    yield from (bool(sample.what.measured) for sample in rollout.samples)

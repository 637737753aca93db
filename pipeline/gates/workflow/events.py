"""What GitHub's contexts hold when an event starts a workflow: two runs of each kind, to tell what tells them apart.

Values are examples; which of them differ between two runs of one event, which are empty and which nobody can know is
from GitHub's "Events that trigger workflows" and "Contexts reference". Pure.
"""

import re
from collections.abc import Iterable, Mapping

from pipeline.gates.workflow.expression import (
    UNKNOWN,
    NoExpression,
    Open,
    Value,
    World,
    evaluate,
    templates_in,
    text_of,
    truth_of_condition,
)

MAIN = "main"
ALL_WELL: Mapping[str, Value] = {"success": True, "always": True, "failure": False, "cancelled": False}
"""What the status functions answer while nothing has failed."""
SOMETHING_FAILED: Mapping[str, Value] = {"success": False, "always": True, "failure": True, "cancelled": False}
ANYTHING: Mapping[str, Value] = {"always": True}
"""What they answer if any end may have come before."""
_STATUS = re.compile(r"\b(?:success|always|failure|cancelled)\s*\(", re.IGNORECASE)


def runs(event: str, workflow: str = "workflow", statuses: Mapping[str, Value] = ALL_WELL) -> tuple[World, World]:
    """Two runs that different commits started by the same event, as expressions see them."""
    first, second = (World({"github": _github(event, number, workflow)}, statuses) for number in (1, 2))
    return first, second


def forks(event: str, workflow: str = "workflow") -> tuple[World, World]:
    """Two runs of pull requests whose branches have the same name, as two forks may have them."""
    first, second = (World({"github": _github(event, number, workflow, "patch")}, ALL_WELL) for number in (1, 2))
    return first, second


def share(group: str, first: World, second: World) -> bool:
    """Whether two runs have the same concurrency group; NoExpression if it is none.

    What nobody can know before a run tells no two apart; whatever stands beside it may.
    """
    inside = tuple(templates_in(group))
    one, other = ([text_of(evaluate(each, run)) for each in inside] for run in (first, second))
    return [each.lower() for each in one] == [each.lower() for each in other]


def holds(condition: str | None, event: str, statuses: Mapping[str, Value] = ALL_WELL) -> bool | None:
    """Whether an `if` holds in a run of `event` (None: it depends). No condition always holds while all is well."""
    return True if condition is None else _truth(condition, runs(event, statuses=statuses)[0])


def runs_after_failure(condition: str | None, event: str) -> bool:
    """Whether a job with this `if` runs though one that it needs has failed: only if it asks how things went at all.

    GitHub puts `success()` in front of each condition that calls no status function ("Expressions", "Status check
    functions").
    """
    asks = condition is not None and _STATUS.search(condition) is not None
    return asks and holds(condition, event, SOMETHING_FAILED) is True


def _truth(condition: str, world: World) -> bool | None:
    """None for what is no expression: `condition-never-holds` says so."""
    try:
        return truth_of_condition(condition, world)
    except NoExpression:
        return None


def holds_elsewhere(condition: str | None, branch: str, event: str = "push") -> bool | None:
    """Whether an `if` holds for an event (a push, if it is not said) at another branch than main."""
    if condition is None:
        return True
    github = Open({"event_name": event, "ref": f"refs/heads/{branch}", "ref_name": branch, "ref_type": "branch"})
    return _truth(condition, World({"github": github}, ANYTHING))


def can_hold(condition: str | None, events: Iterable[str]) -> bool:
    """Whether an `if` may hold in a run of any of the events, whatever happened before."""
    return condition is None or any(holds(condition, event, ANYTHING) is not False for event in events)


def _github(event: str, number: int, workflow: str, branch: str = "") -> Value:
    """`branch` is what the branch of a pull request is called, whichever it is of."""
    branch = branch or f"branch-{number}"
    known: dict[str, Value] = {
        "event_name": event,
        "workflow": workflow,
        "run_id": f"100{number}",
        "run_number": f"20{number}",
        "sha": f"{number}" * 40,
        "head_ref": "",
        "base_ref": "",
        "ref": f"refs/heads/{MAIN}",
        "ref_name": MAIN,
        "ref_type": "branch",
        "event": _payload(event, number, branch),
    }
    if event.startswith("pull_request"):
        merge = {"ref": f"refs/pull/{number}/merge", "ref_name": f"{number}/merge"} if event == "pull_request" else {}
        known |= {"head_ref": branch, "base_ref": MAIN, **merge}
    elif event == "merge_group":
        queued = _queued(number)
        known |= {"ref": queued, "ref_name": queued.removeprefix("refs/heads/")}
    elif event != "push":
        known |= {"ref": UNKNOWN, "ref_name": UNKNOWN}
    return Open(known)


def _queued(number: int) -> str:
    return f"refs/heads/gh-readonly-queue/{MAIN}/pr-{number}-{'0' * 40}"


def _payload(event: str, number: int, branch: str) -> Value:
    """The event's own document: what another event would bring is null in it."""
    common: dict[str, Value] = {"repository": UNKNOWN, "sender": UNKNOWN, "organization": UNKNOWN}
    if event.startswith("pull_request"):
        repository = Open({"full_name": f"owner-{number}/fork"})
        head = Open({"sha": f"{number}" * 40, "ref": branch, "label": f"owner-{number}:{branch}", "repo": repository})
        base = Open({"ref": MAIN})
        pull = Open({"number": str(number), "head": head, "base": base})
        return {**common, "action": UNKNOWN, "number": str(number), "pull_request": pull, "label": UNKNOWN}
    if event == "merge_group":
        commit = Open({"id": f"{number}" * 40})
        group = {"head_sha": f"{number}" * 40, "head_ref": _queued(number), "base_ref": f"refs/heads/{MAIN}"}
        return {
            **common,
            "action": UNKNOWN,
            "merge_group": Open({**group, "base_sha": "0" * 40, "head_commit": commit}),
        }
    if event == "push":
        commit = Open({"id": f"{number}" * 40})
        told: dict[str, Value] = {"after": f"{number}" * 40, "ref": f"refs/heads/{MAIN}", "head_commit": commit}
        return {**common, **told, "before": UNKNOWN, "commits": UNKNOWN, "pusher": UNKNOWN, "forced": UNKNOWN}
    return Open(common)

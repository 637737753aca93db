"""What the functions that CodeDeploy asks before and after a shift are told, as `pipeline.hooks` reads it. Pure."""

import json
from collections.abc import Mapping

from pipeline.gates.guard.resource import Resource
from pipeline.gates.openapi.node import Json, listed, mapped

BEFORE, AFTER = "BeforeAllowTrafficHook", "AfterAllowTrafficHook"
HANDLERS: Mapping[str, str] = {
    BEFORE: "pipeline.hooks.before_allow_traffic.handler",
    AFTER: "pipeline.hooks.after_allow_traffic.handler",
}
JUDGE = "pipeline.hooks.judge.handler"
ANSWERS = "codedeploy:PutLifecycleEventHookExecutionStatus"
NAMED = "CodeDeployHook_"
"""How their names start, where AWS's own policy lets CodeDeploy invoke no other function."""


def told(hook: Resource) -> Mapping[str, Json]:
    """The variables of a hook's environment."""
    return mapped(hook.at("Environment", "Variables"))


def names_in_list(value: Json) -> list[Json]:
    """The items of a list that is written as JSON text; none if it is none."""
    try:
        return listed(json.loads(value)) if isinstance(value, str) else []
    except ValueError:
        return []

"""Change sets that see another attribute: ministack compares every `Fn::GetAtt` as an empty text, and sees none change.

A change set that finds nothing fails, so a template that only names another resource's ARN would never be deployed.
Source: CloudFormation API reference, `ResourceChangeDetail`: a change made directly to the template is a change.
"""

from collections.abc import Callable
from typing import Any

from pipeline.rehearsal.world.emulator.inside.seams import Seam

COMPARED = Seam(
    "ministack.services.cloudformation.changesets",
    "_resolve_props_for_diff",
    ("template", "params", "stack_name", "stack_id"),
)
SEAMS = (COMPARED,)


def marked(value: Any) -> Any:
    """`value` with a text that names resource and attribute in place of each `Fn::GetAtt`."""
    if isinstance(value, list):
        return [marked(item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Fn::GetAtt"}:
        path = value["Fn::GetAtt"]
        return path if isinstance(path, str) else ".".join(map(str, path))
    return {key: marked(item) for key, item in value.items()}


def install() -> None:
    """Let both templates be compared with their attributes by name."""

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        def compared(template: Any, params: Any, stack_name: str, stack_id: str) -> Any:
            return original(marked(template), params, stack_name, stack_id)

        return compared

    COMPARED.wrap(wrap)

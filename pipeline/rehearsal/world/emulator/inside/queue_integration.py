"""Methods that write into a queue without a function: what ministack's mapping templates don't know.

ministack renders the template, sends the message and chooses the integration response. Added here: `$context` in both
templates, parameters in any case of their names (the door passes headers on in lower case), headers of an answer that
come from `context`, the time that it took, and the route for log and metrics. The role that the integration names is
not asked (API Gateway Developer Guide, "Mapping template and access logging variable reference").
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.emulator.inside.visit import VISIT, Visit, context_variables

MODULE = "ministack.services.apigateway_v1"
INVOKE = Seam(MODULE, "_invoke_sqs_v1")
RENDER = Seam(MODULE, "_render_request_template_v1", ("template", "body_str", "params_map", "context"))
ORIGIN = Seam("ministack.core.iam_evaluator", "pin_request_origin", ("source_ip", "secure_transport"))
SEAMS = (INVOKE, RENDER, ORIGIN)

GATEWAY = "127.0.0.1"

FROM_CONTEXT = "context."
RESOURCE = 4
"""Where the resource stands among the seam's parameters."""
LEFT_OUT = ("authorizer", "error", "integration")


class AnyCase(dict[str, str]):
    """Parameters by name, or by its lower case."""

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        """The parameter's value."""
        return super().get(name, super().get(name.lower(), default))


def install() -> None:
    """Wrap the seams."""
    RENDER.wrap(_with_context)
    INVOKE.wrap(_completed)


def nested(variables: Mapping[str, str]) -> dict[str, Any]:
    """Variables such as `identity.sourceIp` as a tree, which is how templates ask for them."""
    tree: dict[str, Any] = {}
    for name, value in variables.items():
        *above, last = name.split(".")
        place = tree
        for step in above:
            place = place.setdefault(step, {})
        place[last] = value
    return tree


def _with_context(original: Callable[..., str]) -> Callable[..., str]:
    def render(template: str, body_str: str, params_map: Mapping[str, str], context: Any = None) -> str:
        visit = VISIT.get()
        known = {} if visit is None else nested(_variables(visit))
        return original(template, body_str, AnyCase(params_map), {**known, **(context or {})})

    return render


def _completed(original: Callable[..., Any]) -> Callable[..., Any]:
    async def invoke(*asked: Any, **named: Any) -> Any:
        call = original(*asked, **named)
        visit = VISIT.get()
        if visit is None:
            return await call
        visit.resource_path = asked[RESOURCE]["path"]
        ORIGIN.get()(GATEWAY, True)  # API Gateway calls SQS over TLS, which the policies of queues ask for
        began = time.perf_counter()
        status, headers, body = await call
        visit.integration_ms = (time.perf_counter() - began) * 1000
        return status, _resolved(headers, visit), body

    return invoke


def _resolved(headers: Mapping[str, str], visit: Visit) -> dict[str, str]:
    values = _variables(visit)
    return {
        name: values.get(value.removeprefix(FROM_CONTEXT), "") if value.startswith(FROM_CONTEXT) else value
        for name, value in headers.items()
    }


def _variables(visit: Visit) -> Mapping[str, str]:
    """What ministack tells templates itself, and what only an answer has, are left out."""
    return {name: value for name, value in context_variables(visit).items() if name.partition(".")[0] not in LEFT_OUT}

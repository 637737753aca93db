"""The function `operations`: what operators do to the service itself. All of it is for the group ops.

What it may do in AWS is listed in api/needs.py: a function of its own, so that no other may touch the dead letters.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Final

from api.adapters import aws, sources
from api.adapters.dead_letters import SqsDeadLetters, Way
from api.adapters.idempotency import Idempotency
from api.domain.ports import DeadLetters
from api.handlers import bodies, logs, repeating
from api.handlers.callers import Caller
from api.handlers.function import Function
from api.handlers.http import Answer, Request
from api.handlers.routes import Access, Route
from api.handlers.schemas import NewRedrive
from api.handlers.settings import settings


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a route may use."""

    dead_letters: DeadLetters
    idempotency: Idempotency


@cache
def services() -> Services:
    """This environment's services."""
    dead_letters = SqsDeadLetters(aws.sqs(), ways(os.environ))
    return Services(dead_letters, Idempotency(aws.dynamodb(), settings().idempotency_table))


def ways(environment: Mapping[str, str]) -> dict[str, Way]:
    """By queue, from the variable that the stack sets: `{name: {"source": arn, "destination": arn}}`."""
    return {name: Way(**way) for name, way in json.loads(sources.told("REDRIVES", environment)).items()}


def _redrive(request: Request, caller: Caller, services: Services) -> Answer:
    queue = request.parameters["name"]
    body = bodies.read(request, NewRedrive)

    def effect(_digest: str) -> Answer:
        task = services.dead_letters.send_back(queue, body.messages_per_second)
        logs.note("dead letters sent back", queue=queue, operator=caller.subject)
        return Answer(HTTPStatus.ACCEPTED, {"queue": queue, "task": task})

    return repeating.once(services.idempotency, request, caller, body, effect)


ROUTES: Final = (Route("redriveQueue", "POST", "/v1/ops/queues/{name}/redrives", Access.OPS, _redrive),)

handler = Function(ROUTES, services)
"""What Lambda calls with (event, context)."""

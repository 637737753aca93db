"""What every function does around its routes: correlation, problems, log and metrics.

Powertools routes; nothing that happens in here leaves it as an exception, because the caller of an API is owed an
answer and the alarms count answers.
"""

import json
import os
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from api.adapters import metrics, sources
from api.adapters.tracing import Tracing, tracing
from api.domain.events import Json
from api.handlers import correlation, http, logs, problems
from api.handlers.http import Answer, Event
from api.handlers.problems import Problem
from api.handlers.routes import Route, allowed

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_EXPOSED = "ETag, Idempotent-Replayed, Link, Location, Retry-After, X-Correlation-Id"


class Function[S]:
    """A Lambda function that answers `routes` with services that are made on first use."""

    def __init__(self, routes: Sequence[Route[S]], services: Callable[[], S]) -> None:
        self._routes = routes
        self._services = services
        self._tracing: Tracing = tracing(os.environ)
        self._resolver = APIGatewayRestResolver()
        self._resolver.not_found(self._nothing_here)
        self._resolver.exception_handler(Exception)(self._problem)
        for route in routes:
            self._register(route)

    def __call__(self, event: Event, context: "LambdaContext") -> dict[str, Any]:
        """Answer one proxy event. Never raises."""
        started = time.perf_counter()
        notes: dict[str, Json] = {}
        correlation_id = sources.new_id()
        try:
            correlation_id = correlation.correlation_id(http.headers(event), lambda: correlation_id)
            logs.begin(correlation_id)
            self._resolver.context.update(correlation_id=correlation_id, notes=notes)
            sent = self._resolver.resolve(event, context)
        except Exception as error:
            sent = _unreadable(error, correlation_id)
        milliseconds = (time.perf_counter() - started) * 1000
        logs.answered(sent["statusCode"], milliseconds, notes)
        metrics.count(metrics.executed(context, os.environ), sent["statusCode"], milliseconds)
        return sent

    def _register(self, route: Route[S]) -> None:
        def serve(**parameters: str) -> Response[str]:
            self._notes["operation"] = route.operation
            request = http.request(
                self._resolver.current_event.raw_event, parameters, self._correlation_id, self._resolver.lambda_context
            )
            caller = route.caller(request)
            with self._tracing.span(route.operation):
                return self._response(route.serve(request, caller, self._services()))

        rule = route.path.replace("{", "<").replace("}", ">")
        self._resolver.route(rule, route.method)(serve)

    def _nothing_here(self, _error: NotFoundError) -> Response[str]:
        event = self._resolver.current_event
        methods = allowed(self._routes, event.path)
        if not methods or event.http_method in methods:  # the path may hold what Powertools takes for no parameter
            return self._problem(Problem(HTTPStatus.NOT_FOUND, "not-found", "There is nothing at this path."))
        listed = ", ".join(methods)
        detail = f"{event.http_method} is not possible here, only {listed}."
        return self._problem(
            Problem(HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed", detail, headers={"Allow": listed})
        )

    def _problem(self, error: Exception) -> Response[str]:
        problem = problems.from_error(error)
        self._notes["problem"] = problem.slug
        if problem.status.is_server_error:
            logs.failed(error)
        return self._response(problems.answer(problem, self._resolver.current_event.path, self._correlation_id))

    def _response(self, answer: Answer) -> Response[str]:
        return Response(
            status_code=answer.status.value,
            content_type=answer.media_type if answer.body is not None else None,
            headers=_headers(answer, self._correlation_id),
            body="" if answer.body is None else _written(answer.body),
        )

    @property
    def _notes(self) -> dict[str, Json]:
        notes: dict[str, Json] = self._resolver.context["notes"]
        return notes

    @property
    def _correlation_id(self) -> str:
        return str(self._resolver.context["correlation_id"])


def _unreadable(error: Exception, correlation_id: str) -> dict[str, Any]:
    """The answer to an event that Powertools could not even route."""
    logs.failed(error)
    answer = problems.answer(problems.from_error(error), "/", correlation_id)
    headers = {"Content-Type": answer.media_type, **_headers(answer, correlation_id)}
    return {
        "statusCode": answer.status.value,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "body": _written(answer.body),
        "isBase64Encoded": False,
    }


def _headers(answer: Answer, correlation_id: str) -> dict[str, str | list[str]]:
    headers = {correlation.HEADER: correlation_id, "X-Content-Type-Options": "nosniff", **answer.headers}
    origin = os.environ.get("ALLOWED_ORIGIN")
    if origin:
        headers |= {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Expose-Headers": _EXPOSED,
            "Vary": "Origin",
        }
    return dict(headers)


def _written(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))

"""What every function does around its routes: correlation, problems, log and metrics.

API Gateway has found the route already (`resource` and `httpMethod` of the event), so it is looked up, not searched
for. Nothing that happens in here leaves it as an exception, because the caller of an API is owed an answer and the
alarms count answers.
"""

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from api.adapters import metrics, sources
from api.adapters.faults import passes_by_itself
from api.adapters.tracing import Tracing, tracing
from api.domain.events import Json
from api.handlers import browsers, correlation, deprecation, happenings, http, logs, problems
from api.handlers.deprecation import Deprecation
from api.handlers.happenings import Happening
from api.handlers.http import Answer, Event
from api.handlers.problems import Problem
from api.handlers.routes import Route, allowed

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Function[S]:
    """A Lambda function that answers `routes` with services that are made on first use."""

    def __init__(self, routes: Sequence[Route[S]], services: Callable[[], S]) -> None:
        self._routes = routes
        self._by_resource = {(route.method, route.path): route for route in routes}
        self._services = services
        self._deprecated = {route.operation: route.deprecated for route in routes}
        self._business = frozenset(route.operation for route in routes if route.business)
        self._tracing: Tracing = tracing(os.environ)
        self._annotations = {route.operation: _annotations(route) for route in routes}
        self._is_cold = True

    def __call__(self, event: Event, context: "LambdaContext") -> dict[str, Any]:
        """Answer one proxy event. Never raises."""
        cold = self._is_cold
        started = time.perf_counter()
        if self._is_cold:
            self._is_cold = False
            happenings.count(Happening.COLD_START)
        notes: dict[str, Json] = {}
        correlation_id = origin = ""
        try:
            headers = http.headers(event)
            origin = headers.get("origin", "")
            correlation_id = correlation.correlation_id(headers, sources.new_id)
            logs.begin(correlation_id)
            answer = self._answer(event, headers, context, correlation_id, notes)
        except Exception as error:
            correlation_id = correlation_id or sources.new_id()
            answer = _problem(error, event, correlation_id, notes)
        milliseconds = (time.perf_counter() - started) * 1000
        logs.answered(answer.status.value, milliseconds, notes)
        business = notes.get("operation") in self._business
        who = metrics.executed(context, os.environ)
        metrics.count(who, answer.status.value, milliseconds, cold=cold, business=business)
        own = {correlation.HEADER: correlation_id, **browsers.told(origin, os.environ)}
        return _sent(answer, own, self._deprecated.get(str(notes.get("operation"))))

    def _answer(
        self,
        event: Event,
        headers: Mapping[str, str],
        context: "LambdaContext",
        correlation_id: str,
        notes: dict[str, Json],
    ) -> Answer:
        route = self._by_resource.get((event["httpMethod"], event["resource"]))
        if route is None:
            raise self._nothing_here(event["httpMethod"], http.path(event))
        notes["operation"] = route.operation
        request = http.request(event, headers, correlation_id, context)
        caller = route.caller(request)
        with self._tracing.span(route.operation, **self._annotations[route.operation]):
            return route.serve(request, caller, self._services())

    def _nothing_here(self, method: str, path: str) -> Problem:
        methods = allowed(self._routes, path)
        if not methods or method in methods:
            return Problem(HTTPStatus.NOT_FOUND, "not-found", "There is nothing at this path.")
        listed = ", ".join(methods)
        detail = f"{method} is not possible here, only {listed}."
        return Problem(HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed", detail, headers={"Allow": listed})


def _problem(error: Exception, event: Event, correlation_id: str, notes: dict[str, Json]) -> Answer:
    problem = problems.from_error(error)
    notes["problem"] = problem.slug
    if problem.status.is_server_error:
        logs.failed(error)
        if passes_by_itself(error):
            happenings.count(Happening.DATA_UNAVAILABLE)
    return problems.answer(problem, _instance(event), correlation_id)


def _instance(event: Event) -> str:
    """What the problem is of, whatever is wrong with the event."""
    try:
        return http.whole_path(event)
    except (AttributeError, TypeError):
        return "/"


def _annotations(route: Route[Any]) -> dict[str, str]:
    """What a trace is found by in X-Ray's map: `annotation.route = "GET /v1/orders"`."""
    return {
        "service": os.environ.get("POWERTOOLS_SERVICE_NAME", "orders"),
        "stage": os.environ.get("STAGE", "none"),
        "route": f"{route.method} {route.path}",
    }


def _sent(answer: Answer, own: Mapping[str, str], deprecated: Deprecation | None) -> dict[str, Any]:
    """The answer in the form that a proxy integration takes; `own` are the headers that every answer has."""
    headers = deprecation.joined({"X-Content-Type-Options": "nosniff", **own, **answer.headers}, deprecated)
    if answer.body is not None:
        headers["Content-Type"] = answer.media_type
    return {
        "statusCode": answer.status.value,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "body": "" if answer.body is None else _written(answer.body),
        "isBase64Encoded": False,
    }

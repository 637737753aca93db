"""The door of REST APIs: it carries each request through ministack's API Gateway, measures it, and mends its answers.

ministack routes, authorises, validates and invokes. Added here: APIs are found whatever account asks (their clients
have none), a function's request has what AWS puts into it, its answer is checked as strictly as AWS does, the
integration's timeout counts, and each request leaves metrics (API Gateway Developer Guide, "Amazon API Gateway
dimensions and metrics") and a line in the stage's access log.
"""

import asyncio
import logging
import secrets
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from pipeline.rehearsal.world.emulator.inside import proxy_answer
from pipeline.rehearsal.world.emulator.inside.access_log import VARIABLE, AccessLog
from pipeline.rehearsal.world.emulator.inside.api_address import address_of
from pipeline.rehearsal.world.emulator.inside.asgi import (
    BodyTooLarge,
    Disconnected,
    Headers,
    Receive,
    Scope,
    Send,
    answer,
    answer_json,
    read_body,
    request_headers,
)
from pipeline.rehearsal.world.emulator.inside.claims import as_text, usable
from pipeline.rehearsal.world.emulator.inside.journal import Journal
from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.emulator.inside.telemetry import Measure, Telemetry
from pipeline.rehearsal.world.emulator.inside.traffic import Answered, Traffic
from pipeline.rehearsal.world.emulator.inside.visit import VISIT, Visit, context_variables
from pipeline.rehearsal.world.observation import WorldFailed

MODULE = "ministack.services.apigateway_v1"
APIS = Seam(MODULE, "_rest_apis")
STAGES = Seam(MODULE, "_stages_v1")
EXECUTE = Seam(MODULE, "handle_execute", ("api_id", "stage_name", "method", "path", "headers", "body", "query_params"))
MATCH = Seam(MODULE, "_match_resource_tree", ("api_id", "segments"))
MATCH_GREEDY = Seam(MODULE, "_match_greedy_fallback", ("api_id", "segments", "http_method"))
GATEWAY_ERROR = Seam(MODULE, "_gw_error", ("response_type", "message"))
RENDER_ERROR = Seam(MODULE, "_gateway_error_response", ("error", "request"))
PROXY_ANSWER = Seam(MODULE, "_lambda_proxy_response", ("result",))
STRINGIFY = Seam(MODULE, "_stringify_claims", ("claims",))
COGNITO = Seam(MODULE, "_validate_cognito_authorizer", ("authorizer", "method_obj", "headers", "query_params", "stage"))
EVENT = Seam(MODULE, "_build_lambda_event_v1")
INVOKE = Seam(MODULE, "_invoke_lambda_proxy_v1")
SCOPE = Seam("ministack.core.responses", "request_scope", ("account_id", "region"))
SEAMS = (
    APIS,
    STAGES,
    EXECUTE,
    MATCH,
    MATCH_GREEDY,
    GATEWAY_ERROR,
    RENDER_ERROR,
    PROXY_ANSWER,
    STRINGIFY,
    COGNITO,
    EVENT,
    INVOKE,
    SCOPE,
)

log = logging.getLogger("slipway.gateway")

MOST_OF_A_REQUEST = 10 * 1024 * 1024
NO_IDENTITY = (
    "cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller", "principalOrgId", "accessKey",
    "cognitoAuthenticationType", "cognitoAuthenticationProvider", "userArn", "user",
)  # fmt: skip


class Gateway:
    """Serves every REST API of every account."""

    def __init__(self, telemetry: Telemetry, traffic: Traffic, access_log: AccessLog, journal: Journal) -> None:
        self._telemetry = telemetry
        self._traffic = traffic
        self._access_log = access_log
        self._journal = journal
        self._apis = APIS.get()
        self._stages = STAGES.get()
        self._execute = EXECUTE.get()

    def install(self) -> None:
        """Wrap the seams."""
        MATCH.wrap(_match)
        MATCH_GREEDY.wrap(_match)
        RENDER_ERROR.wrap(_render_error)
        PROXY_ANSWER.put(_proxy_answer)
        STRINGIFY.put(as_text)
        COGNITO.wrap(_authorise)
        EVENT.wrap(_complete_event)
        INVOKE.wrap(_limit_time)

    def address(self, host: str, path: str) -> tuple[str, str, str] | None:
        """The API, stage and path that a request means."""
        return address_of(host, path)

    async def serve(self, address: tuple[str, str, str], scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request to an API."""
        api_id, stage, path = address
        owner = self._owner(api_id)
        if owner is None:
            await answer_json(send, 403, {"message": "Forbidden"})
            return
        began = time.perf_counter()
        headers = request_headers(scope)
        visit = _visit(owner, (api_id, stage, path), scope, headers)
        try:
            status, answered, body = await self._carry(visit, _as_passed_on(visit, headers), scope, receive)
        except Disconnected:
            return
        except Exception as error:  # ministack's fault or ours, never the change's
            log.exception("%s %s could not be served", visit.method, visit.path)
            self._journal.add(*owner, WorldFailed(f"the door of the API broke: {error!r}"))
            await answer_json(send, 500, {"message": "the local AWS failed"})
            return
        milliseconds = (time.perf_counter() - began) * 1000
        settings = (self._stages.get_scoped(*owner, api_id) or {}).get(stage) or {}
        self._measure(visit, settings, status, milliseconds)
        self._access_log.write(visit, settings, status, len(body), milliseconds)
        own = {"x-amzn-requestid": visit.request_id, "x-amz-apigw-id": visit.request_id[:8]}
        kept = {name: value for name, value in answered.items() if name.lower() not in own}
        await answer(send, status, kept | own, b"" if scope["method"] == "HEAD" else body)

    def _owner(self, api_id: str) -> tuple[str, str] | None:
        """Account and region of an API: its clients name neither."""
        for (account, region, known), _ in self._apis.all_items():
            if known == api_id:
                return account, region
        return None

    async def _carry(
        self, visit: Visit, headers: Mapping[str, str], scope: Scope, receive: Receive
    ) -> tuple[int, Headers, bytes]:
        token = VISIT.set(visit)
        try:
            body = await read_body(receive, MOST_OF_A_REQUEST)
            query = parse_qs(scope["query_string"].decode("utf-8", "replace"), keep_blank_values=True)
            with SCOPE.get()(visit.account, visit.region):
                result = await self._execute(visit.api_id, visit.stage, visit.method, visit.path, headers, body, query)
        except BodyTooLarge:
            result = self._too_large(visit, headers)
        finally:
            VISIT.reset(token)
        status, answered, content = result
        return int(status), answered, content

    def _too_large(self, visit: Visit, headers: Mapping[str, str]) -> tuple[int, Headers, bytes]:
        """What the stage has for a request over 10 MB (API Gateway Developer Guide, "Gateway response types").

        ministack has a limit of its own, and no answer from the stage.
        """
        stage = (self._stages.get_scoped(visit.account, visit.region, visit.api_id) or {}).get(visit.stage)
        if stage is None:
            return 403, {"content-type": "application/json"}, b'{"message":"Forbidden"}'
        request = {
            "api_id": visit.api_id,
            "stage_name": visit.stage,
            "stage": stage,
            "headers": headers,
            "query_params": {},
            "path_params": {},
            "resource_path": "",
            "request_id": visit.request_id,
        }
        with SCOPE.get()(visit.account, visit.region):
            answered: tuple[int, Headers, bytes] = RENDER_ERROR.get()(
                GATEWAY_ERROR.get()("REQUEST_TOO_LARGE", "Request Too Long"), request
            )
        return answered

    def _measure(self, visit: Visit, stage: Mapping[str, Any], status: int, milliseconds: float) -> None:
        measures = [
            Measure("Count", 1),
            Measure("4XXError", 1 if 400 <= status < 500 else 0),
            Measure("5XXError", 1 if status >= 500 else 0),
            Measure("Latency", milliseconds, "Milliseconds"),
        ]
        if visit.integration_ms is not None:
            measures.append(Measure("IntegrationLatency", visit.integration_ms, "Milliseconds"))
        api = self._apis.get_scoped(visit.account, visit.region, visit.api_id) or {}
        dimensions = _dimensions(str(api.get("name", visit.api_id)), visit, stage)
        self._telemetry.publish((visit.account, visit.region), "AWS/ApiGateway", measures, dimensions)
        if visit.alias is not None and visit.version is not None:
            operation = f"{visit.method} {visit.resource_path}"
            answered = Answered(visit.version, operation, milliseconds, visit.function_failed, status)
            self._traffic.count(visit.alias, answered)


def _dimensions(name: str, visit: Visit, stage: Mapping[str, Any]) -> list[dict[str, str]]:
    """By API, by stage, and by method where the stage asks for detailed metrics."""
    by_api = {"ApiName": name}
    by_stage = by_api | {"Stage": visit.stage}
    detailed = any(each.get("metricsEnabled") for each in (stage.get("methodSettings") or {}).values())
    if not detailed or not visit.resource_path:
        return [by_api, by_stage]
    return [by_api, by_stage, by_stage | {"Method": visit.method, "Resource": visit.resource_path}]


def _visit(owner: tuple[str, str], address: tuple[str, str, str], scope: Scope, headers: Mapping[str, str]) -> Visit:
    now = time.time()
    return Visit(
        str(uuid.uuid4()),
        *owner,
        *address[:2],
        method=scope["method"],
        path=address[2],
        source_ip=(scope.get("client") or ("127.0.0.1",))[0],
        user_agent=headers.get("user-agent", ""),
        protocol=f"HTTP/{scope.get('http_version', '1.1')}",
        trace_id=headers.get("x-amzn-trace-id") or f"Root=1-{int(now):08x}-{secrets.token_hex(12)}",
        began=now,
    )


def _as_passed_on(visit: Visit, headers: Mapping[str, str]) -> dict[str, str]:
    """The request's headers, as if it had come over TLS to the API's own host."""
    before = f"{headers['x-forwarded-for']}, " if "x-forwarded-for" in headers else ""
    return {
        **headers,
        "host": visit.host,
        "x-forwarded-for": before + visit.source_ip,
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
        "x-amzn-trace-id": visit.trace_id,
    }


def _match(original: Callable[..., Any]) -> Callable[..., Any]:
    """A path is taken apart as it was sent, and its parts are decoded then: an escaped slash is part of a parameter.

    The function's event keeps the path as it was sent. Source: what others have recorded of REST APIs, as AWS documents
    neither (middleapi/standard-server, pull request 93; LocalStack routes REST APIs so, too).
    """

    def match(api_id: str, segments: list[str], *method: str) -> Any:
        return original(api_id, [unquote(segment) for segment in segments], *method)

    return match


def _render_error(original: Callable[..., Any]) -> Callable[..., Any]:
    """An error of the gateway itself: remembered for the access log, and 502 where a function failed.

    ministack renders a failed function as DEFAULT_5XX, whose status is 500 unless the template says another; AWS
    answers 502.
    """

    def render(error: Any, request: dict[str, Any]) -> Any:
        visit = VISIT.get()
        if visit is None:
            return original(error, request)
        visit.error_message, visit.error_type = str(error.message), str(error.response_type)
        visit.resource_path = request["resource_path"]
        status, headers, body = original(error, {**request, "request_id": visit.request_id})
        unspecified = error.response_type == "DEFAULT_5XX" and status == 500
        return 502 if unspecified and visit.version is not None else status, headers, _filled(body, visit)

    return render


def _filled(body: bytes, visit: Visit) -> bytes:
    """The variables that ministack leaves as they are; what nobody knows stays, so that it is seen."""
    values = context_variables(visit)
    return VARIABLE.sub(
        lambda found: values.get(found[1].removeprefix("."), found[0]), body.decode("utf-8", "replace")
    ).encode()


def _proxy_answer(result: dict[str, Any]) -> tuple[dict[str, Any] | None, str | None]:
    """A function's answer, or what is wrong with it: as strict as AWS."""
    fault = _fault_of(result)
    if fault is None:
        returned = result["body"]
        return {**returned, "statusCode": int(returned["statusCode"])}, None
    visit = VISIT.get()
    if visit is not None:
        visit.fault = fault
    return None, fault


def _fault_of(result: dict[str, Any]) -> str | None:
    if result.get("throttle"):
        return "Lambda throttled the invocation"
    if result.get("error"):
        return "the function failed"
    fault = proxy_answer.malformed(result.get("body"))
    return f"malformed Lambda proxy response: {fault}" if fault else None


def _authorise(original: Callable[..., Any]) -> Callable[..., Any]:
    """Verified tokens of the wrong kind are refused, and an expired one is told so."""
    refuse = GATEWAY_ERROR.get()

    async def authorise(
        authorizer: Any, method_obj: dict[str, Any], headers: Any, query_params: Any, stage: Any
    ) -> tuple[dict[str, Any] | None, Any]:
        claims, error = await original(authorizer, method_obj, headers, query_params, stage)
        visit = VISIT.get()
        if claims is not None and visit is not None:
            visit.claims = as_text(claims)
        if claims is not None and not usable(claims, tuple(method_obj.get("authorizationScopes") or ())):
            return None, refuse("UNAUTHORIZED", "Unauthorized")
        return claims, error

    return authorise


def _complete_event(original: Callable[..., Any]) -> Callable[..., Any]:
    """The proxy event with what AWS has in it and ministack hasn't, and without what only HTTP APIs have."""

    def build(*args: Any, **kwargs: Any) -> dict[str, Any]:
        event: dict[str, Any] = original(*args, **kwargs)
        visit = VISIT.get()
        event.pop("version", None)
        context = event["requestContext"]
        context["identity"] = {**dict.fromkeys(NO_IDENTITY), **context["identity"]}
        if visit is not None:
            visit.resource_path = context["resourcePath"]
            context |= {
                "requestId": visit.request_id,
                "extendedRequestId": visit.request_id[:8],
                "domainName": visit.host,
                "domainPrefix": visit.api_id,
            }
        return event

    return build


def _limit_time(original: Callable[..., Any]) -> Callable[..., Any]:
    """Wait for the integration as long as it may take; after that the client gets a 504 and the function runs on.

    Its failures become gateway responses. Source: API Gateway Developer Guide, "Gateway response types",
    INTEGRATION_TIMEOUT.
    """
    refuse = GATEWAY_ERROR.get()

    async def invoke(integration: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        visit = VISIT.get()
        began = time.perf_counter()
        work = asyncio.ensure_future(original(integration, *args, **kwargs))
        done, _ = await asyncio.wait({work}, timeout=int(integration.get("timeoutInMillis") or 29_000) / 1000)
        if visit is not None:
            visit.integration_ms = (time.perf_counter() - began) * 1000
        if not done:
            work.add_done_callback(lambda late: late.exception())
            return refuse("INTEGRATION_TIMEOUT", "Endpoint request timed out")
        result = work.result()
        if isinstance(result, tuple) and visit is not None:
            visit.integration_status = result[0]
            if visit.fault:
                return refuse("DEFAULT_5XX", "Internal server error")
        return result

    return invoke

"""API keys whose source is the authorizer: the key that it names counts, and none that the client sends.

ministack reads keys from the header `x-api-key` alone and drops `usageIdentifierKey` of a Lambda authorizer's answer.
Here the answer's key is kept with the authorizer's cached context, taken out of it before a function sees it, and put
where ministack looks for it. Source: API Gateway developer guide, "Choose an API key source" and "Output from an API
Gateway Lambda authorizer". GetUsage, which ministack lacks, tells what ministack has counted.
"""

import datetime
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.emulator.inside.visit import VISIT

MODULE = "ministack.services.apigateway_v1"
APIS = Seam(MODULE, "_rest_apis")
INVOKE_AUTHORIZER = Seam(MODULE, "_invoke_authorizer_lambda", ("authorizer", "event", "account_id", "region"))
AUTHORIZE = Seam(MODULE, "_authorize_request_v1")
CHECK_KEY = Seam(MODULE, "_check_api_key", ("method_obj", "api_id", "stage_name", "headers"))
HANDLE = Seam(MODULE, "handle_request", ("method", "path", "headers", "body", "query_params"))
PLANS = Seam(MODULE, "_usage_plans")
PLAN_KEYS = Seam(MODULE, "_usage_plan_keys")
QUOTAS = Seam(MODULE, "_quota_state")
SEAMS = (APIS, INVOKE_AUTHORIZER, AUTHORIZE, CHECK_KEY, HANDLE, PLANS, PLAN_KEYS, QUOTAS)

KEPT_AS = "usageIdentifierKey"
USAGE = re.compile(r"/usageplans/(?P<plan>[^/]+)/usage")


def install() -> None:
    """Wrap the seams."""
    INVOKE_AUTHORIZER.wrap(_keep_key)
    AUTHORIZE.wrap(_take_key)
    CHECK_KEY.wrap(_check_named_key)
    HANDLE.wrap(_tell_usage)


def with_key(answer: Any) -> Any:
    """An authorizer's answer with the key that it names among its context, which ministack keeps. Pure."""
    if not isinstance(answer, dict) or not isinstance(answer.get(KEPT_AS), str):
        return answer
    return {**answer, "context": {**(answer.get("context") or {}), KEPT_AS: answer[KEPT_AS]}}


def without_key(context: Mapping[str, Any] | None) -> tuple[dict[str, Any] | None, str]:
    """The context as a function sees it, and the key; the cached context stays as it is. Pure."""
    if context is None:
        return None, ""
    return {name: value for name, value in context.items() if name != KEPT_AS}, str(context.get(KEPT_AS, ""))


def _keep_key(original: Callable[..., Any]) -> Callable[..., Any]:
    async def invoke(authorizer: Any, event: Any, account_id: str, region: str) -> Any:
        result = await original(authorizer, event, account_id, region)
        if not isinstance(result, dict) or result.get("error"):
            return result
        return {**result, "body": with_key(result.get("body"))}

    return invoke


def _take_key(original: Callable[..., Any]) -> Callable[..., Any]:
    async def authorise(*args: Any, **kwargs: Any) -> Any:
        error, context = await original(*args, **kwargs)
        seen, key = without_key(context)
        visit = VISIT.get()
        if visit is not None:
            visit.usage_key = key
            visit.authorizer = {name: value for name, value in (seen or {}).items() if isinstance(value, str)}
        return error, seen

    return authorise


def _check_named_key(original: Callable[..., Any]) -> Callable[..., Any]:
    apis = APIS.get()

    def check(method_obj: Any, api_id: str, stage_name: str, headers: Mapping[str, str]) -> Any:
        visit = VISIT.get()
        if visit is None or (apis.get(api_id) or {}).get("apiKeySource") != "AUTHORIZER":
            return original(method_obj, api_id, stage_name, headers)
        return original(method_obj, api_id, stage_name, {"x-api-key": visit.usage_key})

    return check


def _tell_usage(original: Callable[..., Any]) -> Callable[..., Any]:
    async def handle(
        method: str, path: str, headers: Mapping[str, str], body: bytes, query_params: Mapping[str, Any]
    ) -> Any:
        asked = USAGE.fullmatch(path)
        if method != "GET" or asked is None or asked["plan"] not in PLANS.get():
            return await original(method, path, headers, body, query_params)
        told = json.dumps(_usage(asked["plan"], query_params)).encode()
        return 200, {"Content-Type": "application/json"}, told

    return handle


def _usage(plan_id: str, query: Mapping[str, Any]) -> dict[str, Any]:
    """GetUsage for one day: ministack's quota counts from a key's first request on, for 24 hours of the real clock."""
    given = {name: value[0] if isinstance(value, list) else value for name, value in query.items()}
    limit = int((PLANS.get()[plan_id].get("quota") or {}).get("limit") or 0)
    keys = [key for key in PLAN_KEYS.get().get(plan_id) or {} if given.get("keyId") in (None, key)]
    counts = {key: QUOTAS.get().get((plan_id, key), (0, 0.0))[0] for key in keys}
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    return {
        "usagePlanId": plan_id,
        "startDate": given.get("startDate", today),
        "endDate": given.get("endDate", today),
        "values": {key: [[used, max(limit - used, 0)]] for key, used in counts.items()},
    }

"""Strict mode: functions act as their own roles, ministack enforces IAM, and what it denies is remembered.

An account's number as access key is the account's root for ministack, which may do everything: that is how the
rehearsal itself, its builds and its change sets act. Only functions, and whoever assumes a role, are held to their
grants. A request counts as encrypted if its connection is: no header may say so (`transport`). Conditions
find what AWS would know of a request (`condition_keys`), and variables in them stand for it (`policy_variables`); an
account that asks counts as any role of its own (`build_roles`).
What a service does with a key for somebody isn't checked: nothing is denied there for want of `kms:ViaService`.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from pipeline.rehearsal.world.emulator.inside import build_roles, condition_keys, policy_variables
from pipeline.rehearsal.world.emulator.inside.leading_keys import name_of
from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.emulator.inside.transport import OVER_TLS
from pipeline.rehearsal.world.lambda_runtime import FunctionSpec

ENFORCE = Seam(
    "ministack.core.iam_evaluator",
    "enforce",
    ("access_key_id", "iam_action", "service", "region", "resource_arn", "service_context"),
)
CREDENTIALS = Seam("ministack.core.lambda_runtime", "execution_credentials", ("config",))
ORIGIN = Seam("ministack.app", "pin_request_origin", ("source_ip", "secure_transport"))
RESOURCE = Seam(
    "ministack.core.iam_actions",
    "extract_resource_arn",
    ("service", "method", "path", "headers", "body", "query_params", "region", "account_id"),
)
LAMBDA_ACTION = Seam("ministack.core.iam_actions", "_lambda_action", ("method", "path"))
CONTEXT = Seam("ministack.core.iam_actions", "request_tag_context", ("service", "iam_action", "body", "params"))
S3_CONTEXT = Seam("ministack.core.iam_actions", "s3_service_context", ("iam_action", "query_params", "path", "headers"))
CONDITIONS = Seam("ministack.core.iam_evaluator", "_conditions_met", ("conditions", "ctx"))
RESOLVE = Seam("ministack.core.iam_evaluator", "_resolve_condition_key", ("key", "ctx"))
TABLES = Seam("ministack.services.dynamodb", "_tables")
SEAMS = (ENFORCE, CREDENTIALS, ORIGIN, RESOURCE, LAMBDA_ACTION, CONTEXT, S3_CONTEXT, CONDITIONS, RESOLVE, TABLES)
MOST = 50
SENDS = "/v2/email/outbound-emails"
ALARM_NAMES = "AlarmNames.member."
BETWEEN = "\0"
"""Between the resources of a request that has several: a key in S3 may hold anything else."""


@dataclass(frozen=True)
class Denied:
    """A request that was denied: `principal` is the ARN of the assumed role, `action` is IAM's."""

    principal: str
    action: str
    resource: str


class Grants:
    """What was denied so far, with how often; used by many threads."""

    def __init__(self) -> None:
        self._denied: Counter[Denied] = Counter()
        self._lock = threading.Lock()

    def install(self) -> None:
        """Hear every decision, and let it be taken on what AWS would know of a request."""
        ENFORCE.wrap(self._hearing)
        ORIGIN.wrap(as_it_came)
        RESOURCE.wrap(_with_resources)
        LAMBDA_ACTION.wrap(_with_alias_actions)
        CONTEXT.wrap(_with_condition_keys)
        S3_CONTEXT.wrap(_with_upload)
        CONDITIONS.wrap(_with_variables)

    def denied(self) -> list[Mapping[str, object]]:
        """Each denial once, the most frequent first."""
        with self._lock:
            found = self._denied.most_common(MOST)
        return [
            {"principal": each.principal, "action": each.action, "resource": each.resource, "count": count}
            for each, count in found
        ]

    def access(self, spec: FunctionSpec) -> dict[str, str]:
        """Credentials of the function's own role."""
        config = {"FunctionArn": spec.function_arn, "FunctionName": spec.name, "Role": spec.role}
        given: dict[str, str] = CREDENTIALS.get()(config)
        return given

    def _hearing(self, enforce: Any) -> Any:
        def heard(
            access_key_id: str,
            iam_action: str,
            service: str,
            region: str,
            resource_arn: str = "*",
            service_context: Mapping[str, Any] | None = None,
        ) -> Any:
            for each in resource_arn.split(BETWEEN):
                context = condition_keys.of_resource(service_context or {}, each)
                found = enforce(access_key_id, iam_action, service, region, each, context)
                if found is not None:
                    principal = str(getattr(found, "principal_arn", "") or access_key_id)
                    with self._lock:
                        self._denied[Denied(principal, iam_action, each)] += 1
                    return found
            return None

        return heard


def moved_from(body: bytes) -> str:
    """The dead letters that a move task starts from, which is what it needs a grant on; "*" if it names none. Pure."""
    try:
        told = json.loads(body)
    except ValueError:
        return "*"
    source = told.get("SourceArn") if isinstance(told, dict) else None
    return source if isinstance(source, str) else "*"


def alarms_named(body: bytes, region: str, account: str) -> str:
    """The alarms that a request names, each of which needs a grant, with `BETWEEN` between them; "*" for none. Pure."""
    text = body.decode(errors="replace")
    try:
        told = json.loads(text)
        names = told.get("AlarmNames", []) if isinstance(told, dict) else []
    except ValueError:  # the query protocol
        names = [values[0] for name, values in parse_qs(text).items() if name.startswith(ALARM_NAMES)]
    return BETWEEN.join(f"arn:aws:cloudwatch:{region}:{account}:alarm:{name}" for name in names) or "*"


def sent_by(body: bytes, region: str, account: str) -> str:
    """The identity in SES that a letter is sent by, which is what sending needs a grant on; "*" if it names none. Pure.

    It is the sender's domain: no address here is an identity by itself.
    """
    try:
        told = json.loads(body)
    except ValueError:
        return "*"
    sender = told.get("FromEmailAddress") if isinstance(told, dict) else None
    domain = sender.rpartition("@")[2] if isinstance(sender, str) else ""
    return f"arn:aws:ses:{region}:{account}:identity/{domain}" if domain else "*"


def as_it_came(original: Callable[[str, bool], None]) -> Callable[[str, bool], None]:
    """Let `aws:SecureTransport` be what the request's connection is; ministack believes a header."""

    def pin(source_ip: str, secure_transport: bool) -> None:  # noqa: ARG001 - what a header says
        original(source_ip, OVER_TLS.get())

    return pin


def _with_resources(original: Any) -> Any:
    def extract(
        service: str, method: str, path: str, headers: Any, body: bytes, query: Any, region: str, account: str
    ) -> str:
        found = str(original(service, method, path, headers, body, query, region, account))
        if service == "sqs" and found == "*":
            return moved_from(body)
        if service == "lambda":
            return qualified(found, query)
        if service == "monitoring" and found == "*":
            return alarms_named(body or b"", region, account)
        return sent_by(body, region, account) if service == "ses" and path.endswith(SENDS) else found

    return extract


def _with_alias_actions(original: Any) -> Any:
    def action(method: str, path: str) -> Any:
        return of_alias(method, path) or of_provisioned(method, path) or original(method, path)

    return action


def of_alias(method: str, path: str) -> str | None:
    """The action on one alias of a function, which ministack takes for one on all of them; None for anything else."""
    parts = path.strip("/").split("/")
    if len(parts) < 2 or parts[-2] != "aliases" or "functions" not in parts:
        return None
    return {"GET": "GetAlias", "PUT": "UpdateAlias", "DELETE": "DeleteAlias"}.get(method)


def of_provisioned(method: str, path: str) -> str | None:
    """The action on a function's provisioned concurrency, which ministack takes for one on the function itself."""
    parts = path.strip("/").split("/")
    if parts[-1] != "provisioned-concurrency" or "functions" not in parts:
        return None
    named = {"GET": "GetProvisionedConcurrencyConfig", "PUT": "PutProvisionedConcurrencyConfig"}
    return {**named, "DELETE": "DeleteProvisionedConcurrencyConfig"}.get(method)


def qualified(arn: str, query: Mapping[str, Any] | None) -> str:
    """A function's ARN with the version or alias that the request asks for, which is another resource for IAM.

    Source: AWS Lambda developer guide, "Resources and conditions for Lambda actions".
    """
    asked = (query or {}).get("Qualifier")
    qualifier = asked[0] if isinstance(asked, list) and asked else asked
    return f"{arn}:{qualifier}" if qualifier and ":function:" in arn and arn.count(":") == 6 else arn


def _with_condition_keys(original: Any) -> Any:
    def context(service: str, iam_action: str, body: bytes, params: Any) -> dict[str, Any]:
        return {**original(service, iam_action, body, params), **condition_keys.of_request(service, body, _key_of)}

    return context


def _with_upload(original: Any) -> Any:
    def context(iam_action: str, query_params: Any, path: str = "", headers: Any = None) -> dict[str, Any]:
        return {
            **original(iam_action, query_params, path, headers),
            **condition_keys.of_upload(iam_action, headers or {}),
        }

    return context


def _with_variables(original: Any) -> Any:
    def met(conditions: Mapping[str, Any], ctx: Any) -> bool:
        if conditions and policy_variables.has_variables(conditions):
            conditions = policy_variables.resolved(conditions, lambda key: RESOLVE.get()(key, ctx))
        return bool(original(build_roles.without_own_roles(conditions, ctx.principal_arn), ctx))

    return met


def _key_of(table: str, index: str | None) -> str | None:
    """The first key attribute of a table of this account, or of one of its indexes."""
    kept = TABLES.get().get(name_of(table)) or {}
    indexes = [*(kept.get("GlobalSecondaryIndexes") or ()), *(kept.get("LocalSecondaryIndexes") or ())]
    asked = kept if index is None else next((each for each in indexes if each["IndexName"] == index), {})
    keys = (each["AttributeName"] for each in asked.get("KeySchema") or () if each["KeyType"] == "HASH")
    return next(keys, None)

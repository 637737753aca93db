"""One request to an API, from the door to the function and back.

The door makes it, the function's side fills in who answered. It travels in a context variable, which ministack copies
into the threads that it runs functions on; the object is shared, so what is written there is read at the door.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pipeline.rehearsal.world.emulator.inside.traffic import AliasId


@dataclass(slots=True)
class Visit:
    """`path` is below the stage and as it was sent; `began` is Unix time.

    `authorizer` is what a Lambda authorizer tells the function, `usage_key` the API key that it names.
    `alias` and `version` stay None where no function was asked. `function_failed` is an exception or a timeout, `fault`
    says why there was no usable answer, whatever the reason. Times are milliseconds.
    """

    request_id: str
    account: str
    region: str
    api_id: str
    stage: str
    method: str
    path: str
    source_ip: str = "127.0.0.1"
    user_agent: str = ""
    protocol: str = "HTTP/1.1"
    trace_id: str = ""
    began: float = 0.0
    resource_path: str = ""
    claims: Mapping[str, str] = field(default_factory=dict)
    authorizer: Mapping[str, str] = field(default_factory=dict)
    usage_key: str = field(default="", repr=False)
    alias: AliasId | None = None
    version: str | None = None
    function_failed: bool = False
    fault: str = ""
    integration_ms: float | None = None
    integration_status: int | None = None
    error_message: str = ""
    error_type: str = ""

    @property
    def host(self) -> str:
        """The API's own host on AWS."""
        return f"{self.api_id}.execute-api.{self.region}.amazonaws.com"


VISIT: ContextVar[Visit | None] = ContextVar("visit", default=None)


def context_variables(visit: Visit) -> dict[str, str]:
    """The `$context.…` variables that have a value, without the `$context.`.

    Source: API Gateway Developer Guide, "Variables for access logging" and "Variables for data transformations".
    """
    then = datetime.fromtimestamp(visit.began, UTC)
    values: dict[str, object] = {
        "accountId": visit.account,
        "apiId": visit.api_id,
        "stage": visit.stage,
        "domainName": visit.host,
        "domainPrefix": visit.api_id,
        "requestId": visit.request_id,
        "extendedRequestId": visit.request_id[:8],
        "requestTime": f"{then:%d/%b/%Y:%H:%M:%S +0000}",
        "requestTimeEpoch": int(visit.began * 1000),
        "httpMethod": visit.method,
        "path": f"/{visit.stage}{visit.path}",
        "resourcePath": visit.resource_path,
        "protocol": visit.protocol,
        "xrayTraceId": visit.trace_id.removeprefix("Root="),
        "identity.sourceIp": visit.source_ip,
        "identity.userAgent": visit.user_agent,
        "error.message": visit.error_message,
        "error.messageString": f'"{visit.error_message}"' if visit.error_message else "",
        "error.validationErrorString": visit.error_message,
        "error.responseType": visit.error_type,
        **{f"authorizer.{name}": value for name, value in visit.authorizer.items()},
        **{f"authorizer.claims.{name}": value for name, value in visit.claims.items()},
        **_of_the_integration(visit),
    }
    return {name: str(value) for name, value in values.items() if value not in ("", None)}


def _of_the_integration(visit: Visit) -> dict[str, object]:
    latency = None if visit.integration_ms is None else round(visit.integration_ms)
    return {
        "integrationLatency": latency,
        "integration.latency": latency,
        "integrationStatus": visit.integration_status,
        "integration.status": visit.integration_status,
        "integrationErrorMessage": visit.fault,
        "integration.error": visit.fault,
    }

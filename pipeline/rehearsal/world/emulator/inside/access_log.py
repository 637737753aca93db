"""A stage's access log: one line per request, in the format that the stage declares.

Source: API Gateway Developer Guide, "Variables for access logging for API Gateway": a variable without a value is `-`.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from pipeline.rehearsal.world.emulator.inside.asgi import Scope
from pipeline.rehearsal.world.emulator.inside.logs import Logs
from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.emulator.inside.visit import Visit

STAGES = Seam("ministack.services.apigateway_v1", "_stages_v1")
SEAMS = (STAGES,)
VARIABLE = re.compile(r"\$context((?:\.\w+)+)")


def render(template: str, values: Mapping[str, object]) -> str:
    """The line: every `$context.…` replaced by its value."""
    return VARIABLE.sub(lambda found: str(values.get(found[1].removeprefix("."), "-")), template)


class AccessLog:
    """Writes into the log group that a stage names."""

    def __init__(self, logs: Logs, wall: Callable[[], float]) -> None:
        self._logs = logs
        self._wall = wall
        self._stages = STAGES.get()

    def write(self, visit: Visit, scope: Scope, path: str, status: int, length: int, milliseconds: float) -> None:
        """One line, if the stage wants one."""
        stages = self._stages.get_scoped(visit.account, visit.region, visit.api_id) or {}
        settings: Mapping[str, Any] = (stages.get(visit.stage) or {}).get("accessLogSettings") or {}
        template, destination = settings.get("format"), settings.get("destinationArn")
        if not template or not destination:
            return
        line = render(str(template), self._values(visit, scope, path, status, length, milliseconds))
        group = str(destination).split(":log-group:", 1)[-1].removesuffix(":*")
        self._logs.write((visit.account, visit.region), group, visit.stage, (line,))

    def _values(
        self, visit: Visit, scope: Scope, path: str, status: int, length: int, milliseconds: float
    ) -> dict[str, object]:
        now = datetime.fromtimestamp(self._wall(), UTC)
        values: dict[str, object] = {
            "accountId": visit.account,
            "apiId": visit.api_id,
            "stage": visit.stage,
            "domainName": visit.host,
            "requestId": visit.request_id,
            "extendedRequestId": visit.request_id[:8],
            "requestTime": f"{now:%d/%b/%Y:%H:%M:%S +0000}",
            "requestTimeEpoch": int(now.timestamp() * 1000),
            "httpMethod": scope["method"],
            "path": f"/{visit.stage}{path}",
            "protocol": f"HTTP/{scope.get('http_version', '1.1')}",
            "identity.sourceIp": (scope.get("client") or ("127.0.0.1",))[0],
            "status": status,
            "responseLength": length,
            "responseLatency": round(milliseconds),
        }
        return values | {name: value for name, value in _sometimes(visit).items() if value not in ("", None)}


def _sometimes(visit: Visit) -> dict[str, object]:
    integration_ms = None if visit.integration_ms is None else round(visit.integration_ms)
    return {
        "resourcePath": visit.resource_path,
        "integrationLatency": integration_ms,
        "integration.latency": integration_ms,
        "integrationStatus": visit.integration_status,
        "integration.status": visit.integration_status,
        "error.message": visit.error_message,
        "error.messageString": f'"{visit.error_message}"' if visit.error_message else "",
        "error.responseType": visit.error_type,
        "integrationErrorMessage": visit.fault,
        "integration.error": visit.fault,
    }

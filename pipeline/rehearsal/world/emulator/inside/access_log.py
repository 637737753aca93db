"""A stage's access log: one line per request, in the format that the stage declares.

Source: API Gateway Developer Guide, "Variables for access logging for API Gateway": a variable without a value is `-`.
"""

import re
from collections.abc import Mapping
from typing import Any

from pipeline.rehearsal.world.emulator.inside.logs import Logs
from pipeline.rehearsal.world.emulator.inside.visit import Visit, context_variables

VARIABLE = re.compile(r"\$context((?:\.[\w:-]+)+)")


def render(template: str, values: Mapping[str, str]) -> str:
    """The line: every `$context.…` replaced by its value."""
    return VARIABLE.sub(lambda found: values.get(found[1].removeprefix("."), "-"), template)


class AccessLog:
    """Writes into the log group that a stage names."""

    def __init__(self, logs: Logs) -> None:
        self._logs = logs

    def write(self, visit: Visit, stage: Mapping[str, Any], status: int, length: int, milliseconds: float) -> None:
        """One line, if the stage wants one."""
        settings: Mapping[str, Any] = stage.get("accessLogSettings") or {}
        template, destination = settings.get("format"), settings.get("destinationArn")
        if not template or not destination:
            return
        values = context_variables(visit) | {
            "status": str(status),
            "responseLength": str(length),
            "responseLatency": str(round(milliseconds)),
        }
        group = str(destination).split(":log-group:", 1)[-1].removesuffix(":*")
        self._logs.write((visit.account, visit.region), group, visit.stage, (render(str(template), values),))

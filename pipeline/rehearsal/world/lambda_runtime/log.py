"""What an invocation writes: bounded, decoded, and framed by Lambda's own lines.

Source of the lines: "Understanding the Lambda execution environment lifecycle" in the Lambda developer guide (the
format with a status in REPORT). Since August 2025 the init phase is billed with the invocation.
"""

import math
from dataclasses import dataclass

KEPT_BYTES = 256 * 1024
CUT_MARK = "[slipway: the output was cut here"
"""How the line begins that stands where output was cut; `emf` reads it as lost metrics."""


class LogBuffer:
    """Keeps the first `limit` bytes of what a function writes until it is taken, and counts the rest."""

    def __init__(self, limit: int = KEPT_BYTES) -> None:
        self._limit = limit
        self._kept = bytearray()
        self._cut = 0

    def write(self, data: bytes) -> None:
        """Add what came out of the function's process."""
        room = self._limit - len(self._kept)
        self._kept += data[:room]
        self._cut += max(0, len(data) - room)

    def take(self) -> tuple[str, int]:
        """The text so far, ending in a line break if there is any, and how many bytes were cut; then start anew."""
        text, cut = self._kept.decode("utf-8", errors="replace"), self._cut
        self._kept, self._cut = bytearray(), 0
        if text and not text.endswith("\n"):
            text += "\n"
        if cut:
            text += f"{CUT_MARK}: {cut} more bytes, {self._limit} kept]\n"
        return text, cut


@dataclass(frozen=True)
class Report:
    """The numbers of a REPORT line; `status` is "", "error" or "timeout"."""

    request_id: str
    duration_ms: float
    billed_ms: int
    memory_mb: int
    memory_used_mb: int
    init_ms: float | None = None
    status: str = ""
    error_type: str | None = None

    def line(self) -> str:
        """Lambda's text, tabs and all."""
        fields = [
            f"REPORT RequestId: {self.request_id}",
            f"Duration: {self.duration_ms:.2f} ms",
            f"Billed Duration: {self.billed_ms} ms",
            f"Memory Size: {self.memory_mb} MB",
            f"Max Memory Used: {self.memory_used_mb} MB",
        ]
        if self.init_ms is not None:
            fields.append(f"Init Duration: {self.init_ms:.2f} ms")
        if self.status:
            fields.append(f"Status: {self.status}")
        if self.error_type is not None:
            fields.append(f"Error Type: {self.error_type}")
        return "\t".join(fields) + "\n"


def billed_ms(duration_ms: float, init_ms: float | None) -> int:
    """Duration and init together, rounded up to a whole millisecond."""
    return math.ceil(duration_ms + (init_ms or 0.0))


def init_report_line(duration_ms: float, phase: str, status: str, error_type: str | None) -> str:
    """The line Lambda writes when an init phase fails; `phase` is "init" or "invoke"."""
    line = f"INIT_REPORT Init Duration: {duration_ms:.2f} ms\tPhase: {phase}\tStatus: {status}"
    return line + (f"\tError Type: {error_type}\n" if error_type else "\n")


def start_line(request_id: str, version: str) -> str:
    """The line before everything that an invocation writes."""
    return f"START RequestId: {request_id} Version: {version}\n"


def end_line(request_id: str) -> str:
    """The line after everything that an invocation writes."""
    return f"END RequestId: {request_id}\n"

"""How an init or an invocation ended, and the document that Lambda gives the caller for it.

Shapes: a handler's exception and a handler that cannot be loaded are documents of `awslambdaric`, passed on
unchanged. For the rest Lambda itself speaks: `Sandbox.Timedout`, `Runtime.ExitError`, and, since 2025,
`Runtime.OutOfMemory` (the error type in REPORT lines; the message stayed "signal: killed"), each with "RequestId: …
Error: …" as message.
"""

import json
from dataclasses import dataclass
from enum import Enum, auto

from pipeline.rehearsal.world.lambda_runtime.runtime_api import MAX_ANSWER


class End(Enum):
    """How it ended. An environment can be used again after the first two only."""

    RETURNED = auto()
    RAISED = auto()
    TIMED_OUT = auto()
    OUT_OF_MEMORY = auto()
    EXITED = auto()
    TOO_LARGE = auto()


@dataclass(frozen=True)
class Outcome:
    """`payload` is what the runtime sent (RETURNED, RAISED), `reason` how the process ended (EXITED).

    `delivered` is False when the process ended before it took the event, which may then go elsewhere.
    """

    end: End
    payload: bytes = b""
    reason: str = ""
    delivered: bool = True

    @property
    def reusable(self) -> bool:
        """Whether the environment can take another invocation."""
        return self.end in (End.RETURNED, End.RAISED)

    @property
    def status(self) -> str:
        """The status of a REPORT line: an exception of the handler has none."""
        if self.end is End.TIMED_OUT:
            return "timeout"
        return "" if self.reusable else "error"

    @property
    def error_type(self) -> str | None:
        """The `errorType` of the document, or None where nothing failed."""
        match self.end:
            case End.RETURNED:
                return None
            case End.RAISED:
                return _error_type_of(self.payload)
        return _ERROR_TYPES[self.end]

    def document(self, request_id: str, timeout_s: float) -> bytes:
        """What the caller of Invoke gets as payload."""
        if self.reusable:
            return self.payload
        message = self.message(timeout_s)
        if self.end is not End.TOO_LARGE:
            message = f"RequestId: {request_id} Error: {message}"
        return json.dumps({"errorType": self.error_type, "errorMessage": message}, separators=(",", ":")).encode()

    def message(self, timeout_s: float) -> str:
        """What Lambda says of an invocation that neither returned nor raised."""
        match self.end:
            case End.TIMED_OUT:
                return f"Task timed out after {timeout_s:.2f} seconds"
            case End.OUT_OF_MEMORY:
                return "Runtime exited with error: signal: killed"
            case End.TOO_LARGE:
                return f"Response payload size exceeded maximum allowed payload size ({MAX_ANSWER} bytes)."
        return (
            f"Runtime exited with error: {self.reason}" if self.reason else "Runtime exited without providing a reason"
        )


_ERROR_TYPES = {
    End.TIMED_OUT: "Sandbox.Timedout",
    End.OUT_OF_MEMORY: "Runtime.OutOfMemory",
    End.EXITED: "Runtime.ExitError",
    End.TOO_LARGE: "Function.ResponseSizeTooLarge",
}


def _error_type_of(payload: bytes) -> str:
    try:
        document = json.loads(payload)
    except ValueError:
        return "Runtime.Unknown"
    kind = document.get("errorType") if isinstance(document, dict) else None
    return kind if isinstance(kind, str) else "Runtime.Unknown"

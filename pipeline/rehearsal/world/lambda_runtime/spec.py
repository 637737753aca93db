"""What an execution environment is made of, what an invocation gives back, and what can go wrong around it.

Sizes are bytes unless a name says otherwise, `_mb` is 1024 x 1024 bytes, `_s` and `_ms` are seconds and milliseconds.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

MAX_PAYLOAD = 6 * 1024 * 1024
"""Largest request of a synchronous invocation (Lambda quotas: 6 MB each for request and response)."""


@dataclass(frozen=True)
class FunctionSpec:
    """Everything an execution environment needs; one per function *version*.

    `code` is the folder with the extracted zip (see `host_code` for assets built for another processor) and is never
    written to. `environment` holds the function's own variables only, not credentials or an endpoint.
    """

    name: str
    version: str
    handler: str
    code_sha256: str
    code: Path
    account: str
    region: str
    environment: Mapping[str, str]
    memory_mb: int = 128
    timeout_s: float = 3.0
    runtime: str = "python3.13"
    architecture: str = "arm64"
    role: str = ""

    @property
    def function_arn(self) -> str:
        """The function's ARN without a version."""
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.name}"

    @property
    def arn(self) -> str:
        """The ARN of this version."""
        return f"{self.function_arn}:{self.version}"

    @cached_property
    def identity(self) -> str:
        """A digest of the whole specification: only equal ones share environments, so an edited $LATEST starts cold."""
        parts = [
            self.arn, self.handler, self.code_sha256, str(self.code), sorted(self.environment.items()),
            self.memory_mb, self.timeout_s, self.runtime, self.architecture, self.role,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Invocation:
    """One event on its way to a function, with what the runtime is told about it."""

    request_id: str
    payload: bytes
    invoked_arn: str
    trace_id: str
    client_context: str | None = None
    cognito_identity: str | None = None


@dataclass(frozen=True)
class InvokeResult:
    """What one invocation gave.

    `error` is the value of the `X-Amz-Function-Error` header (today's runtimes know only "Unhandled"); `payload` is
    then the error document. `init_ms` is None when the environment was warm. `log` holds the START, END and REPORT
    lines and everything the function wrote in between, split into CloudWatch events at "\\n" only: "\\r" stays inside
    an event.
    """

    payload: bytes
    error: Literal["Unhandled"] | None
    error_type: str | None
    duration_ms: float
    billed_ms: int
    init_ms: float | None
    memory_used_mb: int
    log: str
    log_cut_bytes: int
    log_group: str
    log_stream: str
    request_id: str
    executed_version: str
    timed_out: bool
    out_of_memory: bool


class LambdaRuntimeError(Exception):
    """We failed, not the function: an interpreter that does not start, a runtime that was stopped."""


class InvalidFunctionError(Exception):
    """The function cannot be run as it is configured (unknown runtime, reserved variable, no code)."""


class PayloadTooLargeError(Exception):
    """The event is larger than Lambda takes (`RequestTooLargeException`, HTTP 413)."""


class ThrottledError(Exception):
    """Lambda answers `TooManyRequestsException` (HTTP 429); `reason` is its `Reason` member."""

    def __init__(self, reason: str, message: str, retry_after_s: int = 1) -> None:
        super().__init__(message)
        self.reason = reason
        self.retry_after_s = retry_after_s

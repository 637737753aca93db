"""The Lambda service as its callers see it: start, invoke, retire, stop."""

import subprocess
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.rehearsal.world.lambda_runtime.environment import ExecutionEnvironment
from pipeline.rehearsal.world.lambda_runtime.fleet import Fleet
from pipeline.rehearsal.world.lambda_runtime.fork_servers import ForkServers
from pipeline.rehearsal.world.lambda_runtime.in_flight import InFlight
from pipeline.rehearsal.world.lambda_runtime.invocation import run_invocation
from pipeline.rehearsal.world.lambda_runtime.ledger import Limits
from pipeline.rehearsal.world.lambda_runtime.spec import (
    MAX_PAYLOAD,
    FunctionSpec,
    InvalidFunctionError,
    Invocation,
    InvokeResult,
    LambdaRuntimeError,
    PayloadTooLargeError,
)
from pipeline.rehearsal.world.lambda_runtime.variables import check_variables

_PROBE = "import awslambdaric, sys; print('python%d.%d' % sys.version_info[:2])"
_PROBE_WITHIN_S = 30.0


class LambdaRuntime:
    """Runs functions in environments of their own; `start` it, `invoke` from any number of threads, `stop` it.

    `python` is the interpreter of the runtime environment (which has `awslambdaric` and boto3 and nothing else),
    `access` gives the credentials and the endpoint that a function gets (AWS_ACCESS_KEY_ID …, AWS_ENDPOINT_URL),
    `scratch` is the folder for the environments' temporary files, `wall` and `new_id` are the clock and the source of
    ids.
    """

    def __init__(
        self,
        *,
        python: Path,
        access: Callable[[FunctionSpec], Mapping[str, str]],
        scratch: Path,
        limits: Limits | None = None,
        wall: Callable[[], float] = time.time,
        new_id: Callable[[], uuid.UUID] = uuid.uuid4,
    ) -> None:
        self._python = python
        self._access = access
        self._scratch = scratch
        self._limits = limits or Limits()
        self._wall = wall
        self._new_id = new_id
        self._supported = ""
        self._fork_servers: ForkServers | None = None
        self._fleet: Fleet | None = None
        self._fit: set[str] = set()
        self._in_flight = InFlight(self._limits.per_version)

    def start(self) -> None:
        """Make sure that the interpreter can run functions, and get ready for invocations."""
        self._supported = _supported_runtime(self._python)
        self._fork_servers = ForkServers(self._python)
        self._fleet = Fleet(self._start_environment, self._limits)

    def stop(self) -> None:
        """End all environments; afterwards there is no process and no port left. Can be called twice."""
        fleet, self._fleet = self._fleet, None
        if fleet is not None:
            fleet.stop()
        if self._fork_servers is not None:
            self._fork_servers.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def processes(self) -> tuple[int, ...]:
        """The process ids of all environments that live now."""
        return self._running().processes()

    def environments(self) -> tuple[str, ...]:
        """The ARNs of the versions that have environments, each as often as it has some."""
        return self._running().environments()

    def warm(self, spec: FunctionSpec) -> None:
        """Start an environment before it is asked for, as Lambda may ("proactive initialization"); blocks until then.

        Its init is in the log of whoever takes it first.
        """
        self._check(spec, b"")
        self._running().warm(spec)

    def retire(self, arn: str) -> None:
        """End the environments of one version, or of all versions when the ARN names none; busy ones finish first."""
        self._running().retire(lambda spec: arn in (spec.arn, spec.function_arn))

    def invoke(
        self,
        spec: FunctionSpec,
        payload: bytes,
        *,
        invoked_arn: str,
        request_id: str | None = None,
        client_context: str | None = None,
        cognito_identity: str | None = None,
        trace_id: str | None = None,
        reserved_concurrency: int | None = None,
    ) -> InvokeResult:
        """Run one event and return what the caller of Lambda's Invoke would get; blocks until then.

        `payload` is JSON, `invoked_arn` the ARN with the qualifier that was asked for, `client_context` and
        `cognito_identity` are JSON text. Raises `InvalidFunctionError`, `PayloadTooLargeError` and `ThrottledError`
        where Invoke itself would fail, `LambdaRuntimeError` when we do.
        """
        fleet = self._running()
        self._check(spec, payload)
        invocation = Invocation(
            request_id=request_id or str(self._new_id()),
            payload=payload,
            invoked_arn=invoked_arn,
            trace_id=trace_id or self._unsampled_trace(),
            client_context=client_context,
            cognito_identity=cognito_identity,
        )
        with self._in_flight.one_more(spec, reserved_concurrency):
            return run_invocation(fleet, spec, invocation, self._wall)

    def _running(self) -> Fleet:
        if self._fleet is None:
            raise LambdaRuntimeError("the Lambda runtime is not running: call start() first")
        return self._fleet

    def _check(self, spec: FunctionSpec, payload: bytes) -> None:
        if len(payload) > MAX_PAYLOAD:
            raise PayloadTooLargeError(f"Request must be smaller than {MAX_PAYLOAD} bytes for Invoke")
        if spec.identity in self._fit:
            return
        if spec.runtime != self._supported:
            raise InvalidFunctionError(
                f"{spec.arn}: runtime {spec.runtime} cannot be rehearsed, {self._supported} can; change the function's"
                f" runtime or the interpreter {self._python}."
            )
        if not spec.code.is_dir():
            raise InvalidFunctionError(f"{spec.arn}: its code is not there: {spec.code} is no folder.")
        check_variables(spec)
        self._fit.add(spec.identity)

    def _unsampled_trace(self) -> str:
        """Lambda always gives a trace header; X-Ray itself is not exercised, so nothing is sampled."""
        digits = self._new_id().hex
        return f"Root=1-{int(self._wall()):08x}-{digits[:24]};Parent={digits[8:24]};Sampled=0"

    def _start_environment(self, spec: FunctionSpec) -> ExecutionEnvironment:
        return ExecutionEnvironment(
            spec,
            environment_id=self._new_id().hex,
            python=self._python,
            scratch=self._scratch,
            access=self._access(spec),
            fork_servers=self._fork_servers,
            wall=self._wall,
        )


def _supported_runtime(python: Path) -> str:
    """The Lambda runtime whose interpreter this is, for example "python3.13"."""
    advice = f"Set up the runtime environment again (locks/runtime.txt); its interpreter was looked for at {python}."
    try:
        probe = subprocess.run(
            [str(python), "-P", "-s", "-c", _PROBE], stdin=subprocess.DEVNULL, capture_output=True, env={}, check=False,
            timeout=_PROBE_WITHIN_S,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LambdaRuntimeError(f"the Lambda interpreter does not start: {error}. {advice}") from error
    if probe.returncode:
        last = probe.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise LambdaRuntimeError(f"the Lambda interpreter has no awslambdaric: {' '.join(last)}. {advice}")
    return probe.stdout.decode().strip()

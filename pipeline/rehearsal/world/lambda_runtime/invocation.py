"""One invocation from queue to log: which environment takes it, what is tried again, what the caller is told."""

import datetime
import time
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.rehearsal.world.lambda_runtime.environment import ExecutionEnvironment
from pipeline.rehearsal.world.lambda_runtime.fleet import Fleet
from pipeline.rehearsal.world.lambda_runtime.ledger import InitFailed
from pipeline.rehearsal.world.lambda_runtime.log import Report, billed_ms, end_line, init_report_line, start_line
from pipeline.rehearsal.world.lambda_runtime.outcome import End, Outcome
from pipeline.rehearsal.world.lambda_runtime.spec import FunctionSpec, Invocation, InvokeResult, LambdaRuntimeError
from pipeline.rehearsal.world.lambda_runtime.variables import log_group

_TRIES = 3
"""How many environments may end on their own before one takes the event."""


@dataclass(frozen=True)
class _Before:
    """What came before the event was given to the function, and counts for the log."""

    log: str = ""
    cut: int = 0
    init_ms: float | None = None


def run_invocation(fleet: Fleet, spec: FunctionSpec, invocation: Invocation, wall: Callable[[], float]) -> InvokeResult:
    """Find an environment for the event, run it there, and give the environment back or end it."""
    tries = 0
    while True:
        tries += 1
        acquired = fleet.acquire(spec)
        if isinstance(acquired, InitFailed):
            return _retry_init(fleet, spec, invocation, acquired, wall)
        result = _run_in(fleet, acquired, invocation, wall, insist=tries == _TRIES)
        if result is not None:
            return result


def _run_in(
    fleet: Fleet, environment: ExecutionEnvironment, invocation: Invocation, wall: Callable[[], float], *, insist: bool
) -> InvokeResult | None:
    """None when the environment ended before it took the event, unless the caller insists on a result."""
    began = time.monotonic()
    log, cut = environment.log.take()
    before = _Before(log, cut, environment.take_init_ms())
    outcome = Outcome(End.EXITED)
    try:
        outcome = environment.invoke(invocation, environment.spec.timeout_s)
        if not (outcome.delivered or insist or fleet.stopping):
            return None
        return _result(fleet, environment, invocation, outcome, before, began, wall())
    finally:
        _give_back(fleet, environment, outcome)


def _retry_init(
    fleet: Fleet, spec: FunctionSpec, invocation: Invocation, failed: InitFailed, wall: Callable[[], float]
) -> InvokeResult:
    """Do as Lambda does after a failed init: once more as part of the invocation, within the function's timeout.

    Source: "Failures during the Init phase" in the Lambda developer guide. The duration holds this second init.
    """
    began = time.monotonic()
    environment = fleet.restart(spec)
    outcome = Outcome(End.EXITED)
    try:
        failure = environment.initialise(spec.timeout_s)
        init_ms = environment.take_init_ms() or 0.0
        log, cut = environment.log.take()
        first = _init_report(failed.outcome, failed.duration_ms, "init")
        before = _Before(failed.log + first + log, failed.log_cut_bytes + cut)
        if failure is not None:
            second = _init_report(failure, init_ms, "invoke")
            before = _Before(before.log + second, before.cut)
            return _result(fleet, environment, invocation, failure, before, began, wall())
        outcome = environment.invoke(invocation, spec.timeout_s - (time.monotonic() - began))
        return _result(fleet, environment, invocation, outcome, before, began, wall())
    finally:
        _give_back(fleet, environment, outcome)


def _give_back(fleet: Fleet, environment: ExecutionEnvironment, outcome: Outcome) -> None:
    if outcome.reusable:
        fleet.release(environment)
    else:
        fleet.discard(environment)


def _result(
    fleet: Fleet,
    environment: ExecutionEnvironment,
    invocation: Invocation,
    outcome: Outcome,
    before: _Before,
    began: float,
    ended: float,
) -> InvokeResult:
    """`began` is monotonic, `ended` is Unix time, both in seconds."""
    if fleet.stopping and outcome.end is End.EXITED:
        raise LambdaRuntimeError(f"{environment.spec.arn}: the Lambda runtime was stopped during an invocation")
    spec, request_id = environment.spec, invocation.request_id
    duration_ms = (time.monotonic() - began) * 1000
    report = Report(
        request_id=request_id,
        duration_ms=duration_ms,
        billed_ms=billed_ms(duration_ms, before.init_ms),
        memory_mb=spec.memory_mb,
        memory_used_mb=environment.memory_used_mb,
        init_ms=before.init_ms,
        status=outcome.status,
        error_type=outcome.error_type if outcome.status == "error" else None,
    )
    written, cut = environment.log.take()
    told = _platform_lines(outcome, request_id, spec.timeout_s, ended)
    return InvokeResult(
        payload=outcome.document(request_id, spec.timeout_s),
        error=None if outcome.end is End.RETURNED else "Unhandled",
        error_type=outcome.error_type,
        duration_ms=duration_ms,
        billed_ms=report.billed_ms,
        init_ms=before.init_ms,
        memory_used_mb=report.memory_used_mb,
        log=before.log + start_line(request_id, spec.version) + written + told + end_line(request_id) + report.line(),
        log_cut_bytes=before.cut + cut,
        log_group=log_group(spec),
        log_stream=environment.log_stream,
        request_id=request_id,
        executed_version=spec.version,
        timed_out=outcome.end is End.TIMED_OUT,
        out_of_memory=outcome.end is End.OUT_OF_MEMORY,
    )


def _init_report(failure: Outcome, duration_ms: float, phase: str) -> str:
    if failure.end is End.TIMED_OUT:
        return init_report_line(duration_ms, phase, "timeout", None)
    return init_report_line(duration_ms, phase, "error", failure.error_type)


def _platform_lines(outcome: Outcome, request_id: str, timeout_s: float, ended: float) -> str:
    """What Lambda itself writes about an invocation that it ended, or whose process ended."""
    if outcome.reusable:
        return ""
    if outcome.end is End.TIMED_OUT:
        moment = datetime.datetime.fromtimestamp(ended, datetime.UTC).isoformat(timespec="milliseconds")
        return f"{moment.removesuffix('+00:00')}Z {request_id} {outcome.message(timeout_s)}\n"
    return f"RequestId: {request_id} Error: {outcome.message(timeout_s)}\n{outcome.error_type}\n"

"""What a function sees and what its caller gets, over real processes."""

import json
import os
import re
import select
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.rehearsal.world.lambda_runtime import (
    InvalidFunctionError,
    LambdaRuntime,
    PayloadTooLargeError,
    ThrottledError,
)
from tests.unit.pipeline.rehearsal.world.lambda_runtime.conftest import FUNCTIONS, MakeSpec, call

REQUEST = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"


def without_numbers(log: str) -> str:
    return re.sub(r"\d+(\.\d+)? (ms|MB)", r"# \2", log)


def test_the_caller_gets_what_the_handler_returns_and_lambdas_lines_around_its_log(
    runtime: LambdaRuntime, spec: MakeSpec
) -> None:
    result = call(runtime, spec("handlers.echo"), '{"sku":"Ä"}'.encode(), request_id=REQUEST)
    assert (result.payload, result.error, result.error_type) == ('{"sku": "Ä"}'.encode(), None, None)
    assert (result.request_id, result.executed_version, result.log_cut_bytes) == (REQUEST, "7", 0)
    assert result.init_ms is not None
    assert result.billed_ms == pytest.approx(result.duration_ms + result.init_ms, abs=1)
    assert without_numbers(result.log) == (
        f"START RequestId: {REQUEST} Version: 7\nEND RequestId: {REQUEST}\n"
        f"REPORT RequestId: {REQUEST}\tDuration: # ms\tBilled Duration: # ms\tMemory Size: # MB\tMax Memory Used: # MB"
        "\tInit Duration: # ms\n"
    )


def test_a_warm_environment_keeps_its_memory_and_has_no_init(runtime: LambdaRuntime, spec: MakeSpec) -> None:
    counter = spec("handlers.count")
    first, second = call(runtime, counter), call(runtime, counter)
    assert [json.loads(each.payload)["calls"] for each in (first, second)] == [1, 2]
    assert json.loads(first.payload)["pid"] == json.loads(second.payload)["pid"]
    assert first.init_ms is not None
    assert second.init_ms is None
    assert first.log_stream == second.log_stream


def test_an_environment_outlives_the_thread_that_asked_for_it(runtime: LambdaRuntime, spec: MakeSpec) -> None:
    counter = spec("handlers.count")
    first = threading.Thread(target=call, args=(runtime, counter))
    first.start()
    first.join()
    assert json.loads(call(runtime, counter).payload)["calls"] == 2


def test_another_version_account_or_configuration_never_shares_an_environment(
    runtime: LambdaRuntime, spec: MakeSpec
) -> None:
    edited = [spec("handlers.count"), spec("handlers.count", version="8"), spec("handlers.count", memory_mb=256)]
    assert [json.loads(call(runtime, each).payload)["calls"] for each in edited] == [1, 1, 1]


def test_the_context_is_the_one_of_the_version_and_of_the_call(runtime: LambdaRuntime, spec: MakeSpec) -> None:
    function = spec("handlers.describe", memory_mb=256, timeout_s=4.0)
    result = call(
        runtime,
        function,
        request_id=REQUEST,
        client_context='{"custom":{"shop":"a"}}',
        cognito_identity='{"cognitoIdentityId":"me","cognitoIdentityPoolId":"pool"}',
        trace_id="Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
    )
    seen = json.loads(result.payload)
    assert 3000 < seen.pop("remaining_ms") <= 4000
    assert seen == {
        "request_id": REQUEST,
        "name": function.name,
        "version": "7",
        "memory": "256",
        "arn": f"arn:aws:lambda:eu-west-1:444444444444:function:{function.name}:live",
        "log_group": f"/aws/lambda/{function.name}",
        "log_stream": result.log_stream,
        "client": {"shop": "a"},
        "identity": "me",
        "trace": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
    }
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[7\][0-9a-f]{32}", result.log_stream)


def test_without_a_trace_nothing_is_sampled(runtime: LambdaRuntime, spec: MakeSpec) -> None:
    trace = json.loads(call(runtime, spec("handlers.describe")).payload)["trace"]
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0", trace)


def test_a_function_sees_only_what_lambda_sets_its_own_variables_and_its_access(
    runtime: LambdaRuntime, spec: MakeSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_DEVELOPER", "not for functions")
    function = spec("handlers.surroundings", environment={"TABLE_NAME": "orders", "LANG": "de_DE.UTF-8"})
    seen = json.loads(call(runtime, function).payload)
    variables = seen["variables"]
    assert variables.keys() - {"LC_CTYPE"} == {
        "LANG", "PATH", "TZ", "HOME", "TMPDIR", "TABLE_NAME", "_HANDLER", "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_XRAY_CONTEXT_MISSING", "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }  # fmt: skip
    assert variables["AWS_EXECUTION_ENV"] == "AWS_Lambda_python3.13"
    assert (variables["TABLE_NAME"], variables["LANG"], variables["TZ"]) == ("orders", "de_DE.UTF-8", ":UTC")
    assert variables["AWS_ACCESS_KEY_ID"] == "444444444444"
    assert (seen["cwd"], seen["path"][0], seen["stdin"]) == (str(FUNCTIONS), str(FUNCTIONS), "")
    assert seen["group"] == seen["pid"]


def test_the_runtimes_own_packages_are_there_and_ours_are_not(runtime: LambdaRuntime, spec: MakeSpec) -> None:
    loader = spec("handlers.load")
    assert "site-packages" in call(runtime, loader, b'"boto3"').payload.decode()
    assert call(runtime, loader, b'"hypothesis"').error_type == "ModuleNotFoundError"
    assert call(runtime, loader, b'"pipeline"').error_type == "ModuleNotFoundError"


def test_two_invocations_at_once_have_two_environments(runtime: LambdaRuntime, spec: MakeSpec, tmp_path: Path) -> None:
    function, fifo = spec("handlers.meet"), tmp_path / "fifo"
    os.mkfifo(fifo)
    events = [json.dumps({"fifo": str(fifo), "mode": mode}).encode() for mode in "rw"]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda event: call(runtime, function, event), events))
    assert [each.error for each in results] == [None, None]
    assert results[0].payload != results[1].payload


def test_an_exception_is_an_unhandled_error_with_its_stack(runtime: LambdaRuntime, spec: MakeSpec) -> None:
    function = spec("handlers.fail")
    result = call(runtime, function, b'"no stock"', request_id=REQUEST)
    assert (result.error, result.error_type) == ("Unhandled", "ValueError")
    document = json.loads(result.payload)
    stack = document.pop("stackTrace")
    assert document == {"errorMessage": "no stock", "errorType": "ValueError", "requestId": REQUEST}
    assert len(stack) == 1
    assert "raise ValueError(event)" in stack[0]
    assert "[ERROR] ValueError: no stock\rTraceback (most recent call last):\r" in result.log
    assert "Status:" not in result.log
    assert call(runtime, function, b'"again"').init_ms is None


@pytest.mark.parametrize(
    ("handler", "error_type", "message"),
    [
        (
            "missing.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'missing': No module named 'missing'",
        ),
        ("handlers.missing", "Runtime.HandlerNotFound", "Handler 'missing' missing on module 'handlers'"),
    ],
)
def test_a_handler_that_cannot_be_loaded_is_tried_twice_and_reported(
    runtime: LambdaRuntime, spec: MakeSpec, handler: str, error_type: str, message: str
) -> None:
    result = call(runtime, spec(handler))
    assert json.loads(result.payload) == {
        "errorMessage": message,
        "errorType": error_type,
        "requestId": "",
        "stackTrace": [],
    }
    assert (result.error, result.error_type, result.init_ms) == ("Unhandled", error_type, None)
    reports = [line for line in without_numbers(result.log).splitlines() if line.startswith("INIT_REPORT")]
    assert reports == [
        f"INIT_REPORT Init Duration: # ms\tPhase: {phase}\tStatus: error\tError Type: {error_type}"
        for phase in ("init", "invoke")
    ]


@pytest.mark.parametrize(
    ("status", "message"),
    [(0, "Runtime exited without providing a reason"), (3, "Runtime exited with error: exit status 3")],
)
def test_a_process_that_ends_is_an_error_and_the_next_invocation_is_cold(
    runtime: LambdaRuntime, spec: MakeSpec, status: int, message: str
) -> None:
    function = spec("handlers.leave")
    result = call(runtime, function, str(status).encode(), request_id=REQUEST)
    assert json.loads(result.payload) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {REQUEST} Error: {message}",
    }
    assert f"RequestId: {REQUEST} Error: {message}\nRuntime.ExitError\nEND RequestId: {REQUEST}\n" in result.log
    assert result.log.endswith("\tStatus: error\tError Type: Runtime.ExitError\n")
    assert call(runtime, function, str(status).encode()).init_ms is not None


def test_a_process_killed_in_the_middle_is_an_error_and_the_next_invocation_works(
    runtime: LambdaRuntime, spec: MakeSpec, tmp_path: Path
) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    function = spec("handlers.forever", timeout_s=4.0)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(call, runtime, function, json.dumps(str(fifo)).encode())
        os.kill(int(fifo.read_text()), signal.SIGKILL)
        result = running.result()
    assert result.error_type == "Runtime.ExitError"
    assert json.loads(result.payload)["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")
    assert (result.timed_out, result.out_of_memory) == (False, False)
    assert call(runtime, spec("handlers.echo"), b"1").payload == b"1"


@pytest.mark.parametrize("idle_s", [0, 0.2], ids=["at once", "after it has asked for the next event"])
def test_a_process_killed_while_idle_costs_no_event(runtime: LambdaRuntime, spec: MakeSpec, idle_s: float) -> None:
    counter = spec("handlers.count")
    pid = json.loads(call(runtime, counter).payload)["pid"]
    with os.fdopen(os.pidfd_open(pid)) as process:
        select.select([process], [], [], idle_s)
        os.kill(pid, signal.SIGKILL)
        assert select.select([process], [], [], 5)[0], "a killed process must end"
    result = call(runtime, counter)
    assert (result.error, json.loads(result.payload)["calls"]) == (None, 1)


def test_a_timeout_kills_and_the_next_invocation_is_cold(runtime: LambdaRuntime, spec: MakeSpec) -> None:
    function = spec("handlers.forever", timeout_s=0.15)
    began = time.monotonic()
    result = call(runtime, function, request_id=REQUEST)
    assert time.monotonic() - began < 2
    assert json.loads(result.payload) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {REQUEST} Error: Task timed out after 0.15 seconds",
    }
    assert (result.error, result.timed_out) == ("Unhandled", True)
    assert 150 <= result.duration_ms < 1000
    line = rf"\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{3}}Z {REQUEST} Task timed out after 0\.15 seconds"
    assert re.search(rf"^{line}$", result.log, re.MULTILINE)
    assert result.log.endswith("\tStatus: timeout\n")
    assert call(runtime, function).init_ms is not None


@pytest.mark.parametrize(("handler", "payload"), [("handlers.hog", b"100"), ("handlers.swell", b"null")])
def test_too_much_memory_kills_even_if_it_was_for_a_moment(
    runtime: LambdaRuntime, spec: MakeSpec, handler: str, payload: bytes
) -> None:
    result = call(runtime, spec(handler, memory_mb=64), payload, request_id=REQUEST)
    assert json.loads(result.payload) == {
        "errorType": "Runtime.OutOfMemory",
        "errorMessage": f"RequestId: {REQUEST} Error: Runtime exited with error: signal: killed",
    }
    assert (result.out_of_memory, result.timed_out, result.memory_used_mb) == (True, False, 64)
    assert "\tMemory Size: 64 MB\tMax Memory Used: 64 MB\t" in result.log


def test_enough_memory_is_reported_as_used(runtime: LambdaRuntime, spec: MakeSpec) -> None:
    result = call(runtime, spec("handlers.hog", memory_mb=256), b"100")
    assert result.error is None
    assert 100 < result.memory_used_mb < 200


def test_an_answer_over_six_megabytes_is_refused(runtime: LambdaRuntime, spec: MakeSpec) -> None:
    function = spec("handlers.answer_of", memory_mb=256)
    assert len(call(runtime, function, b"6000000").payload) == 6_000_002
    result = call(runtime, function, b"6300000")
    assert json.loads(result.payload) == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }


def test_output_is_kept_in_order_and_tolerates_bad_utf8(runtime: LambdaRuntime, spec: MakeSpec) -> None:
    result = call(runtime, spec("handlers.write"), json.dumps(b"caf\xe9\n\xff".hex()).encode(), request_id=REQUEST)
    lines = result.log.split("\n")
    assert lines[:4] == [
        f"START RequestId: {REQUEST} Version: 7",
        "caf\ufffd",
        "\ufffdand this to stderr",
        f"END RequestId: {REQUEST}",
    ]


def test_a_huge_line_is_cut_and_the_cut_is_said(runtime: LambdaRuntime, spec: MakeSpec) -> None:
    function = spec("handlers.write_much")
    result = call(runtime, function, b"3000000", request_id=REQUEST)
    cut = 3_000_000 + len("\nafter\n") - 262_144
    assert (result.error, result.log_cut_bytes) == (None, cut)
    assert (
        f"x\n[slipway: the output was cut here: {cut} more bytes, 262144 kept]\nEND RequestId: {REQUEST}" in result.log
    )
    assert call(runtime, function, b"1").log_cut_bytes == 0


def test_what_lambda_would_not_take_is_refused_before_anything_runs(runtime: LambdaRuntime, spec: MakeSpec) -> None:
    with pytest.raises(PayloadTooLargeError, match="Request must be smaller than 6291456 bytes"):
        call(runtime, spec("handlers.echo"), b"1" * 6_291_457)
    with pytest.raises(InvalidFunctionError, match=r"reserved keys: AWS_REGION, _HANDLER\."):
        call(runtime, spec("handlers.echo", environment={"_HANDLER": "x", "AWS_REGION": "y"}))
    with pytest.raises(InvalidFunctionError, match=r"runtime python3\.12 cannot be rehearsed, python3\.13 can"):
        call(runtime, spec("handlers.echo", runtime="python3.12"))
    with pytest.raises(InvalidFunctionError, match="its code is not there"):
        call(runtime, spec("handlers.echo", code=FUNCTIONS / "nowhere"))


def test_reserved_concurrency_counts_all_versions_and_refuses_at_once(
    runtime: LambdaRuntime, spec: MakeSpec, tmp_path: Path
) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    busy, other = spec("handlers.forever", timeout_s=4.0), spec("handlers.echo", version="8")
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(call, runtime, busy, json.dumps(str(fifo)).encode())
        pid = int(fifo.read_text())
        with pytest.raises(ThrottledError) as refused:
            runtime.invoke(other, b"1", invoked_arn=other.arn, reserved_concurrency=1)
        os.kill(pid, signal.SIGKILL)
        running.result()
    assert refused.value.reason == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert runtime.invoke(other, b"1", invoked_arn=other.arn, reserved_concurrency=1).payload == b"1"


def test_a_retired_version_has_no_process_left_and_can_come_back(runtime: LambdaRuntime, spec: MakeSpec) -> None:
    counter = spec("handlers.count")
    pid = json.loads(call(runtime, counter).payload)["pid"]
    assert pid in runtime.processes()
    runtime.retire(counter.arn)
    assert pid not in runtime.processes()
    assert [json.loads(call(runtime, counter).payload)["calls"] for _ in range(2)] == [1, 2]

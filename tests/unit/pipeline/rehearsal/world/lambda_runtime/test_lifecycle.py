"""Starting, waiting, stopping, and what is left behind."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.rehearsal.world.lambda_runtime import (
    FunctionSpec,
    LambdaRuntime,
    LambdaRuntimeError,
    Limits,
    ThrottledError,
)
from pipeline.rehearsal.world.lambda_runtime.environment import ExecutionEnvironment
from pipeline.rehearsal.world.lambda_runtime.fleet import Fleet
from tests.unit.pipeline.rehearsal.world.lambda_runtime.conftest import FUNCTIONS, MakeSpec, access_of, call

ROOT = Path(__file__).parents[6]


def make_runtime(python: Path, scratch: Path, limits: Limits | None = None) -> LambdaRuntime:
    return LambdaRuntime(python=python, access=access_of, scratch=scratch, limits=limits)


def module(folder: Path, text: str) -> Path:
    (folder / "module.py").write_text(textwrap.dedent(text))
    return folder


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_stopping_leaves_no_process_no_port_and_no_file(lambda_python: Path, spec: MakeSpec, tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    with make_runtime(lambda_python, scratch) as runtime:
        seen = json.loads(call(runtime, spec("handlers.surroundings")).payload)
        assert list(runtime.processes()) == [seen["pid"]]
        assert len(list(scratch.iterdir())) == 1
    host, port = seen["variables"]["AWS_LAMBDA_RUNTIME_API"].split(":")
    assert is_gone(seen["pid"])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)))
    assert list(scratch.iterdir()) == []


def test_stopping_ends_invocations_under_way_and_waiting(lambda_python: Path, spec: MakeSpec, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    runtime = make_runtime(lambda_python, tmp_path / "scratch", Limits(per_version=1))
    runtime.start()
    with ThreadPoolExecutor(2) as pool:
        event = json.dumps(str(fifo)).encode()
        calls = [pool.submit(call, runtime, spec("handlers.forever"), event) for _ in range(2)]
        pid = int(fifo.read_text())
        runtime.stop()
        errors = [each.exception() for each in calls]
    assert [type(error) for error in errors] == [LambdaRuntimeError, LambdaRuntimeError]
    assert is_gone(pid)
    with pytest.raises(LambdaRuntimeError, match="not running"):
        call(runtime, spec("handlers.echo"))
    runtime.stop()


def test_when_we_are_killed_even_a_busy_function_ends(lambda_python: Path, tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    script = f"""
        from pathlib import Path
        from pipeline.rehearsal.world.lambda_runtime import FunctionSpec, LambdaRuntime
        python, code, scratch = Path({str(lambda_python)!r}), Path({str(FUNCTIONS)!r}), Path({str(tmp_path)!r})
        spec = FunctionSpec("f", "1", "handlers.forever", "", code, "1" * 12, "eu-west-1", {{}}, timeout_s=60)
        runtime = LambdaRuntime(python=python, access=lambda _: {{}}, scratch=scratch)
        runtime.start()
        runtime.invoke(spec, b'{json.dumps(str(fifo))}', invoked_arn=spec.arn)
    """
    # -S: without site-packages, as proof that the standard library is enough.
    command = [sys.executable, "-S", "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL) as parent:
        child = os.pidfd_open(int(fifo.read_text()))
        waiting = select.poll()
        waiting.register(child, select.POLLIN)
        assert waiting.poll(0) == []
        parent.send_signal(signal.SIGKILL)
        ended = waiting.poll(2000)
    os.close(child)
    assert ended != []


def test_an_invocation_waits_for_the_only_environment_and_then_uses_it(
    lambda_python: Path, spec: MakeSpec, tmp_path: Path
) -> None:
    counter = spec("handlers.count")
    with make_runtime(lambda_python, tmp_path, Limits(per_version=1)) as runtime, ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: json.loads(call(runtime, counter).payload), range(4)))
    assert sorted(each["calls"] for each in results) == [1, 2, 3, 4]
    assert len({each["pid"] for each in results}) == 1


def test_who_waits_too_long_is_throttled(spec: MakeSpec) -> None:
    gate = threading.Event()

    def never_in_time(_spec: FunctionSpec) -> ExecutionEnvironment:
        gate.wait()
        raise OSError("too late")

    fleet = Fleet(never_in_time, Limits(wait_s=0.02))
    with pytest.raises(ThrottledError, match=r"no environment came free within 0\.02 s") as refused:
        fleet.acquire(spec("handlers.echo"))
    assert refused.value.reason == "ConcurrentInvocationLimitExceeded"
    gate.set()
    fleet.stop()


def test_an_idle_environment_makes_room_for_another_function(
    lambda_python: Path, spec: MakeSpec, tmp_path: Path
) -> None:
    with make_runtime(lambda_python, tmp_path, Limits(total=1)) as runtime:
        pids = [json.loads(call(runtime, spec("handlers.count", version=each)).payload)["pid"] for each in "12"]
        assert is_gone(pids[0])
        assert list(runtime.processes()) == [pids[1]]


def test_who_waits_for_room_gets_it_as_soon_as_another_function_is_done(
    lambda_python: Path, spec: MakeSpec, tmp_path: Path
) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    busy, other = spec("handlers.meet"), spec("handlers.count")
    # The starter looks around every 5 s: who waits 4 s at most has been served because of what happened.
    limits = Limits(total=1, wait_s=4.0)
    with make_runtime(lambda_python, tmp_path / "scratch", limits) as runtime, ThreadPoolExecutor(2) as pool:
        first = pool.submit(call, runtime, busy, json.dumps({"fifo": str(fifo), "mode": "w"}).encode())
        with fifo.open():
            second = pool.submit(call, runtime, other)
        assert (first.result().error, json.loads(second.result().payload)["calls"]) == (None, 1)


def test_an_init_that_is_too_slow_is_tried_again_within_the_functions_timeout(
    lambda_python: Path, spec: MakeSpec, tmp_path: Path
) -> None:
    code = module(tmp_path, "import signal\nsignal.pause()\n")
    with make_runtime(lambda_python, tmp_path / "scratch", Limits(init_s=0.1)) as runtime:
        result = call(runtime, spec("module.handler", code=code, timeout_s=0.2))
    assert (result.error_type, result.timed_out) == ("Sandbox.Timedout", True)
    assert result.duration_ms >= 200
    assert [line.split("\t")[1:] for line in result.log.splitlines() if line.startswith("INIT_REPORT")] == [
        ["Phase: init", "Status: timeout"],
        ["Phase: invoke", "Status: timeout"],
    ]


def test_an_init_that_works_the_second_time_answers(lambda_python: Path, spec: MakeSpec, tmp_path: Path) -> None:
    code = module(
        tmp_path,
        f"""
        import os, sys
        try:
            os.mkdir({str(tmp_path / "been here")!r})
        except FileExistsError:
            pass
        else:
            print("first time")
            os._exit(9)
        def handler(event, context):
            return "second time"
        """,
    )
    with make_runtime(lambda_python, tmp_path / "scratch") as runtime:
        result = call(runtime, spec("module.handler", code=code))
        again = call(runtime, spec("module.handler", code=code))
    assert (result.payload, result.error, result.init_ms) == (b'"second time"', None, None)
    assert result.log.startswith("first time\nINIT_REPORT Init Duration: ")
    assert "\tPhase: init\tStatus: error\tError Type: Runtime.ExitError\nSTART " in result.log
    assert again.log_stream == result.log_stream


def test_a_module_that_ends_the_process_while_it_loads_is_an_error(
    lambda_python: Path, spec: MakeSpec, tmp_path: Path
) -> None:
    code = module(tmp_path, "import sys\nsys.exit(5)\n")
    with make_runtime(lambda_python, tmp_path / "scratch") as runtime:
        result = call(runtime, spec("module.handler", code=code))
    assert result.error_type == "Runtime.ExitError"
    assert json.loads(result.payload)["errorMessage"].endswith(" Error: Runtime exited with error: exit status 5")


def test_an_interpreter_that_is_not_there_or_not_lambdas_is_our_failure(lambda_python: Path, tmp_path: Path) -> None:
    with pytest.raises(LambdaRuntimeError, match=r"does not start: .*locks/runtime\.txt"):
        make_runtime(tmp_path / "nowhere" / "python", tmp_path).start()
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec {lambda_python.resolve()} -I -S "$@"\n')
    bare.chmod(0o755)
    with pytest.raises(LambdaRuntimeError, match="has no awslambdaric: ModuleNotFoundError"):
        make_runtime(bare, tmp_path).start()


def test_a_process_that_cannot_be_started_is_our_failure(lambda_python: Path, spec: MakeSpec, tmp_path: Path) -> None:
    scratch = tmp_path / "file"
    scratch.write_text("in the way")
    with (
        make_runtime(lambda_python, scratch) as runtime,
        pytest.raises(LambdaRuntimeError, match="its process cannot be started"),
    ):
        call(runtime, spec("handlers.echo"))


def test_a_warm_function_has_one_environment_and_tells_its_init_to_who_comes_first(
    lambda_python: Path, spec: MakeSpec, tmp_path: Path
) -> None:
    with make_runtime(lambda_python, tmp_path / "scratch") as runtime:
        counter = spec("handlers.count")
        runtime.warm(counter)
        (pid,) = runtime.processes()
        first, second = call(runtime, counter), call(runtime, counter)
        assert json.loads(first.payload)["pid"] == json.loads(second.payload)["pid"] == pid
        assert (first.init_ms is None, second.init_ms is None) == (False, True)


def test_what_can_not_be_warmed_says_so_when_it_is_called(lambda_python: Path, spec: MakeSpec, tmp_path: Path) -> None:
    with make_runtime(lambda_python, tmp_path / "scratch", Limits(total=1)) as runtime:
        broken = spec("nowhere.handler")
        runtime.warm(broken)
        assert runtime.processes() == ()
        assert call(runtime, broken).error == "Unhandled"
        assert call(runtime, spec("handlers.echo"), b"1").payload == b"1"

"""Processes that a fork server makes are as good as those that are made the plain way."""

import itertools
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.rehearsal.world.lambda_runtime import LambdaRuntime
from pipeline.rehearsal.world.lambda_runtime.fork_servers import ForkServers
from tests.unit.pipeline.rehearsal.world.lambda_runtime.conftest import MakeSpec, access_of, call

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a kernel that lets a process adopt others")

TELLS = """
import os, random, sys

def handler(event, context):
    import boto3
    return {"pid": os.getpid(), "parent": os.getppid(), "boto3": boto3.__file__, "drawn": random.random(),
            "forked": "fork_server.py" in open("/proc/self/cmdline").read()}
"""


def made(folder: Path, files: dict[str, str]) -> Path:
    """A folder of code with these files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def until[Found](look: Callable[[], Found | None]) -> Found:
    """What is found in the end."""
    deadline = time.monotonic() + 20.0
    while (found := look()) is None:
        assert time.monotonic() < deadline, "no server became ready"
        time.sleep(0.01)
    return found


def forked(runtime: LambdaRuntime, spec: MakeSpec, code: Path, many: int) -> list[dict[str, Any]]:
    """What the environments of so many more versions tell, once a server makes them."""
    numbers = itertools.count(1)

    def told() -> dict[str, Any]:
        return dict(json.loads(call(runtime, spec("module.handler", version=str(next(numbers)), code=code)).payload))

    first = until(lambda: each if (each := told())["forked"] else None)
    return [first, *(told() for _ in range(many - 1))]


@pytest.fixture
def fork_servers(lambda_python: Path) -> ForkServers:
    return ForkServers(lambda_python)


def test_who_is_made_is_our_child_and_the_leader_of_its_group(fork_servers: ForkServers, tmp_path: Path) -> None:
    read, write = os.pipe()
    made(tmp_path, {"module.py": TELLS})
    variables = {"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1"}
    child = until(lambda: fork_servers.process(tmp_path, "module.handler", variables, write))
    assert (os.getpgid(child.pid), child.returncode) == (child.pid, None)
    os.kill(child.pid, signal.SIGKILL)
    assert (child.wait(), child.returncode) == (-signal.SIGKILL, -signal.SIGKILL)
    fork_servers.close()
    for descriptor in (read, write):
        os.close(descriptor)


def test_environments_of_one_fork_server_share_no_chance(
    runtime: LambdaRuntime, spec: MakeSpec, tmp_path: Path
) -> None:
    code = made(tmp_path, {"module.py": TELLS})
    told = forked(runtime, spec, code, 2)
    assert {each["parent"] for each in told} == {os.getpid()}
    assert len({each["pid"] for each in told}) == len({each["drawn"] for each in told}) == len(told)


def test_a_zip_with_an_sdk_of_its_own_gets_that_one(runtime: LambdaRuntime, spec: MakeSpec, tmp_path: Path) -> None:
    code = made(tmp_path, {"module.py": TELLS, "boto3/__init__.py": ""})
    assert {each["boto3"] for each in forked(runtime, spec, code, 1)} == {str(code / "boto3" / "__init__.py")}


def test_where_no_fork_server_can_be_a_process_is_made_the_plain_way(
    lambda_python: Path, spec: MakeSpec, tmp_path: Path
) -> None:
    broken = {"module.py": "def handler(event, context):\n    return 1\n", "boto3/__init__.py": "raise OSError"}
    code = made(tmp_path / "code", broken)
    with LambdaRuntime(python=lambda_python, access=access_of, scratch=tmp_path / "scratch") as runtime:
        for number in "1234":
            assert call(runtime, spec("module.handler", version=number, code=code)).payload == b"1"

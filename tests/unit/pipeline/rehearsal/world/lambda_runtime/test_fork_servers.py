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


IMPORTS = """
import os
from other.part import (  # a package of the zip's
    SEEN,
    WHERE,
)

OWN = os.getpid()

def handler(event, context):
    return {"seen": SEEN, "where": WHERE, "own": OWN, "pid": os.getpid(),
            "forked": "fork_server.py" in open("/proc/self/cmdline").read()}
"""
OTHER = {"module.py": IMPORTS, "other-1.dist-info/RECORD": "other/__init__.py,,\n", "other/__init__.py": ""}
PART = 'import os\nSEEN, WHERE = os.environ.get("MODE"), os.getpid()\n'


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


def told_by(runtime: LambdaRuntime, spec: MakeSpec, code: Path, environment: dict[str, str]) -> dict[str, Any]:
    """What one function tells that imports a package."""
    made_of = spec("module.handler", version=json.dumps(environment), code=code, environment=environment)
    return dict(json.loads(call(runtime, made_of).payload))


def test_others_packages_are_imported_once_and_the_functions_own_code_in_each_process(
    runtime: LambdaRuntime, spec: MakeSpec, tmp_path: Path
) -> None:
    code = made(tmp_path, OTHER | {"other/part.py": PART})
    told = forked(runtime, spec, code, 2)
    assert {each["own"] == each["pid"] for each in told} == {True}
    assert len({each["where"] for each in told} - {each["pid"] for each in told}) == 1


def test_a_function_with_another_variable_than_a_package_has_asked_for_starts_by_itself(
    runtime: LambdaRuntime, spec: MakeSpec, tmp_path: Path
) -> None:
    code = made(tmp_path, OTHER | {"other/part.py": PART})
    forked(runtime, spec, code, 1)
    told = told_by(runtime, spec, code, {"MODE": "careful"})
    assert (told["seen"], told["where"], told["forked"]) == ("careful", told["pid"], False)
    assert told_by(runtime, spec, code, {"ANOTHER": "one"})["forked"]


def test_a_function_with_a_variable_for_the_interpreter_starts_by_itself(
    runtime: LambdaRuntime, spec: MakeSpec, tmp_path: Path
) -> None:
    code = made(tmp_path, OTHER | {"other/part.py": PART})
    forked(runtime, spec, code, 1)
    assert not told_by(runtime, spec, code, {"PYTHONOPTIMIZE": "2"})["forked"]


@pytest.mark.parametrize(
    "started",
    [
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n",
        "import socket\nKEPT = socket.socket()\n",
        "import os\nALL = dict(os.environ)\n",
    ],
    ids=["a thread", "a socket", "all variables"],
)
def test_where_a_package_starts_what_a_copy_would_not_have_processes_are_made_the_plain_way(
    started: str, runtime: LambdaRuntime, spec: MakeSpec, tmp_path: Path
) -> None:
    code = made(tmp_path, OTHER | {"other/part.py": started + PART})
    told = [told_by(runtime, spec, code, {"NUMBER": number}) for number in "123"]
    assert [(each["forked"], each["where"] == each["pid"]) for each in told] == [(False, True)] * 3


def test_a_zip_with_an_sdk_of_its_own_gets_that_one(runtime: LambdaRuntime, spec: MakeSpec, tmp_path: Path) -> None:
    code = made(tmp_path, {"module.py": TELLS, "boto3/__init__.py": ""})
    assert {each["boto3"] for each in forked(runtime, spec, code, 1)} == {str(code / "boto3" / "__init__.py")}


def test_where_no_fork_server_can_be_a_process_is_made_the_plain_way(
    lambda_python: Path, spec: MakeSpec, tmp_path: Path
) -> None:
    module = "def handler(event, context):\n    return 1\n\ndef never():\n    import other\n"
    code = made(tmp_path / "code", OTHER | {"module.py": module, "other/__init__.py": "import os\nos._exit(1)\n"})
    with LambdaRuntime(python=lambda_python, access=access_of, scratch=tmp_path / "scratch") as runtime:
        for number in "1234":
            assert call(runtime, spec("module.handler", version=number, code=code)).payload == b"1"

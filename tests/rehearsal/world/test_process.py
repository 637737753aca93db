"""The emulator's life: it starts or says why not, it ends with its owner, and it is never taken for another's."""

import http.server
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError

from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.world.emulator.process import EmulatorProcess, Programs
from pipeline.rehearsal.world.emulator.world import EmulatorWorld
from tests.rehearsal.world.account import Account
from tests.rehearsal.world.templates import ref, released, template

pytestmark = pytest.mark.emulator

ROOT = Path(__file__).resolve().parents[3]


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def gone_soon(port: int, *pids: int) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if not answers(port) and not any(map(alive, pids)):
            return True
        time.sleep(0.02)
    return False


def functions_of(world: EmulatorWorld) -> list[int]:
    """The processes of the functions that run in a world, after one has been asked."""
    account = Account(world, "222222222222")
    stack = account.deploy(template(released(1), Name=ref("Function")))
    account.client("lambda").invoke(FunctionName=stack.outputs["Name"])
    found = list(world.status()["processes"])
    assert found
    return found


@pytest.fixture
def own(programs: Programs, run_folder: Path) -> Iterator[EmulatorWorld]:
    """A world that belongs to one test."""
    world = EmulatorWorld(run_folder, programs=programs)
    yield world
    world.stop()


def test_nothing_is_left_after_a_stop_and_a_second_one_does_no_harm(own: EmulatorWorld) -> None:
    own.start()
    port, pids = own.port, functions_of(own)
    began = time.monotonic()
    own.stop()
    own.stop()
    assert time.monotonic() - began < 5
    assert gone_soon(port, *pids)
    with pytest.raises(Broke, match="was not started, or was stopped"):
        own.status()


def test_it_ends_with_its_owner_even_when_that_is_killed(run_folder: Path) -> None:
    """A process of its own starts a world, from a thread that ends at once, and is killed with SIGKILL."""
    code = f"""
import os, sys, threading, time
from pathlib import Path
from pipeline.rehearsal.world.emulator.process import Programs
from pipeline.rehearsal.world.emulator.world import EmulatorWorld
from tests.rehearsal.world.test_process import functions_of
world = EmulatorWorld(Path({str(run_folder)!r}), programs=Programs.of(os.environ))
starting = threading.Thread(target=world.start)
starting.start()
starting.join()
print(world.port, *functions_of(world), flush=True)
time.sleep(60)
"""
    owner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, text=True)
    assert owner.stdout is not None
    port, *pids = map(int, owner.stdout.readline().split())
    assert answers(port)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    assert gone_soon(port, *pids)


def test_a_world_that_died_is_our_failure_and_its_functions_die_with_it(own: EmulatorWorld) -> None:
    own.start()
    port, pids = own.port, functions_of(own)
    os.kill(own.pid, signal.SIGKILL)
    assert gone_soon(port, *pids)
    with pytest.raises(Broke, match="ended by itself"):
        own.client("s3", "222222222222", "eu-west-1")


def test_a_world_is_known_to_have_died_as_soon_as_it_answers_no_more(own: EmulatorWorld) -> None:
    own.check_alive()  # one that was not started has not ended
    own.start()
    own.check_alive()
    client = own.client("s3", "222222222222", "eu-west-1")
    os.kill(own.pid, signal.SIGKILL)
    with pytest.raises(BotoCoreError):
        client.list_buckets()
    with pytest.raises(Broke) as broke:
        own.check_alive()
    assert str(broke.value).startswith(f"the local AWS ended by itself (exit status -9); its log: {own.log}")
    own.stop()
    own.check_alive()  # nor has one that was stopped


def test_its_log_can_lie_where_it_stays(programs: Programs, run_folder: Path) -> None:
    log = run_folder.parent / "logs" / "emulator.log"
    world = EmulatorWorld(run_folder, programs=programs, log=log)
    world.start()
    world.stop()
    assert (world.log, log.exists()) == (log, True)


def test_a_start_that_fails_says_what_the_emulator_said(programs: Programs, run_folder: Path) -> None:
    broken = EmulatorProcess(
        Programs(programs.world, Path("/nowhere/python"), programs.uv, programs.cache), run_folder, speed=30, region="x"
    )
    with pytest.raises(Broke, match="/nowhere/python"):
        broken.start()


def test_a_python_without_ministack_is_told_apart(programs: Programs, run_folder: Path) -> None:
    wrong = Programs(programs.runtime, programs.runtime, programs.uv, programs.cache)
    with pytest.raises(Broke, match="ministack"):
        EmulatorProcess(wrong, run_folder, speed=30, region="eu-west-1").start()


class _Stranger(http.server.BaseHTTPRequestHandler):
    """Some other program's server, which answers everything."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"proof": "I am yours"}')

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_a_strangers_server_is_never_spoken_to(
    programs: Programs, run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), _Stranger) as stranger:
        threading.Thread(target=stranger.serve_forever, daemon=True).start()
        monkeypatch.setattr(EmulatorProcess, "_announced", lambda *_: stranger.server_port)
        with pytest.raises(Broke, match="served by another program"):
            EmulatorProcess(programs, run_folder, speed=30, region="eu-west-1").start()
        stranger.shutdown()


def test_it_listens_on_this_machine_alone(world: EmulatorWorld) -> None:
    listening = Path("/proc/net/tcp").read_text().splitlines()[1:]
    port = f"{world.port:04X}"
    addresses = {
        line.split()[1] for line in listening if line.split()[1].endswith(f":{port}") and line.split()[3] == "0A"
    }
    assert addresses == {f"0100007F:{port}"}


def test_the_emulators_pages_are_for_its_owner_alone(account: Account) -> None:
    for page in ("observations?after=0", "status"):
        answer = account.call(f"{account.world.endpoint}/_slipway/{page}")
        assert answer.status == 403

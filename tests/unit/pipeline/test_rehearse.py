"""`slipway rehearse` on this machine: what it needs, what it leaves, and how it is stopped."""

import io
import os
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import rehearse as module
from pipeline.record import tape
from pipeline.record.events import Commit, RunFinished, RunStarted
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.commits import Base
from pipeline.rehearsal.world.fake import FakeWorld
from pipeline.rehearse import RUNS, Request, _command, _Terminal, run
from pipeline.report.write import PAGES
from pipeline.signals import Signals
from tests.unit.pipeline.rehearsal.test_ownership import killed
from tests.unit.pipeline.rehearsal.travelling import environ, product, release, world

CANDIDATE = Commit("3f9c1a2b4d5e6f70" + "0" * 24, "gift", "Ada")
BASE = Base(Commit("77ab0d1c2e3f4a5b" + "0" * 24, "sell", "Ada"), "the commit before it")
PATIENCE = 10.0


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = product(tmp_path / "orders")
    monkeypatch.chdir(made)
    monkeypatch.setattr(module, "EmulatorWorld", lambda *_, **__: world())
    return made


def request(root: Path) -> Request:
    return Request(root, "HEAD", None, True, 30.0, 7, True, False)


def machine(root: Path) -> dict[str, str]:
    programs = {"SLIPWAY_WORLD_PYTHON": sys.executable, "SLIPWAY_RUNTIME_PYTHON": sys.executable}
    return {**environ(root.parent), **programs, "PATH": os.environ["PATH"], "HOME": "/home/a"}


def latest(root: Path) -> Path:
    return root / RUNS / "latest"


# --- a run -----------------------------------------------------------------------------------------------------------


def test_a_delivered_run_leaves_its_tape_its_pages_and_its_logs(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release(root, "sell")

    assert run(request(root), machine(root)) == 0

    left = sorted(path.name for path in latest(root).iterdir())
    assert left == sorted([tape.FILE_NAME, *PAGES, "logs"])
    told = capsys.readouterr().out
    assert "✓ delivered to prod: 0 of 0 gates passed" in told
    assert f"report       {RUNS}/" in told


def test_the_work_folder_stays_where_that_is_asked(root: Path) -> None:
    release(root, "sell")
    assert run(replace(request(root), keep_work=True), machine(root)) == 0
    assert run(request(root), machine(root)) == 0  # the next one does not remove it either
    (kept,) = (folder for folder in (root / RUNS).iterdir() if (folder / "keep-work").exists())
    assert (kept / "work" / "candidate" / "cdk.out" / "manifest.json").is_file()


def test_what_a_killed_run_left_is_removed_and_told_in_one_line(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release(root, "sell")
    folder = killed(root / RUNS)
    assert run(request(root), machine(root)) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["logs"]
    assert capsys.readouterr().out.startswith(f"removed the work that {folder.name} left behind when killed\norders ")


def test_a_rehearsal_leaves_another_that_is_under_way_alone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []

    class Meanwhile(FakeWorld):
        def bootstrap(self, account: str, region: str) -> None:
            if not ended:
                monkeypatch.setattr(module, "EmulatorWorld", lambda *_, **__: world())
                ended.append(run(request(root), machine(root)))
            super().bootstrap(account, region)

    monkeypatch.setattr(module, "EmulatorWorld", lambda *_, **__: Meanwhile())
    release(root, "sell")
    assert run(request(root), machine(root)) == 0
    assert ended == [0]
    runs = [folder for folder in (root / RUNS).iterdir() if not folder.is_symlink()]
    assert [(folder / "report.html").is_file() for folder in runs] == [True, True]


def test_without_a_terminal_or_a_flag_the_run_was_started_wrongly(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    release(root, "sell", approval=True)
    assert run(replace(request(root), approve=False), machine(root)) == 2


def test_a_world_that_breaks_is_our_failure_and_has_its_report(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Bursting(FakeWorld):
        def start(self) -> None:
            raise KeyError("port")

    monkeypatch.setattr(module, "EmulatorWorld", lambda *_, **__: Bursting())
    release(root, "sell")
    assert run(request(root), machine(root)) == 3
    assert (latest(root) / "logs" / "slipway.log").is_file()
    assert (latest(root) / "report.html").is_file()


def test_a_report_that_cant_be_written_is_our_failure(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_: Path) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(module, "write", full)
    release(root, "sell")
    assert run(request(root), machine(root)) == 3
    assert "slipway: the report can't be written: no space left; free some space" in capsys.readouterr().err


def test_the_tape_tells_which_command_shows_the_run_again(root: Path) -> None:
    base = release(root, "sell")
    sha = release(root, "gift")
    run(request(root), machine(root))
    started = tape.read(latest(root) / tape.FILE_NAME).entries[0].event
    assert isinstance(started, RunStarted)
    assert started.command == f"scripts/rehearse --ref {sha[:12]} --base {base[:12]} --approve --seed 7"


# --- what can't be run -----------------------------------------------------------------------------------------------


def test_a_ref_that_does_not_exist_makes_no_run(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release(root, "sell")
    assert run(replace(request(root), ref="v9"), machine(root)) == 2
    assert capsys.readouterr().err == (
        f"slipway: {root}: there is no commit 'v9'; name a commit, tag or branch that `git log` shows; "
        "in a shallow clone run `git fetch --unshallow`\n"
    )
    assert not (root / RUNS).exists()


def test_a_base_that_does_not_exist_makes_no_run(root: Path) -> None:
    release(root, "sell")
    assert run(replace(request(root), base="v9"), machine(root)) == 2
    assert not (root / RUNS).exists()


def test_a_folder_without_a_repository_is_usage(root: Path) -> None:
    shutil.rmtree(root / ".git")
    assert run(request(root), machine(root)) == 2


def test_a_product_that_says_nothing_of_itself_is_unreadable(root: Path) -> None:
    release(root, "sell", pyproject_dot_toml="[project]\n")
    assert run(request(root), machine(root)) == 2
    assert not (root / RUNS).exists()


def test_without_the_scripts_environment_it_says_what_to_run(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    release(root, "sell")
    assert run(request(root), {}) == 3
    assert capsys.readouterr().err == (
        "slipway: SLIPWAY_HOME, JSII_NODE, SLIPWAY_NPM not set: run this through scripts/rehearse or scripts/slipway\n"
    )
    assert not (root / RUNS).exists()


# --- the command that shows a run again ------------------------------------------------------------------------------


def test_commits_stand_by_their_names_since_branches_move_on(tmp_path: Path) -> None:
    told = replace(request(tmp_path), ref="main", base="HEAD~1", approve=False)
    assert _command(told, CANDIDATE, BASE) == "scripts/rehearse --ref 3f9c1a2b4d5e --base 77ab0d1c2e3f --seed 7"


def test_a_first_release_is_shown_again_as_one(tmp_path: Path) -> None:
    assert _command(request(tmp_path), CANDIDATE, Base(None, "first")) == (
        "scripts/rehearse --ref 3f9c1a2b4d5e --approve --seed 7"
    )


def test_everything_that_changes_a_run_is_in_its_command(tmp_path: Path) -> None:
    told = Request(tmp_path, None, None, True, 2.5, 9, False, True, traffic=0)
    assert _command(told, CANDIDATE, BASE) == (
        "scripts/rehearse --worktree --base 77ab0d1c2e3f --approve --keep-going --speed 2.5 --traffic 0 --seed 9"
    )


# --- signals and readers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_the_run_once_and_its_number_is_the_exit_code(number: signal.Signals, code: int) -> None:
    before = signal.getsignal(number)
    cancel = Cancel()
    with Signals(cancel):
        signal.raise_signal(number)
        assert cancel.wait(PATIENCE)
    assert (cancel.exit_code, cancel.reason) == (code, f"interrupted by {number.name}")
    assert signal.getsignal(number) is before


def test_a_signal_is_heard_while_its_own_thread_holds_what_the_handler_needs() -> None:
    cancel = Cancel()
    with Signals(cancel), cancel._lock:
        signal.raise_signal(signal.SIGINT)
    assert cancel.wait(PATIENCE)


def test_a_second_signal_ends_the_process_at_once() -> None:
    code = (
        "import signal, threading\n"
        "from pipeline.rehearsal.cancel import Cancel\n"
        "from pipeline.signals import Signals\n"
        "with Signals(Cancel()):\n"
        "    signal.raise_signal(signal.SIGTERM)\n"
        "    print('goes on', flush=True)\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "    print('still there', flush=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert (done.stdout, done.returncode) == ("goes on\n", -signal.SIGINT)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_ends_with_the_signals_number_and_tells_so(
    number: signal.Signals,
    code: int,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cancel = Cancel()

    class Interrupting(FakeWorld):
        def bootstrap(self, account: str, region: str) -> None:
            assert threading.current_thread() is threading.main_thread()
            if not self.bootstrapped:  # once: a second one would end us
                signal.raise_signal(number)
                assert cancel.wait(PATIENCE)
            super().bootstrap(account, region)

    monkeypatch.setattr(module, "EmulatorWorld", lambda *_, **__: Interrupting())
    monkeypatch.setattr(module, "Cancel", lambda: cancel)
    release(root, "sell", approval=True)
    assert run(request(root), machine(root)) == code
    told = tape.read(latest(root) / tape.FILE_NAME).entries[-1].event
    assert isinstance(told, RunFinished)
    assert (told.outcome, told.exit_code) == (Outcome.INTERRUPTED, code)
    assert capsys.readouterr().out.endswith(f", exit {code}\n")
    assert f"exit {code}" in (latest(root) / "report.html").read_text()


def test_a_signal_that_comes_too_late_to_stop_anything_changes_no_verdict(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Late(FakeWorld):
        def stop(self) -> None:
            super().stop()
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(module, "EmulatorWorld", lambda *_, **__: Late())
    release(root, "sell")
    assert run(request(root), machine(root)) == 0
    assert tape.read(latest(root) / tape.FILE_NAME).complete


def test_a_reader_who_goes_away_silences_the_console_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    with (tmp_path / "out").open("w") as out:
        monkeypatch.setattr(sys, "stdout", out)
        console = _Terminal(file=Gone())
        console.print("one")
        console.print("two")
    assert console.quiet

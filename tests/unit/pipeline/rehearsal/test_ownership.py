"""What a killed run leaves is removed by the next; what is owned or kept is not touched."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.rehearsal import workspace
from pipeline.rehearsal.ownership import Ownership, sweep
from pipeline.rehearsal.workspace import Workspace

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)
ROOT = Path(__file__).parents[4]


def made(runs: Path, *, keep: bool = False) -> Workspace:
    """A run of this process, with something in its work folder."""
    new = workspace.create(runs, NOW, "3f9c1a2b", keep)
    (new.work / "source").mkdir()
    (new.work / "source" / "README.md").write_text("the commit")
    return new


def killed(runs: Path, *, keep: bool = False) -> Path:
    """The folder of a run whose process was ended by kill -9."""
    code = (
        "import time, sys\nfrom pathlib import Path\n"
        "from tests.unit.pipeline.rehearsal.test_ownership import made\n"
        f"print(made(Path({str(runs)!r}), keep={keep}).folder, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, text=True) as owner:
        assert owner.stdout is not None
        folder = Path(owner.stdout.readline().strip())
        assert sweep(runs) == ()  # as long as it lives it owns its folder, also against other processes
        owner.send_signal(signal.SIGKILL)
    return folder


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_work_of_a_killed_run_goes_and_what_people_read_stays(tmp_path: Path) -> None:
    folder = killed(tmp_path)
    assert left(folder) == ["lock", "logs", "work"]
    assert sweep(tmp_path) == (folder.name,)
    assert left(folder) == ["logs"]
    assert sweep(tmp_path) == ()


def test_what_a_killed_run_was_told_to_keep_stays(tmp_path: Path) -> None:
    folder = killed(tmp_path, keep=True)
    assert sweep(tmp_path) == ()
    assert (folder / "work" / "source" / "README.md").exists()


def test_what_was_kept_at_the_end_of_a_run_stays(tmp_path: Path) -> None:
    kept = made(tmp_path, keep=True)
    kept.clear()
    assert sweep(tmp_path) == ()
    assert left(kept.folder) == ["keep-work", "logs", "work"]


def test_a_run_that_ended_leaves_nothing_to_sweep(tmp_path: Path) -> None:
    ended = made(tmp_path)
    ended.clear()
    assert (left(ended.folder), sweep(tmp_path)) == (["logs"], ())


def test_a_run_that_is_under_way_is_left_alone(tmp_path: Path) -> None:
    first = made(tmp_path)
    second = made(tmp_path)
    assert sweep(tmp_path) == ()
    second.clear()
    assert sweep(tmp_path) == ()
    assert (first.work / "source" / "README.md").exists()


def test_runs_that_never_had_an_owner_are_nobodys_to_remove(tmp_path: Path) -> None:
    (tmp_path / "20260101-000000-3f9c1a2" / "work").mkdir(parents=True)
    assert sweep(tmp_path) == ()
    assert sweep(tmp_path / "nowhere") == ()


def test_what_cant_be_removed_is_left_to_another_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = made(tmp_path)
    with monkeypatch.context() as stuck:
        stuck.setattr("shutil.rmtree", lambda *_, **__: None)
        run.clear()
        assert sweep(tmp_path) == ()
    assert sweep(tmp_path) == (run.run_id,)
    assert left(run.folder) == ["logs"]


def test_a_file_system_without_locks_leaves_its_runs_unswept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    with monkeypatch.context() as without:
        without.setattr(fcntl, "flock", no_locks)
        run = made(tmp_path)
    assert (run.owner, left(run.folder), sweep(tmp_path)) == (None, ["logs", "work"], ())
    run.clear()
    assert left(run.folder) == ["logs"]


def test_a_run_that_is_just_being_made_waits_for_the_sweep_that_looks_at_it(tmp_path: Path) -> None:
    taken = threading.Event()

    def take() -> None:
        Ownership.take(tmp_path)
        taken.set()

    descriptor = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    waiting = threading.Thread(target=take)
    waiting.start()
    assert not taken.wait(0.1)
    os.close(descriptor)
    assert taken.wait(10)
    waiting.join()


def test_runs_that_begin_and_end_at_once_never_take_each_others_work(tmp_path: Path) -> None:
    lost: list[str] = []

    def rehearse() -> None:
        for _ in range(20):
            run = made(tmp_path)
            swept = sweep(tmp_path)
            if swept or not (run.work / "source" / "README.md").exists():
                lost.append(run.run_id)
            run.clear()

    runs = [threading.Thread(target=rehearse) for _ in range(6)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert lost == []
    assert {name for folder in tmp_path.iterdir() for name in left(folder)} == {"logs"}
    assert len(list(tmp_path.iterdir())) == 6 * 20 + 1  # and `latest`

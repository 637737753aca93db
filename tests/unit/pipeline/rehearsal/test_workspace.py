"""The folder of a run."""

from collections import namedtuple
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.rehearsal import workspace
from pipeline.rehearsal.errors import Unreadable

NOW = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)


def test_latest_points_to_the_newest_of_two_runs_in_one_second(tmp_path: Path) -> None:
    first = workspace.create(tmp_path, NOW, "3f9c1a2b")
    second = workspace.create(tmp_path, NOW, "3f9c1a2b")

    assert (first.run_id, second.run_id) == ("20261123-101500-3f9c1a2", "20261123-101500-3f9c1a2-2")
    assert (tmp_path / "latest").resolve() == second.folder
    assert sorted(path.name for path in second.folder.iterdir()) == ["lock", "logs", "work"]


def test_clearing_leaves_what_people_read(tmp_path: Path) -> None:
    made = workspace.create(tmp_path, NOW, "3f9c1a2b")
    (made.folder / "report.html").write_text("kept")

    made.clear()

    assert sorted(path.name for path in made.folder.iterdir()) == ["logs", "report.html"]


def test_what_functions_logged_stays_with_the_run(tmp_path: Path) -> None:
    made = workspace.create(tmp_path, NOW, "3f9c1a2b")
    (made.world / "logs").mkdir(parents=True)
    (made.world / "logs" / "444444444444-orders.log").write_text("f")
    assert made.world_log.parent == made.logs / "world"

    made.keep_world_logs()
    made.clear()

    assert [path.name for path in (made.logs / "world").iterdir()] == ["444444444444-orders.log"]


def test_a_full_disk_is_refused_before_anything_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(10**12, 10**12, 5 * 1024**2))

    with pytest.raises(Unreadable, match="5 MB free, a run needs 2048 MB; free some disk space"):
        workspace.create(tmp_path, NOW, "3f9c1a2b")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("not a folder")

    with pytest.raises(Unreadable, match="can't be written"):
        workspace.create(tmp_path / "runs", NOW, "3f9c1a2b")

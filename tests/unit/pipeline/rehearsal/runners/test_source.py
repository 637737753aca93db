"""The source action hands on the real commit's files and what there is to know of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.record.events import Commit
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Cancelled
from pipeline.rehearsal.runners.source import Snapshot, SourceRunner
from tests.unit.pipeline.rehearsal.making import source
from tests.unit.pipeline.rehearsal.runners.context import context_of

COMMIT = Commit("3f9c1a2b4d5e6f708192a3b4c5d6e7f8091a2b3c", "Sell gift cards", "Ada")


def test_the_snapshot_is_the_artifact_and_the_commit_its_variables(tmp_path: Path) -> None:
    whole = Snapshot(tmp_path, COMMIT, "Sell gift cards\n\nAt last.", "2026-11-23T10:00:00Z", "ada@example.org")
    result = SourceRunner(whole).run(source(), context_of(source(), tmp_path))
    assert result.summary == "3f9c1a2: Sell gift cards"
    assert result.outputs == {"Source": tmp_path}
    assert result.variables == {
        "AuthorDate": "2026-11-23T10:00:00Z",
        "AuthorDisplayName": "Ada",
        "AuthorEmail": "ada@example.org",
        "BranchName": "main",
        "CommitId": COMMIT.sha,
        "CommitMessage": "Sell gift cards\n\nAt last.",
        "ConnectionArn": "arn",
        "FullRepositoryName": "example/orders",
    }


def test_what_is_not_known_of_a_commit_has_no_value(tmp_path: Path) -> None:
    result = SourceRunner(Snapshot(tmp_path, COMMIT)).run(source(), context_of(source(), tmp_path))
    assert {"AuthorDate", "AuthorEmail"}.isdisjoint(result.variables)
    assert result.variables["CommitMessage"] == "Sell gift cards"


def test_uncommitted_work_is_said(tmp_path: Path) -> None:
    dirty = Snapshot(tmp_path, replace(COMMIT, dirty=True))
    result = SourceRunner(dirty).run(source(), context_of(source(), tmp_path))
    assert result.summary == "3f9c1a2 + uncommitted work: Sell gift cards"


def test_a_stopped_run_takes_no_source(tmp_path: Path) -> None:
    cancel = Cancel()
    cancel.cancel("a signal")
    with pytest.raises(Cancelled):
        SourceRunner(Snapshot(tmp_path, COMMIT)).run(source(), context_of(source(), tmp_path, cancel=cancel))

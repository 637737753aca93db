"""The tape keeps what happened, and shows when it was changed afterwards."""

from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.record.events import (
    ENTRY,
    ChangeSetPrepared,
    Entry,
    Event,
    Noted,
    ResourceChange,
    RunFinished,
    StageFinished,
    StageStarted,
)
from pipeline.record.tape import Tape, UnreadableTape, read
from pipeline.record.verdict import Outcome

END = RunFinished(Outcome.PASSED, "prod", "delivered", "scripts/rehearse", 0, 3.0)


def record(path: Path, *events: Event) -> bytes:
    ticks = count()
    tape = Tape(path, lambda: float(next(ticks)))
    for event in events:
        tape.write(event)
    tape.close()
    return path.read_bytes()


def test_a_tape_reads_back_what_was_written(tmp_path: Path) -> None:
    record(tmp_path / "tape", StageStarted("beta"), StageFinished("beta", Outcome.PASSED, 1.5), END)

    recording = read(tmp_path / "tape")

    assert recording.entries == (
        Entry(1, 1.0, StageStarted("beta")),
        Entry(2, 2.0, StageFinished("beta", Outcome.PASSED, 1.5)),
        Entry(3, 3.0, END),
    )
    assert (recording.torn, recording.complete) == (False, True)


def test_a_change_that_was_recorded_before_anybody_asked_whether_it_replaces_is_read() -> None:
    told = {"logical_id": "Table", "resource_type": "AWS::DynamoDB::Table", "action": "Modify"}
    prepared = {"kind": "change-set-prepared", "stage": "prod", "stack": "orders", "changes": [told]}
    entry = ENTRY.validate_python({"seq": 1, "at": 1.0, "event": prepared})
    assert entry.event == ChangeSetPrepared(
        "prod", "orders", (ResourceChange("Table", "AWS::DynamoDB::Table", "Modify"),)
    )


def test_listeners_hear_events_in_the_order_of_the_tape(tmp_path: Path) -> None:
    heard: list[Entry] = []
    tape = Tape(tmp_path / "tape", lambda: 0.0, [heard.append])
    tape.write(Noted("one"))
    tape.write(Noted("two"))
    tape.close()

    assert tuple(heard) == read(tmp_path / "tape").entries


def test_a_torn_last_line_is_dropped_and_said(tmp_path: Path) -> None:
    whole = record(tmp_path / "tape", Noted("one"), Noted("two"))
    (tmp_path / "torn").write_bytes(whole[:-5])

    recording = read(tmp_path / "torn")

    assert [entry.event for entry in recording.entries] == [Noted("one")]
    assert (recording.torn, recording.complete) == (True, False)


def test_a_tape_never_overwrites_another(tmp_path: Path) -> None:
    record(tmp_path / "tape", Noted("one"))

    with pytest.raises(FileExistsError):
        Tape(tmp_path / "tape", lambda: 0.0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(data=st.data())
def test_any_changed_byte_is_refused_or_torn_off(tmp_path: Path, data: st.DataObject) -> None:
    (tmp_path / "tape").unlink(missing_ok=True)
    whole = record(tmp_path / "tape", Noted("one"), Noted("two"), END)
    at = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(1, 255))
    changed = bytes((*whole[:at], whole[at] ^ flip, *whole[at + 1 :]))
    (tmp_path / "changed").write_bytes(changed)

    try:
        recording = read(tmp_path / "changed")
    except UnreadableTape as problem:
        assert "changed:" in str(problem)  # noqa: PT017  both outcomes are right, but only with their mark
    else:
        assert recording.torn
        assert not recording.complete


def test_a_dropped_line_is_seen(tmp_path: Path) -> None:
    lines = record(tmp_path / "tape", Noted("one"), Noted("two"), END).splitlines(keepends=True)
    (tmp_path / "cut").write_bytes(lines[0] + lines[2])

    with pytest.raises(UnreadableTape, match=r"cut:2: checksum does not match"):
        read(tmp_path / "cut")

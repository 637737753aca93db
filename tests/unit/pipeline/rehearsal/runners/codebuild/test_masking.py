"""Secrets don't reach the log, however they are printed, and the log stays bounded whatever a build prints."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.runners.codebuild.masking import Masker
from pipeline.rehearsal.runners.codebuild.output import CHUNK, BuildLog

secrets = st.from_regex(r"[!-)+-~é€]{4,40}", fullmatch=True).filter(lambda text: not set("ab") & set(text))


def written(path: Path, pieces: list[bytes], masker: Masker, limit: int = 1_000_000) -> tuple[str, tuple[str, ...]]:
    path.unlink(missing_ok=True)
    with BuildLog(path, masker, limit) as log:
        for piece in pieces:
            log.feed(piece)
    return path.read_text(), log.last_lines


def in_pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(secret=secrets, around=st.text("ab \n", max_size=30), size=st.integers(1, 50))
def test_a_secret_is_masked_wherever_the_output_is_cut_into_pieces(secret: str, around: str, size: int) -> None:
    with TemporaryDirectory() as folder:
        data = f"{around}{secret}{around}".encode()
        text, last = written(Path(folder) / "log", in_pieces(data, size), Masker.of([secret]))
    assert text == f"{around}***{around}"
    assert not any(secret in line for line in last)


def test_a_secret_in_a_very_long_line_is_masked_at_every_place(tmp_path: Path) -> None:
    masker = Masker.of(["hunter2"])
    data = b"x" * (CHUNK - 3) + b"hunter2" + b"y" * CHUNK + b"hunter2"
    text, _ = written(tmp_path / "log", in_pieces(data, 4093), masker)
    assert "hunter2" not in text
    assert text.count("***") == 2


def test_a_secret_is_masked_line_by_line_and_inside_json(tmp_path: Path) -> None:
    key = "-----BEGIN KEY-----\nAAAA1234\n}\n-----END KEY-----"
    document = json.dumps({"password": 'say "friend"', "port": 1})
    masker = Masker.of([key, document])
    shown = f"{{\n}}\nAAAA1234\n{json.dumps({'p': chr(34).join(['say ', 'friend', ''])})}\nport\n"
    text, _ = written(tmp_path / "log", [shown.encode()], masker)
    assert text == '{\n}\n***\n{"p": "***"}\nport\n'


def test_bytes_that_are_no_text_are_shown_as_such(tmp_path: Path) -> None:
    text, _ = written(tmp_path / "log", [b"caf\xc3", b"\xa9 \xff\n"], Masker())
    assert text == "café �\n"


def test_a_log_is_cut_and_says_how_much_was_lost_and_how_it_ended(tmp_path: Path) -> None:
    data = b"".join(b"line %d\n" % number for number in range(1000))
    text, last = written(tmp_path / "log", in_pieces(data, 100), Masker(), limit=50)
    assert last == tuple(f"line {number}" for number in range(980, 1000))
    head, _, tail = text.partition("\n… ")
    assert head == data[:50].decode()
    assert tail == f"the log was cut at 50 bytes: {len(data) - 50:,} more were not kept. It ended:\n" + "".join(
        f"{line}\n" for line in last
    )


def test_a_full_disk_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "log").symlink_to("/dev/full")
    log = BuildLog(tmp_path / "log", Masker())
    with pytest.raises(Broke, match="log can't be written: No space left on device; free some disk space"):
        log.say("a line")


def test_a_line_without_an_end_costs_little_memory_and_is_still_the_last_line(tmp_path: Path) -> None:
    with BuildLog(tmp_path / "log", Masker(), limit=1000) as log:
        for _ in range(100):
            log.feed(b"z" * CHUNK)
        held = len(log._pending) + len(log._line)
    assert held < 4 * CHUNK
    assert log.last_lines == ("z" * 400,)

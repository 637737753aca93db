"""What every runner shares: the registry, and the end of a log."""

import json
from pathlib import Path

import pytest

from pipeline.rehearsal.runners.approval import ApprovalRunner, Nobody
from pipeline.rehearsal.runners.base import Registry, last_lines, telling_lines
from tests.unit.pipeline.rehearsal.making import approve, build


def test_the_registry_knows_kinds_by_category_owner_and_provider() -> None:
    runner = ApprovalRunner(Nobody())
    registry = Registry({("Approval", "AWS", "Manual"): runner})
    assert registry.runner_for(approve()) is runner
    assert (registry.missing(approve()), registry.missing(build("unit"))) == (False, True)
    with pytest.raises(KeyError):
        registry.runner_for(build("unit"))


def test_the_end_of_a_log_is_its_last_lines_that_say_something(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("".join(f"line {number}\n\n" for number in range(100)))
    assert last_lines(log, 3) == ("line 97", "line 98", "line 99")


def test_a_log_that_is_not_there_has_no_end(tmp_path: Path) -> None:
    assert last_lines(tmp_path / "none") == ()


def test_a_huge_line_and_bad_bytes_stay_small_text(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"\xff" * 10_000_000 + b"\nend \xfe\n")
    cut, end = last_lines(log)
    assert (len(cut), end) == (400, "end \ufffd")


def test_of_what_functions_logged_one_line_is_told_however_long_it_is(tmp_path: Path) -> None:
    log = tmp_path / "prod.Deploy.log"
    failed = json.dumps({"level": "ERROR", "message": "failed", "exception": "x" * 9_000 + "\nKeyError: 'sku'"})
    log.write_text("".join(f"orders version 2: {failed}\n" for _ in range(9)) + "it ended\n")
    assert telling_lines(log) == (
        f"orders version 2: KeyError: 'sku' (more of them in {tmp_path.name}/prod.Deploy.log)",
        "it ended",
    )

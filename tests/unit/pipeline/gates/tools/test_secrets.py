"""Secrets: the decoy, what documents may show, and what is remembered."""

import json
from pathlib import Path

import pytest

from pipeline.gates.context import GateBroke
from pipeline.gates.history import Version
from pipeline.gates.tools import secrets
from pipeline.gates.tools.secrets import DECOY, EXAMPLES, Memory, Piece
from pipeline.record.verdict import Finding
from tests.unit.pipeline.gates.world import Toolbox, context, put

# Put together here, so that this file itself holds no secret.
GITHUB = "gh" + "p_" + "A1b2" * 9
PASSWORD = "hunter2" * 2 + "-Prod!"


def told(*failed: tuple[str, int, str]) -> str:
    checks = [
        {
            "check_id": "CKV_SECRET_2",
            "check_name": "AWS Access Key",
            "file_path": f"/{path}",
            "file_line_range": [line, line + 1],
            "resource": digest,
        }
        for path, line, digest in failed
    ]
    results = {"failed_checks": checks, "skipped_checks": [], "parsing_errors": []}
    return json.dumps({"results": results, "summary": {"passed": 0, "failed": len(checks), "resource_count": 1}})


DECOY_FOUND = (DECOY, 1, "d" * 40)


def test_what_is_found_beside_the_decoy_is_a_finding_without_the_secret() -> None:
    assert secrets.findings_in(told(DECOY_FOUND, ("tests/x.py", 3, "a" * 40))) == (
        Finding("tests/x.py:3", "CKV_SECRET_2 AWS Access Key", secrets.FIX, "high"),
    )


def test_a_scanner_that_misses_the_decoy_sees_nothing() -> None:
    with pytest.raises(GateBroke, match="the scanner sees nothing"):
        secrets.findings_in(told(("tests/x.py", 3, "a" * 40)))


def test_what_only_seemed_random_may_be_put_right_by_a_later_commit(tmp_path: Path, tools: Toolbox) -> None:
    report = json.loads(told(DECOY_FOUND, ("0/a.py", 3, "a" * 40), ("1/a.py", 3, "b" * 40)))
    for one in report["results"]["failed_checks"][1:]:
        one["check_id"] = "CKV_SECRET_6"
    tools.say("checkov", json.dumps(report))
    now, before = piece("a.py", "x"), Piece(Path("a.py"), b"y", Version(Path("a.py"), b"y", "0" * 40))
    assert list(secrets.scanned(context(tmp_path), [now, before])) == [0]


def test_aws_s_own_examples_may_be_shown() -> None:
    allowed = next(iter(secrets.ALLOWED))
    assert secrets.findings_in(told(DECOY_FOUND, ("README.md", 1, allowed))) == ()
    assert len(secrets.ALLOWED) == len(EXAMPLES)


def piece(path: str, content: str | bytes) -> Piece:
    return Piece(Path(path), content.encode() if isinstance(content, str) else content)


def test_texts_are_looked_into_and_so_is_what_is_no_text() -> None:
    found = (*secrets.by_shape(piece("a.py", f"x = '{GITHUB}'\n")), *secrets.by_shape(piece("b.bin", b"\0\1")))
    assert [(one.where, one.what, one.severity) for one in found] == [("a.py:1", "SHAPE GitHub token", "high")]
    assert [one.where for one in secrets.by_shape(piece("c.bin", b"\0\1" + GITHUB.encode()))] == ["c.bin:1"]


def test_what_is_named_a_password_is_told_by_its_name_and_not_shown() -> None:
    found = secrets.by_name(piece("a.json", '{"pass' + f'word": "{PASSWORD}"}}\n'))
    assert found == (Finding("a.json:1", "NAME password", secrets.FIX, "high"),)
    assert secrets.by_name(piece("c.json", b"\xff\0")) == ()


def test_a_clean_text_is_remembered_by_name_and_contents(tmp_path: Path) -> None:
    Memory(tmp_path / "memory", tmp_path).learn([piece("a.py", "x = 1\n")])
    memory = Memory(tmp_path / "memory", tmp_path)
    known = [memory.knows(piece(*each)) for each in (("a.py", "x = 1\n"), ("b.py", "x = 1\n"), ("a.py", "x = 2\n"))]
    assert known == [True, False, False]


def test_another_scanner_remembers_nothing(tmp_path: Path) -> None:
    root = put(tmp_path / "root", locks__development_dot_txt="checkov==1")
    Memory(tmp_path / "memory", root).learn([piece("a.py", "x = 1\n")])
    put(root, locks__development_dot_txt="checkov==2")
    assert not Memory(tmp_path / "memory", root).knows(piece("a.py", "x = 1\n"))


def test_two_runs_at_once_forget_nothing_that_either_learnt(tmp_path: Path) -> None:
    one, other = Memory(tmp_path / "memory", tmp_path), Memory(tmp_path / "memory", tmp_path)
    one.learn([piece("a.py", "x")])
    other.learn([piece("b.py", "x")])
    both = Memory(tmp_path / "memory", tmp_path)
    assert all(both.knows(piece(name, "x")) for name in ("a.py", "b.py"))


def test_a_torn_memory_is_an_empty_one(tmp_path: Path) -> None:
    Memory(tmp_path / "memory", tmp_path).learn([piece("a.py", "x")])
    (file,) = (tmp_path / "memory").iterdir()
    file.write_text("[tor")
    assert not Memory(tmp_path / "memory", tmp_path).knows(piece("a.py", "x"))

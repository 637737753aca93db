"""Secrets: the decoy, what documents may show, and what is remembered."""

import json
from pathlib import Path

import pytest

from pipeline.gates.context import GateBroke
from pipeline.gates.tools import secrets
from pipeline.gates.tools.secrets import DECOY, EXAMPLES, Memory
from pipeline.record.verdict import Finding
from tests.unit.pipeline.gates.world import put

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


def test_aws_s_own_examples_may_be_shown() -> None:
    allowed = next(iter(secrets.ALLOWED))
    assert secrets.findings_in(told(DECOY_FOUND, ("README.md", 1, allowed))) == ()
    assert len(secrets.ALLOWED) == len(EXAMPLES)


def test_files_are_looked_into_and_what_is_no_text_is_left_alone(tmp_path: Path) -> None:
    put(tmp_path, a_dot_py=f"x = '{GITHUB}'\n")
    (tmp_path / "b.bin").write_bytes(b"\0\1")
    found = secrets.by_shape(tmp_path, [Path("a.py"), Path("b.bin")])
    assert [(one.where, one.what, one.severity) for one in found] == [("a.py:1", "SHAPE GitHub token", "high")]


def test_what_a_file_of_settings_names_a_password_is_told_by_its_name_and_not_shown(tmp_path: Path) -> None:
    put(tmp_path, a_dot_json='{"pass' + f'word": "{PASSWORD}"}}\n', b_dot_py="x = 1\n")
    (tmp_path / "c.json").write_bytes(b"\xff\0")
    found = secrets.by_name(tmp_path, [Path("a.json"), Path("b.py"), Path("c.json")])
    assert found == (Finding("a.json:1", "NAME password", secrets.FIX, "high"),)


def test_a_clean_file_is_remembered_by_name_and_contents(tmp_path: Path) -> None:
    root = put(tmp_path / "root", a_dot_py="x = 1\n", b_dot_py="x = 1\n")
    Memory(tmp_path / "memory", root).learn([Path("a.py")])
    memory = Memory(tmp_path / "memory", root)
    assert (memory.knows(Path("a.py")), memory.knows(Path("b.py"))) == (True, False)
    put(root, a_dot_py="x = 2\n")
    assert not memory.knows(Path("a.py"))


def test_another_scanner_remembers_nothing(tmp_path: Path) -> None:
    root = put(tmp_path / "root", a_dot_py="x = 1\n", locks__development_dot_txt="checkov==1")
    Memory(tmp_path / "memory", root).learn([Path("a.py")])
    put(root, locks__development_dot_txt="checkov==2")
    assert not Memory(tmp_path / "memory", root).knows(Path("a.py"))


def test_two_runs_at_once_forget_nothing_that_either_learnt(tmp_path: Path) -> None:
    root = put(tmp_path / "root", a_dot_py="x = 1\n", b_dot_py="x = 1\n")
    one, other = Memory(tmp_path / "memory", root), Memory(tmp_path / "memory", root)
    one.learn([Path("a.py")])
    other.learn([Path("b.py")])
    both = Memory(tmp_path / "memory", root)
    assert all(both.knows(Path(name)) for name in ("a.py", "b.py"))


def test_a_torn_memory_is_an_empty_one(tmp_path: Path) -> None:
    root = put(tmp_path / "root", a_dot_py="x = 1\n")
    Memory(tmp_path / "memory", root).learn([Path("a.py")])
    (file,) = (tmp_path / "memory").iterdir()
    file.write_text("[tor")
    assert not Memory(tmp_path / "memory", root).knows(Path("a.py"))

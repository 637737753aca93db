"""What a gate writes and says."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pipeline.gates.output import annotation, cleaned, junit, say_verdict, write, write_atomically
from pipeline.record.verdict import Finding, Outcome, Verdict, from_json

REFUSED = Verdict(
    gate="lint",
    outcome=Outcome.REFUSED,
    summary="2 found",
    checked=40,
    checked_what="files",
    see_again="scripts/slipway gate lint",
    seconds=1.25,
    findings=(Finding("api/x.py:3", "F401 unused", "run scripts/fix"), Finding("api", "no layer")),
    warnings=(Finding("2 skipped", "no network", severity="note"),),
)


def said(verdict: Verdict, **environ: str) -> list[str]:
    lines: list[str] = []
    say_verdict(verdict, lines.append, environ)
    return lines


def test_a_person_reads_findings_then_how_to_see_them_again_then_the_summary() -> None:
    assert said(REFUSED) == [
        "api/x.py:3  F401 unused  → run scripts/fix",
        "api  no layer",
        "note: 2 skipped  no network",
        "see again: scripts/slipway gate lint",
        "✗ lint refused: 2 found (1.2 s)",
    ]


def test_a_pass_is_one_line() -> None:
    passed = replace(REFUSED, outcome=Outcome.PASSED, findings=(), warnings=(), summary="40 files")
    assert said(passed) == ["✓ lint passed: 40 files (1.2 s)"]


def test_what_broke_is_told_in_full() -> None:
    lines = said(replace(REFUSED, outcome=Outcome.BROKE, findings=(), warnings=(), details="mypy: crashed\nwhere"))
    assert lines[0] == "mypy: crashed\nwhere"
    assert lines[-1].startswith("! lint broke: ")


def test_github_gets_annotations_of_the_lines() -> None:
    lines = said(REFUSED, GITHUB_ACTIONS="true")
    assert "::error title=lint,file=api/x.py,line=3::F401 unused  → run scripts/fix" in lines
    assert "::error title=lint::api  no layer" in lines
    assert not any("::error" in line for line in said(REFUSED))


def test_nothing_in_a_finding_can_pass_for_a_command_of_its_own() -> None:
    told = annotation(Finding("a,b:c.py:3", "100 %\n::set-output name=x::y"), "lint")
    assert told == "::error title=lint::a,b:c.py:3  100 %25%0A::set-output name=x::y"
    assert annotation(Finding("a,b.py:3", "x"), "lint") == "::error title=lint,file=a%2Cb.py,line=3::x"


def test_of_very_many_findings_the_first_are_shown() -> None:
    many = replace(REFUSED, findings=tuple(Finding(f"a.py:{n}", "x") for n in range(60)), warnings=())
    lines = said(many)
    assert lines[50] == "… and 10 more in verdict.json"
    assert len(lines) == 53


def test_junit_has_the_gate_as_a_failure_and_the_suites_that_it_ran(tmp_path: Path) -> None:
    suite = tmp_path / "unit.junit.xml"
    suite.write_text('<testsuites><testsuite name="pytest"><testcase name="t"/></testsuite></testsuites>')
    cut = tmp_path / "cut.junit.xml"
    cut.write_text("<testsuites><test")
    top = ET.fromstring(junit(REFUSED, [suite, cut]))  # noqa: S314
    suites = top.findall("testsuite")
    assert [one.get("name") for one in suites] == ["Build", "pytest"]
    assert (suites[0].get("failures"), suites[0].get("errors")) == ("1", "0")
    failure = suites[0].find("testcase/failure")
    assert failure is not None
    assert (failure.get("message"), failure.text) == (
        "2 found",
        "api/x.py:3  F401 unused  → run scripts/fix\napi  no layer",
    )


@pytest.mark.parametrize(
    ("outcome", "tag"), [(Outcome.BROKE, "error"), (Outcome.INTERRUPTED, "error"), (Outcome.PASSED, None)]
)
def test_junit_tells_our_failures_from_the_change_s(outcome: Outcome, tag: str | None) -> None:
    case = ET.fromstring(junit(replace(REFUSED, outcome=outcome))).find("testsuite/testcase")  # noqa: S314
    assert case is not None
    assert [child.tag for child in case] == [*([tag] if tag else []), "system-out"]


def test_what_xml_forbids_is_replaced() -> None:
    odd = replace(REFUSED, findings=(Finding("a.py:1", "NUL \x00 and lone \ud800 and </failure>"),))
    failure = ET.fromstring(junit(odd)).find("testsuite/testcase/failure")  # noqa: S314
    assert failure is not None
    assert failure.text == "a.py:1  NUL � and lone � and </failure>"


def test_the_verdict_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    write(REFUSED, tmp_path)
    assert from_json((tmp_path / "verdict.json").read_bytes()) == REFUSED
    assert sorted(path.name for path in tmp_path.iterdir()) == ["junit.xml", "verdict.json"]


def test_a_verdict_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "verdict.json").write_text("old")

    def full(_: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_atomically(tmp_path / "verdict.json", "new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("verdict.json", "old")]


def test_secrets_are_masked_everywhere_in_a_verdict() -> None:
    key = "AKIA" + "QYLPMN5HHHFPZAM2"
    finding = Finding(f"a.py:1 {key}", f"found {key}", f"remove {key}")
    dirty = replace(REFUSED, summary=key, findings=(finding,), warnings=(finding,), details=f"log {key}")
    assert key not in repr(cleaned(dirty))


def test_details_are_bounded() -> None:
    assert len(cleaned(replace(REFUSED, details="x" * 100_000)).details) == 20_000

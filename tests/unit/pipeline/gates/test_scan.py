"""The gate `scan`: the tools' findings as one, and which of them refuse."""

from pathlib import Path

import pytest

from pipeline.gates import scan, waivers
from pipeline.gates.dependencies import cooldown
from pipeline.gates.judge import Asked, judge
from pipeline.gates.part import Part
from pipeline.plan.delivery import SCAN
from pipeline.record.verdict import Finding, Outcome

HIGH = Finding("a.template.json:X", "CKV_1 bad", severity="high")
LOW = Finding("b.template.json:Y", "W1 odd", severity="low")
STALE = Finding("waivers.toml", "waives nothing", severity="high")
UNDONE = Finding("audit of what is locked", "no network", severity="not run")
NOTE = Finding("cdk-nag", "looked at anew", severity="note")
ROOT = Path(__file__).parents[4]


def test_high_findings_and_stale_waivers_count_and_low_ones_are_told() -> None:
    parts = (
        Part("checkov", 427, "resources", (HIGH,)),
        Part("cfn-lint", 426, "resources", (LOW,), waived=(HIGH, HIGH)),
        Part("cdk-nag", 427, "resources", (), (NOTE,)),
        Part("secrets", 700, "texts"),
        Part("materials", 190, "packages"),
        Part("audit", 0, "locked versions", warnings=(UNDONE,), idle="not run: no network"),
    )
    evidence = scan.evidence(parts, (STALE,), 3)
    assert evidence.measured["high"] == 2
    assert (evidence.findings, evidence.warnings) == ((HIGH, STALE), (LOW, NOTE, UNDONE))
    assert (evidence.checked, evidence.checked_what) == (426, "resources")
    assert evidence.details == "2 findings waived by 3 waivers in pipeline/gates/waivers.toml: cfn-lint 2"
    assert evidence.summary == (
        "2 high, 1 low, 426 resources, 700 texts, 190 packages checked; "
        "2 findings waived in pipeline/gates/waivers.toml; not run: audit of what is locked"
    )


def judged() -> tuple[Outcome, list[str]]:
    """The verdict on sources in which nothing was found, and what it says."""
    verdict = judge(SCAN, scan.evidence((Part("checkov", SCAN.checked_at_least, "resources"),), (), 0), Asked("again"))
    return verdict.outcome, [f"{each.where} {each.what}" for each in verdict.findings]


def test_releases_are_as_old_as_the_plan_wants_them() -> None:
    assert judged() == (Outcome.PASSED, [])


def test_a_release_that_may_be_younger_is_refused_whatever_is_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cooldown, "DAYS", 6)
    assert judged() == (Outcome.REFUSED, ["scan: release age 6 days, limit at least 7 days"])


def test_the_file_that_the_summary_names_is_there() -> None:
    assert (ROOT / waivers.FILE).is_file()


def test_a_scanner_that_broke_is_told() -> None:
    evidence = scan.evidence((Part("checkov", 0, "resources", broken="crashed"),), (), 0)
    assert evidence.broken == ("checkov: crashed",)

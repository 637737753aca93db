"""Evidence against limits: what passes, what refuses, and what can't be trusted."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.evidence import Evidence
from pipeline.gates.judge import Asked, broke, judge
from pipeline.gates.part import Part
from pipeline.plan.model import Gate, Limit
from pipeline.record.verdict import Finding, Measurement, Outcome, Verdict

GATE = Gate("unit", (Limit("failed", at_most=0), Limit("lines", at_least=90, unit="%")), checked_at_least=10)
ASKED = Asked("scripts/slipway gate unit", stage="beta", seed=7, seconds=1.5)
GOOD = Evidence("20 passed, 95.0 % lines", 20, "tests", {"failed": 0, "lines": 95})
BUG = Finding("api/x.py:3", "1 is not 2")


def test_good_evidence_passes_and_says_how_it_was_asked() -> None:
    assert judge(GATE, GOOD, ASKED) == Verdict(
        gate="unit",
        outcome=Outcome.PASSED,
        summary="20 passed, 95.0 % lines",
        checked=20,
        checked_what="tests",
        see_again="scripts/slipway gate unit",
        stage="beta",
        seed=7,
        seconds=1.5,
        measurements=(Measurement("failed", 0, at_most=0), Measurement("lines", 95, "%", at_least=90)),
    )


def test_a_figure_over_its_limit_refuses_with_the_findings_behind_it() -> None:
    verdict = judge(GATE, replace(GOOD, measured={"failed": 1, "lines": 95}, findings=(BUG,)), ASKED)
    assert (verdict.outcome, verdict.findings) == (Outcome.REFUSED, (BUG,))


def test_a_figure_over_its_limit_without_findings_speaks_for_itself() -> None:
    verdict = judge(GATE, replace(GOOD, measured={"failed": 2, "lines": 95}), ASKED)
    assert verdict.findings == (Finding("unit: failed", "2, limit at most 0"),)
    assert verdict.summary == "20 passed, 95.0 % lines; failed 2, limit at most 0"


def test_too_little_of_something_is_told_beside_other_findings() -> None:
    verdict = judge(GATE, replace(GOOD, measured={"failed": 1, "lines": 85.25}, findings=(BUG,)), ASKED)
    assert verdict.findings == (BUG, Finding("unit: lines", "85.25 %, limit at least 90 %"))


def test_too_few_checked_is_refused_with_that_reason() -> None:
    verdict = judge(GATE, replace(GOOD, checked=9), ASKED)
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.findings[0].what == "too few: 9 tests, at least 10 expected"
    assert verdict.summary.endswith("; checked too few: 9 tests, at least 10 expected")


def test_nothing_checked_is_the_change_s_failure_and_told_as_too_few() -> None:
    gone = replace(GOOD, summary="0 passed", checked=0, measured={"failed": 0}, unmeasured={"lines": "no test ran"})
    verdict = judge(GATE, gone, ASKED)
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.summary == "0 passed; checked too few: 0 tests, at least 10 expected"


def test_nothing_checked_passes_no_gate_whatever_its_floor() -> None:
    verdict = judge(replace(GATE, checked_at_least=0), replace(GOOD, checked=0), ASKED)
    assert (verdict.outcome, verdict.findings[0].what) == (
        Outcome.REFUSED,
        "too few: 0 tests, at least 1 expected",
    )


def test_a_tool_with_nothing_to_look_at_refuses_beside_others_that_saw_enough() -> None:
    idle = Part("diff", 0, "files", idle="first release")
    parts = (Part("first", 20, "tests"), Part("shellcheck", 0, "scripts"), idle)
    verdict = judge(GATE, replace(GOOD, parts=parts), ASKED)
    assert verdict.outcome is Outcome.REFUSED
    assert [(one.where, one.what) for one in verdict.findings] == [
        ("unit: shellcheck", "too few: 0 scripts, at least 1 expected")
    ]


def test_what_the_gate_s_own_count_says_is_not_said_again_of_each_tool() -> None:
    parts = (Part("first", 0, "tests"), Part("shellcheck", 0, "scripts"))
    found = judge(GATE, replace(GOOD, checked=0, parts=parts), ASKED).findings
    assert [one.where for one in found] == ["unit: checked", "unit: shellcheck"]


def test_a_tool_with_nothing_to_look_at_is_told_beside_what_else_refuses() -> None:
    failed = {"failed": 1, "lines": 95}
    over = replace(GOOD, checked=0, measured=failed, findings=(BUG,), parts=(Part("a", 0, "tests"),))
    assert [one.where for one in judge(GATE, over, ASKED).findings] == ["api/x.py:3", "unit: a"]


def test_a_crashed_tool_is_our_failure_even_beside_findings() -> None:
    evidence = replace(GOOD, measured={"failed": 1, "lines": 95}, findings=(BUG,), broken=("mypy: crashed\nat line 1",))
    verdict = judge(GATE, evidence, ASKED)
    assert (verdict.outcome, verdict.summary) == (Outcome.BROKE, "mypy: crashed")
    assert verdict.findings == (BUG,)
    assert verdict.details == "mypy: crashed\nat line 1"


def test_what_could_not_be_counted_is_nothing_for_the_change_to_bring_back() -> None:
    verdict = judge(GATE, replace(GOOD, checked=3, broken=("slow tests: no package index",)), ASKED)
    assert (verdict.outcome, verdict.findings) == (Outcome.BROKE, ())


def test_a_limit_on_a_figure_that_nobody_took_is_our_failure() -> None:
    verdict = judge(GATE, replace(GOOD, measured={"failed": 0}), ASKED)
    assert (verdict.outcome, verdict.summary) == (Outcome.BROKE, "lines was not measured: the gate left it out")


def test_a_figure_may_be_missing_for_a_reason_where_the_change_is_refused_anyway() -> None:
    stopped = replace(GOOD, measured={"failed": 1}, unmeasured={"lines": "stopped early"}, findings=(BUG,))
    assert judge(GATE, stopped, ASKED).outcome is Outcome.REFUSED
    passed = replace(stopped, measured={"failed": 0}, findings=())
    assert judge(GATE, passed, ASKED).summary == "lines was not measured: stopped early"


def test_the_worst_findings_come_first() -> None:
    findings = tuple(Finding("x", word, severity=word) for word in ("note", "warning", "high", "error"))
    verdict = judge(GATE, replace(GOOD, findings=findings, measured={"failed": 1, "lines": 95}), ASKED)
    assert [finding.severity for finding in verdict.findings] == ["high", "error", "warning", "note"]


def test_a_gate_that_gathered_nothing_is_broken() -> None:
    verdict = broke(GATE, "no tool\nand no trace", ASKED)
    assert (verdict.outcome, verdict.summary, verdict.details) == (Outcome.BROKE, "no tool", "no tool\nand no trace")


@given(
    failed=st.integers(0, 3),
    lines=st.floats(0, 100),
    checked=st.integers(0, 20),
    broken=st.lists(st.just("tool: crashed"), max_size=1),
)
def test_nothing_passes_but_what_keeps_every_limit(failed: int, lines: float, checked: int, broken: list[str]) -> None:
    evidence = replace(GOOD, measured={"failed": failed, "lines": lines}, checked=checked, broken=tuple(broken))
    verdict = judge(GATE, evidence, ASKED)
    keeps = failed == 0 and lines >= 90
    assert (verdict.outcome is Outcome.PASSED) == (keeps and checked >= 10 and not broken)
    assert (verdict.outcome is Outcome.BROKE) == bool(broken)
    assert bool(verdict.findings) or verdict.outcome is not Outcome.REFUSED

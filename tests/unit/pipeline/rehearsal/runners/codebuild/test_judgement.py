"""A verdict is believed only if it is there, is of the promised gate, and agrees with the exit status."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.record.verdict import Outcome, Verdict, from_json
from pipeline.rehearsal.runners.codebuild.judgement import Judgement, Promise, judge
from pipeline.rehearsal.runners.codebuild.transitions import PhaseResult
from tests.unit.pipeline.rehearsal.runners.codebuild.workbench import verdict

HOUR = 3600.0
FILE = "SLIPWAY_OUT/verdict.json"
FINE = PhaseResult("BUILD", "SUCCEEDED", 1.0)


def failed(status: int) -> PhaseResult:
    return PhaseResult("BUILD", "FAILED", 1.0, status, "slipway gate unit")


def promised(outcome: Outcome, gate: str = "unit", checked: int = 318) -> Promise:
    return Promise("unit", FILE, from_json(verdict(outcome, gate, checked=checked)))


@pytest.mark.parametrize(
    ("build", "promise", "expected"),
    [
        (FINE, None, Judgement(Outcome.PASSED, "2 commands")),
        (
            failed(3),
            None,
            Judgement(Outcome.REFUSED, "2 commands", "BUILD: exit status 3 from: slipway gate unit"),
        ),
        (FINE, promised(Outcome.PASSED), Judgement(Outcome.PASSED, "318 passed")),
        (failed(1), promised(Outcome.REFUSED), Judgement(Outcome.REFUSED, "318 passed", "318 passed")),
        (failed(3), promised(Outcome.BROKE), Judgement(Outcome.BROKE, "318 passed", "318 passed")),
        (
            FINE,
            promised(Outcome.REFUSED),
            Judgement(
                Outcome.BROKE,
                "318 passed",
                f"{FILE} can't be believed: it says refused, but the build ended with exit status 0",
            ),
        ),
        (
            failed(1),
            promised(Outcome.PASSED),
            Judgement(
                Outcome.BROKE,
                "318 passed",
                f"{FILE} can't be believed: it says passed, but the build ended with exit status 1",
            ),
        ),
        (
            failed(3),
            promised(Outcome.REFUSED),
            Judgement(
                Outcome.BROKE,
                "318 passed",
                f"{FILE} can't be believed: it says refused, but the build ended with exit status 3",
            ),
        ),
        (
            FINE,
            promised(Outcome.PASSED, gate="lint"),
            Judgement(Outcome.BROKE, "318 passed", f"{FILE} can't be believed: it is of the gate lint, not of unit"),
        ),
        (
            FINE,
            promised(Outcome.PASSED, checked=0),
            Judgement(
                Outcome.BROKE, "318 passed", f"{FILE} can't be believed: it passed without having checked anything"
            ),
        ),
        (FINE, Promise("unit", FILE, problem="no verdict"), Judgement(Outcome.BROKE, "no verdict", "no verdict")),
        (
            failed(127),
            Promise("unit", FILE, problem="cut"),
            Judgement(Outcome.BROKE, "no verdict", "cut; BUILD: exit status 127 from: slipway gate unit"),
        ),
        (
            PhaseResult("BUILD", "TIMED_OUT", HOUR),
            promised(Outcome.PASSED),
            Judgement(Outcome.REFUSED, "2 commands", "timed out: BUILD was still running after 60 minutes"),
        ),
        (
            PhaseResult("UPLOAD_ARTIFACTS", "FAILED", message="no matching artifact paths found"),
            promised(Outcome.PASSED),
            Judgement(Outcome.REFUSED, "318 passed", "UPLOAD_ARTIFACTS: no matching artifact paths found"),
        ),
    ],
)
def test_judgements(build: PhaseResult, promise: Promise | None, expected: Judgement) -> None:
    assert judge((FINE, build), 2, promise, HOUR) == expected


@given(
    status=st.integers(0, 255),
    outcome=st.sampled_from([*Outcome, None]),
    gate=st.sampled_from(["unit", "lint"]),
    checked=st.integers(0, 3),
)
def test_a_promised_verdict_passes_only_with_status_0_and_its_own_passed_and_something_checked(
    status: int, outcome: Outcome | None, gate: str, checked: int
) -> None:
    promise = promised(outcome, gate, checked) if outcome else Promise("unit", FILE, problem="none")
    found = judge((failed(status) if status else FINE,), 1, promise, HOUR)
    passed = status == 0 and outcome is Outcome.PASSED and gate == "unit" and checked > 0
    assert (found.outcome is Outcome.PASSED) == passed
    assert passed == (found.reason == "")


def test_a_verdict_keeps_its_shape_in_these_tests() -> None:
    assert isinstance(from_json(verdict(Outcome.PASSED)), Verdict)

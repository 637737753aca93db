"""The gate `contract`: pacts, promise and events as one."""

from dataclasses import replace

from pipeline.gates import contract
from pipeline.gates.breaking import FIRST_RELEASE
from pipeline.gates.judge import Asked, judge
from pipeline.gates.part import Part
from pipeline.plan.model import Gate, Limit
from pipeline.record.verdict import Finding, Outcome

PACTS = Part("pacts", 14, "interactions")
OPENAPI = Part("openapi", 12, "operations")
EVENTS = Part("events", 1, "schemas")
ROUTES = Part("routes", 12, "routes")
GATE = Gate("contract", (Limit("failed", at_most=0), Limit("breaking", at_most=0)), checked_at_least=8)
BROKEN_PROMISE = Finding("contracts/openapi.yaml:3", "operation-removed: x")


def test_kept_contracts_are_counted() -> None:
    evidence = contract.evidence(PACTS, OPENAPI, EVENTS, ROUTES)
    assert (
        evidence.summary == "14 interactions verified, 12 routes alike, 12 operations and 1 event compared, 0 breaking"
    )
    assert (evidence.checked, evidence.measured) == (14, {"failed": 0, "skipped": 0, "breaking": 0})


def test_a_first_release_says_so() -> None:
    first = contract.evidence(
        PACTS, replace(OPENAPI, checked=0, idle=FIRST_RELEASE), replace(EVENTS, idle=FIRST_RELEASE), ROUTES
    )
    assert (
        first.summary
        == "14 interactions verified, 12 routes alike, not compared: there is no base release (SLIPWAY_BASE)"
    )


def test_broken_pacts_and_broken_promises_are_counted_apart() -> None:
    pacts = replace(PACTS, checked=13, findings=(Finding("tests/contract/x.py:3", "mismatch"),))
    evidence = contract.evidence(pacts, replace(OPENAPI, findings=(BROKEN_PROMISE,)), EVENTS, ROUTES)
    assert evidence.measured == {"failed": 1, "skipped": 0, "breaking": 1}
    assert judge(GATE, evidence, Asked("again")).outcome is Outcome.REFUSED


def test_a_route_astray_refuses_without_a_base_to_compare_with() -> None:
    astray = replace(ROUTES, findings=(Finding("api/handlers/x.py:3", "GET /v1/x is answered and not promised"),))
    first = replace(OPENAPI, checked=0, idle=FIRST_RELEASE)
    verdict = judge(GATE, contract.evidence(PACTS, first, replace(EVENTS, idle=FIRST_RELEASE), astray), Asked("again"))
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.summary.startswith("14 interactions verified, 1 route astray, not compared: ")


def test_a_provider_test_that_verified_nothing_never_passes() -> None:
    verdict = judge(GATE, contract.evidence(replace(PACTS, checked=0), OPENAPI, EVENTS, ROUTES), Asked("again"))
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.summary.endswith("; checked too few: 0 interactions, at least 8 expected")


def test_interactions_are_counted_by_the_tests_that_verified_them() -> None:
    def case(*properties: tuple[str, str]) -> str:
        told = "".join(f'<property name="{name}" value="{value}"/>' for name, value in properties)
        return f"<testcase><properties>{told}</properties></testcase>"

    cases = case((contract.VERIFIED, "13"), ("other", "5")) + case((contract.VERIFIED, "1")) + "<testcase/>"
    assert contract.verified_in(f"<testsuites><testsuite>{cases}</testsuite></testsuites>") == 14

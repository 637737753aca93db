"""The gate `contract`: pacts, promise and events as one."""

from dataclasses import replace

from pipeline.gates import contract
from pipeline.gates.breaking import FIRST_RELEASE
from pipeline.gates.evidence import Evidence
from pipeline.gates.judge import Asked, judge
from pipeline.gates.part import Part
from pipeline.plan.model import Gate, Limit
from pipeline.record.verdict import Finding, Outcome

PACTS = Part("pacts", 14, "interactions")
OPENAPI = Part("openapi", 12, "operations")
EVENTS = Part("events", 1, "schemas")
ROUTES = Part("routes", 12, "routes")
CONSUMERS = Part("consumers", 5, "pacts")
GATE = Gate("contract", (Limit("failed", at_most=0), Limit("breaking", at_most=0)), checked_at_least=8)
BROKEN_PROMISE = Finding("contracts/openapi.yaml:3", "operation-removed: x")


def evidence(
    pacts: Part = PACTS,
    consumers: Part = CONSUMERS,
    openapi: Part = OPENAPI,
    events: Part = EVENTS,
    same: Part = ROUTES,
) -> Evidence:
    return contract.evidence(pacts, consumers, openapi, events, same, rows=())


def test_kept_contracts_are_counted() -> None:
    seen = evidence()
    assert seen.summary == "14 interactions verified, 12 routes alike, 12 operations and 1 event compared, 0 breaking"
    assert (seen.checked, seen.measured) == (14, {"failed": 0, "skipped": 0, "breaking": 0})


def test_a_first_release_says_so() -> None:
    first = evidence(
        openapi=replace(OPENAPI, checked=0, idle=FIRST_RELEASE), events=replace(EVENTS, idle=FIRST_RELEASE)
    )
    assert (
        first.summary
        == "14 interactions verified, 12 routes alike, not compared: there is no base release (SLIPWAY_BASE)"
    )


def test_broken_pacts_and_broken_promises_are_counted_apart() -> None:
    pacts = replace(PACTS, checked=13, findings=(Finding("tests/contract/x.py:3", "mismatch"),))
    seen = evidence(pacts=pacts, openapi=replace(OPENAPI, findings=(BROKEN_PROMISE,)))
    assert seen.measured == {"failed": 1, "skipped": 0, "breaking": 1}
    assert judge(GATE, seen, Asked("again")).outcome is Outcome.REFUSED


def test_a_list_of_consumers_that_says_what_is_not_true_refuses() -> None:
    untrue = replace(CONSUMERS, findings=(Finding("contracts/consumers.toml:1", "pact-missing: x"),))
    seen = evidence(consumers=untrue)
    assert (seen.measured["failed"], seen.summary.split(", ")[1]) == (1, "1 failed")


def test_a_route_astray_refuses_without_a_base_to_compare_with() -> None:
    astray = replace(ROUTES, findings=(Finding("api/handlers/x.py:3", "GET /v1/x is answered and not promised"),))
    first = replace(OPENAPI, checked=0, idle=FIRST_RELEASE)
    seen = evidence(openapi=first, events=replace(EVENTS, idle=FIRST_RELEASE), same=astray)
    verdict = judge(GATE, seen, Asked("again"))
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.summary.startswith("14 interactions verified, 1 route astray, not compared: ")


def test_a_provider_test_that_verified_nothing_never_passes() -> None:
    verdict = judge(GATE, evidence(pacts=replace(PACTS, checked=0)), Asked("again"))
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.summary.endswith("; checked too few: 0 interactions, at least 8 expected")

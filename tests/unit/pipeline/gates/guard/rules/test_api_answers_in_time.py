"""What somebody waits for ends while they still wait."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, found, look, release

RULE = "api_answers_in_time"


def timed(function: str, seconds: Any) -> Any:
    def change(document: Template) -> None:
        first(document, "Lambda::Function", function)["Properties"]["Timeout"] = seconds

    return change


def waiting(millis: int) -> Any:
    def change(document: Template) -> None:
        method = first(document, "ApiGateway::Method", "ApiRestApiv1ordersPOST")["Properties"]
        method["Integration"]["TimeoutInMillis"] = millis

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (timed("OrdersFunction", 900), "the API waits 29 s, and it may take 900 s"),
        (timed("OrdersFunction", "30"), "it may take 30 s"),
        (timed("AuthorizerFunction", 60), "it may take 60 s"),
        (timed("OrdersFunction", {"Fn::If": ["Slow", 900, 10]}), "it may take {"),
        (timed("IdentityFunction", 6), "a user who signs in waits 5 s, and it may take 6 s"),
        (waiting(50_000), "it waits 50000 ms, and may wait 29 s"),
        (waiting(5_000), "it waits 5000 ms for OrdersFunction520DBA95, which may take 10 s"),
    ],
)
def test_what_nobody_waits_for_any_more_is_told(real: Assembly, change: Any, told: str) -> None:
    (finding,) = found(RULE, release(edited(real, "prod/orders", change), real))
    assert told in finding.what


@pytest.mark.parametrize("change", [timed("OrdersFunction", 29), timed("MailFunction", 120), waiting(29_000)])
def test_what_ends_in_time_or_is_waited_for_by_nobody_is_right(real: Assembly, change: Any) -> None:
    assert found(RULE, release(edited(real, "prod/orders", change), real)) == ()
    assert look(RULE, release(real)).checked > 120


def queued(millis: Any, method: str = "ApiRestApiwebhooks") -> Any:
    def change(document: Template) -> None:
        first(document, "ApiGateway::Method", method)["Properties"]["Integration"]["TimeoutInMillis"] = millis

    return change


@pytest.mark.parametrize(
    ("had", "has", "findings"),
    [
        (None, 50, 1),
        (None, "4999", 1),
        (None, 5_000, 0),
        (29_000, 2_000, 1),
        (4_000, 3_000, 0),
        (4_000, 1_500, 1),
        (50, 49, 0),
        (50, 29_000, 0),
    ],
)
def test_a_queue_has_its_time_to_answer(real: Assembly, had: Any, has: Any, findings: int) -> None:
    base = edited(real, "prod/orders", queued(had)) if had else real
    assert len(found(RULE, release(edited(real, "prod/orders", queued(has)), base))) == findings


def test_a_queue_that_is_new_has_its_time_too(real: Assembly) -> None:
    (told,) = found(RULE, release(edited(real, "prod/orders", queued(50))))
    assert "it gives up at once" in told.what

"""No personal data in logs: every route and every trigger is told some in every place, and nothing of it is written.

Each marker is a name, an address, a number or a token that nobody else has, so that finding it means that it was
copied. What is looked at is all that the process writes: its own log, every other log, both streams.
"""

import io
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from api.adapters.sources import new_id
from api.handlers import identity, logs
from tests.support import events
from tests.support.events import proxy_event
from tests.support.http_api import HANDLERS, ROUTES
from tests.support.openapi import promise
from tests.support.tokens import MARKER, User
from tests.unit.api.handlers.helpers import details, lines, new_product, place, signed_up

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]

NAME, STREET, CITY, POSTAL_CODE = "Zelda Markerson", "Markergatan 77", "Markerstad", "MARK-77"
EMAIL, PHONE = "zelda.marker@markermail.example", "+467077770077"
ADDRESS = {"street": STREET, "postal_code": POSTAL_CODE, "city": CITY, "country": "SE"}
MARKERS = (NAME, STREET, CITY, POSTAL_CODE, EMAIL, PHONE, MARKER)
PERSON = {"name": NAME, "email": EMAIL, "phone": PHONE, "addresses": [ADDRESS]}

Body = Mapping[str, Any]
BODIES: Mapping[str, Body] = {
    "changeProfile": PERSON,
    "findCustomers": {"email": EMAIL},
    "replacePreferences": {"language": "sv", "currency": "SEK", "newsletter": True},
    "setStanding": {"blocked": False},
    "placeOrder": {"lines": [{"sku": "TEA-100", "quantity": 1}]},
    "adjustStock": {"delta": 1, "reason": f"Returned by {NAME}, {PHONE}"},
}
"""Bodies that are as promised, where something personal may stand in one."""

OPERATIONS = [(function, route) for function, routes in ROUTES.items() for route in routes]


@pytest.fixture
def written(capfd: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """All that was written until it is called."""
    logged = io.StringIO()
    others = logging.StreamHandler(logged)
    logging.getLogger().addHandler(others)

    def everything() -> str:
        out, err = capfd.readouterr()
        return logged.getvalue() + out + err

    yield everything
    logging.getLogger().removeHandler(others)


def request(method: str, path: str, body: object, there: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A request with something personal in every place that a caller may fill.

    `there` are values of what exists, by the name of the path's parameter, and `sub` of who asks; then nothing stands
    in the query, so that the request gets through to its effect.
    """
    media = promise()["paths"][path][method.lower()].get("requestBody", {}).get("content", {"application/json": {}})
    filled = path.format_map({"sku": f"MARK {NAME}", "id": EMAIL, "payment_id": EMAIL, "name": NAME, **(there or {})})
    return proxy_event(
        method,
        filled,
        body=events.json_body(body) if body is not None else None,
        headers={
            "Content-Type": next(iter(media)),
            "If-Match": "*",
            "Idempotency-Key": new_id(),
            "Authorization": f"Bearer {MARKER}.{MARKER}",
            "X-Correlation-Id": EMAIL,
            "traceparent": PHONE,
            "User-Agent": NAME,
            "Cookie": f"name={NAME}",
            "X-Forwarded-For": STREET,
        },
        query={"category": EMAIL, "q": NAME, "cursor": MARKER, "email": EMAIL, "limit": PHONE} if there is None else {},
        claims={
            "sub": (there or {}).get("sub", f"cust-{new_id()}"),
            "token_use": "access",
            "username": EMAIL,
            "cognito:groups": "ops",
            "email": EMAIL,
            "name": NAME,
            "phone_number": PHONE,
        },
    )


def found_in(text: str) -> list[str]:
    """The markers in a text, however their case, or as JSON escapes them."""
    return [marker for marker in MARKERS if marker.casefold() in text.casefold()]


@pytest.mark.parametrize(("function", "route"), OPERATIONS, ids=[route.operation for _, route in OPERATIONS])
def test_a_route_writes_nothing_of_what_it_is_told(function: str, route: Any, written: Callable[[], str]) -> None:
    for body in (BODIES.get(route.operation), PERSON, {"lines": PERSON, "sku": NAME, EMAIL: PHONE}, [NAME], NAME):
        HANDLERS[function](request(route.method, route.path, body), events.context())
    text = written()
    assert text.count('"answered"') == 5
    assert found_in(text) == []


THROUGH = {
    "getProduct", "replaceProduct", "getAvailability", "adjustStock", "placeOrder", "getOrder", "cancelOrder",
    "getProfile", "changeProfile", "findCustomers", "replacePreferences", "setStanding",
}  # fmt: skip
"""Operations whose request gets through to its effect where what it names is there."""


@pytest.mark.parametrize(("function", "route"), OPERATIONS, ids=[route.operation for _, route in OPERATIONS])
def test_nor_of_what_it_is_told_about_something_that_is_there(
    function: str, route: Any, written: Callable[[], str]
) -> None:
    sku = new_product(available=9)
    user = User(f"cust-{new_id()}")
    order = place((sku, 1), user=user).body
    there = {"sku": sku, "id": order["id"], "payment_id": order["payment"]["id"], "sub": user.subject}
    if route.path.startswith("/v1/customers/"):
        there["id"] = signed_up().subject
    bodies = {**BODIES, "placeOrder": lines((sku, 1)), "replaceProduct": details(description=NAME)}
    written()
    answer = HANDLERS[function](request(route.method, route.path, bodies.get(route.operation), there), events.context())
    assert answer["statusCode"] < 400 or route.operation not in THROUGH, answer
    text = written()
    assert text.count('"answered"') == 1
    assert found_in(text) == []


def test_an_error_that_speaks_of_somebody_is_not_repeated(
    written: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError(f"{NAME} <{EMAIL}> lives at {STREET}")

    monkeypatch.setattr("api.adapters.sealing.Seals.seal", broken)
    event = request("PATCH", "/v1/customers/me", PERSON)
    assert HANDLERS["customers"](event, events.context())["statusCode"] == 500
    text = written()
    assert '"RuntimeError"' in text
    assert found_in(text) == []


SOURCES = (
    "PreAuthentication_Authentication",
    "PostConfirmation_ConfirmSignUp",
    "TokenGeneration_Authentication",
    "TokenGeneration_NewPasswordChallenge",
)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("whole", [True, False])
def test_a_trigger_writes_nothing_of_what_it_is_told(source: str, whole: bool, written: Callable[[], str]) -> None:
    given = {"email": EMAIL, "name": NAME, "phone_number": PHONE, "address": json.dumps(ADDRESS)}
    event = {
        "triggerSource": source,
        "userPoolId": os.environ["USER_POOL_ID"],
        "userName": EMAIL,
        "request": {
            "userAttributes": {**given, "sub": f"cust-{new_id()}"} if whole else given,
            "groupConfiguration": {"groupsToOverride": ["ops"]},
            "clientMetadata": {"note": NAME},
        },
        "response": {},
    }
    raised = ""
    try:
        identity.handler(event, events.context())
    except identity.TriggerFailed as failed:
        raised = str(failed)
    assert found_in(raised + written()) == []


def test_a_marker_that_was_written_would_be_found(written: Callable[[], str]) -> None:
    logs.note("told", who=NAME.upper())
    logging.getLogger("another").warning("%s", EMAIL)
    print(json.dumps({"phone": PHONE}))  # noqa: T201 - what is printed reaches the log, too
    assert found_in(written()) == [NAME, EMAIL, PHONE]

"""Nobody writes what the service decides: a body with more in it than it may hold is refused, wherever it holds it.

For each place of each good body that may hold fields, and for each name that says what the service decides: what is not
promised there is refused, and nothing is written. What customers and machines may send names nothing that they may not
decide.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from tests.support.openapi import operations, resolved
from tests.unit.api.handlers.every.good import OPERATIONS, good
from tests.unit.api.handlers.every.wire import Wire

pytestmark = pytest.mark.emulator

NEVER_PROMISED: Final = frozenset(
    {"PK", "SK", "GSI1PK", "entity", "role", "groups", "is_admin", "__proto__", "partner_id"}
)
DECIDED: Final = frozenset(
    {
        "customer_id", "owner", "partner_id", "role", "groups", "total", "unit_price", "price", "amount", "placed_at",
        "created_at", "updated_at", "version", "payment", "reference", "available", "reserved", "blocked", "tier",
    }
)  # fmt: skip
"""What the service or an operator decides."""
NAMES: Final = NEVER_PROMISED | DECIDED
OTHER_VALUES: Final = ("1", 1, {"amount": 1, "currency": "EUR"})
BODIES: Final = {
    operation["operationId"]: next(iter(operation["requestBody"]["content"].values()))["schema"]
    for operation in operations().values()
    if "requestBody" in operation and operation["operationId"] in OPERATIONS
}


def fields(schema: Any) -> Iterator[str]:
    """The names of a schema's fields, at whatever depth."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for inner in schema.values():
            yield from fields(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from fields(inner)


def places(
    body: Any, schema: Mapping[str, Any], at: tuple[Any, ...] = ()
) -> Iterator[tuple[tuple[Any, ...], set[str]]]:
    """Where a body holds objects, and the names that are promised there."""
    match body:
        case dict():
            yield at, set(schema.get("properties", {}))
            for name, inner in body.items():
                yield from places(inner, schema.get("properties", {}).get(name, {}), (*at, name))
        case list():
            for place, inner in enumerate(body):
                yield from places(inner, schema.get("items", {}), (*at, place))


def with_field(body: Any, at: tuple[Any, ...], name: str, value: Any) -> Any:
    """The body with one more field in the object at that place."""
    if not at:
        return {**body, name: value}
    step, *rest = at
    inner = with_field(body[step], tuple(rest), name, value)
    return {**body, step: inner} if isinstance(body, dict) else [inner if n == step else b for n, b in enumerate(body)]


@pytest.mark.parametrize("operation", BODIES)
def test_a_field_that_is_not_promised_is_refused_and_nothing_changes(wire: Wire, operation: str) -> None:
    asked, schema = good(operation), resolved(BODIES[operation])
    wire.clear()
    for at, known in places(asked.body, schema):
        for place, name in enumerate(sorted(NAMES - known)):
            value = OTHER_VALUES[place % len(OTHER_VALUES)]
            reply = asked.send(json_body=with_field(asked.body, at, name, value))
            assert (reply.status, reply.problem) == (400, "bad-request"), (at, name)
    assert [call.name for call in wire.sent if call.writes] == []


def test_what_customers_and_machines_send_names_nothing_that_is_not_theirs_to_decide() -> None:
    """Also where code and promise agree on it: an order names no price, a profile no owner."""
    theirs = {
        operation["operationId"]: set(fields(resolved(BODIES[operation["operationId"]]))) & DECIDED
        for operation in operations().values()
        if operation["operationId"] in BODIES and "x-group" not in operation
    }
    assert len(theirs) > 4
    assert {name: sorted(found) for name, found in theirs.items() if found} == {}

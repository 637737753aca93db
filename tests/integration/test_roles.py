"""What only operators may do, tried by customers; and what nobody may set."""

from typing import Any

import pytest

from tests.integration.conftest import new_key
from tests.support.masked import Masked
from tests.support.promised import Operation, secured
from tests.support.stage import Stage

FOR_OPERATORS = [operation for operation in secured() if operation.group]


def _body(operation: Operation, sku: str) -> dict[str, Any]:
    details: dict[str, Any] = {"name": "Taken over", "category": "tea", "price": {"amount": 1, "currency": "EUR"}}
    bodies: dict[str, dict[str, Any]] = {
        "createProduct": {"sku": f"{sku[:20]}-{new_key()[:6].upper()}", **details},
        "replaceProduct": details,
        "adjustStock": {"delta": 5},
        "redriveQueue": {},
        "importProducts": {"size": 1},
        "getProductImport": {},
        "setStanding": {"blocked": True},
        "findCustomers": {"email": "ada@example.com"},
    }
    return bodies[operation.name]


def test_some_operations_are_for_operators_alone() -> None:
    assert {operation.name for operation in FOR_OPERATORS} >= {"createProduct", "replaceProduct", "adjustStock"}


@pytest.mark.parametrize("operation", FOR_OPERATORS, ids=lambda operation: operation.name)
def test_a_customer_may_not_do_what_operators_do(
    stage: Stage, ann: Masked, tea: str, operation: Operation, key: str
) -> None:
    before = stage.call("GET", f"/v1/products/{tea}").json
    path, body = operation.filled(sku=tea), _body(operation, tea)
    answer = stage.call(operation.method, path, ann, body=body, key=key, headers={"If-Match": "*"})
    assert (answer.status, answer.problem) == (403, "forbidden")
    assert stage.call("GET", f"/v1/products/{tea}").json == before


def test_an_operator_may(stage: Stage, ops: Masked, tea: str, key: str) -> None:
    path = f"/v1/products/{tea}/stock-adjustments"
    assert stage.call("POST", path, ops, body={"delta": 1}, key=key).status == 200


@pytest.mark.parametrize("field", ["id", "owner", "customer_id", "status", "total", "placed_at", "version"])
def test_a_customer_may_not_write_what_the_service_decides(
    stage: Stage, ann: Masked, tea: str, field: str, key: str
) -> None:
    body = {"lines": [{"sku": tea, "quantity": 1}], field: "1"}
    answer = stage.call("POST", "/v1/orders", ann, body=body, key=key)
    assert (answer.status, answer.problem) == (400, "bad-request")


@pytest.mark.parametrize("field", ["unit_price", "total", "name"])
def test_a_customer_may_not_name_the_price_of_a_line(stage: Stage, ann: Masked, tea: str, field: str, key: str) -> None:
    body = {"lines": [{"sku": tea, "quantity": 1, field: {"amount": 1, "currency": "EUR"}}]}
    assert stage.call("POST", "/v1/orders", ann, body=body, key=key).status == 400


@pytest.mark.parametrize("field", ["sku", "created_at", "version"])
def test_not_even_an_operator_may_write_what_the_service_decides(
    stage: Stage, ops: Masked, tea: str, field: str
) -> None:
    body = {"name": "Tea", "category": "tea", "price": {"amount": 1, "currency": "EUR"}, field: "1"}
    answer = stage.call("PUT", f"/v1/products/{tea}", ops, body=body, headers={"If-Match": "*"})
    assert (answer.status, answer.problem) == (400, "bad-request")

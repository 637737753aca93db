"""No operation asks AWS for more than it may, and none for more where there is more of what it is about (N+1)."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import pytest

from tests.unit.api.handlers.every.good import OPERATIONS, good, succeeds
from tests.unit.api.handlers.every.wire import Wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator

MOST: Final[Mapping[str, int]] = {
    "getHealth": 0,
    "listShippingMethods": 0,
    "getOpenApi": 0,
    "listProducts": 1,
    "getProduct": 1,
    "getAvailability": 1,
    "listOrders": 1,
    "getOrder": 1,
    "getPayment": 1,
    "getPreferences": 1,
    "getPartnerOrder": 1,
    "getProductImport": 1,
    "findCustomers": 1,
    "getTimeline": 2,
    "getInvoice": 2,
    "getProfile": 2,
    "getPartnerUsage": 2,
    "replaceProduct": 2,
    "replacePreferences": 2,
    "eraseCustomer": 2,
    "setStanding": 2,
    "listPartnerOrders": 2,
    "createProduct": 3,
    "adjustStock": 3,
    "importProducts": 3,
    "redriveQueue": 3,
    "cancelOrder": 3,
    "changeProfile": 4,
    "openClaim": 4,
    "placePartnerOrder": 4,
    "scanParcel": 4,
    "payOrder": 6,
    "placeOrder": 6,
}
"""Requests that go out for one that comes in, in an environment that has read its secrets."""
OF_A_NEW_ONE: Final = 6
"""What an operation may ask for of which nothing is said above."""
MOST_BYTES: Final[Mapping[str, int]] = {"getOpenApi": 200_000}
MOST_BYTES_OF_OTHERS: Final = 4_096
"""Of an answer about little: what is answered about much is measured in test_pages.py."""
A_FEW, MANY = 1, 4


@pytest.fixture(scope="module", autouse=True)
def _secrets_are_read(stage: "DynamoDBClient", listened: Wire) -> None:
    """As an environment reads each secret once."""
    assert stage
    assert listened
    for operation in ("placeOrder", "findCustomers", "listPartnerOrders", "redriveQueue"):
        good(operation).send()
    good("listOrders", 2).send(query={"limit": "1"})


def asked(wire: Wire, operation: str, size: int) -> Counter[str]:
    """What goes out for one good request about something of that size."""
    request = good(operation, size)
    wire.clear()
    reply = request.send()
    assert succeeds(operation, reply), reply
    assert len(json.dumps(reply.body).encode()) <= MOST_BYTES.get(operation, MOST_BYTES_OF_OTHERS)
    return Counter(call.name for call in wire.sent)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_asks_for_no_more_than_it_may_however_much_there_is(wire: Wire, operation: str) -> None:
    few, many = asked(wire, operation, A_FEW), asked(wire, operation, MANY)
    assert "dynamodb.Scan" not in few
    assert few.total() <= MOST.get(operation, OF_A_NEW_ONE), few
    assert many <= few, f"of {A_FEW}: {few}, of {MANY}: {many}"

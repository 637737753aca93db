"""No operation asks AWS for more than it may, and none for more where there is more of what it is about (N+1)."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

import pytest

from tests.unit.api.handlers.every.good import OPERATIONS, good, succeeds
from tests.unit.api.handlers.every.wire import Wire

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
A_FEW, MANY = 2, 9


def asked(wire: Wire, operation: str, size: int) -> Counter[str]:
    """What goes out for one good request about something of that size."""
    request = good(operation, size)
    wire.clear()
    reply = request.send()
    assert succeeds(operation, reply), reply
    return Counter(call.name for call in wire.sent)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_asks_for_no_more_than_it_may_however_much_there_is(wire: Wire, operation: str) -> None:
    good(operation).send()  # the environment reads its secrets
    few, many = asked(wire, operation, A_FEW), asked(wire, operation, MANY)
    assert "dynamodb.Scan" not in few
    assert few.total() <= MOST.get(operation, OF_A_NEW_ONE), few
    assert many <= few, f"of {A_FEW}: {few}, of {MANY}: {many}"

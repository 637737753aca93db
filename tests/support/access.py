"""Who may call which operation: said here once more, by hand, so that code and promise cannot change it together."""

from collections.abc import Mapping
from typing import Final, Literal

from tests.support.promised import Operation

type Role = Literal["nobody", "customer", "operator", "partner", "carrier"]

ANYBODY: Final[frozenset[Role]] = frozenset({"nobody", "customer", "operator", "partner", "carrier"})
CUSTOMERS: Final[frozenset[Role]] = frozenset({"customer", "operator"})
"""An operator is somebody of the user pool, too, with orders of their own."""
OPERATORS: Final[frozenset[Role]] = frozenset({"operator"})
PARTNERS: Final[frozenset[Role]] = frozenset({"partner"})
CARRIERS: Final[frozenset[Role]] = frozenset({"carrier"})

OPEN_TO: Final[Mapping[str, frozenset[Role]]] = {
    "listProducts": ANYBODY,
    "createProduct": OPERATORS,
    "getProduct": ANYBODY,
    "replaceProduct": OPERATORS,
    "getAvailability": ANYBODY,
    "adjustStock": OPERATORS,
    "importProducts": OPERATORS,
    "getProductImport": OPERATORS,
    "listOrders": CUSTOMERS,
    "placeOrder": CUSTOMERS,
    "getOrder": CUSTOMERS,
    "cancelOrder": CUSTOMERS,
    "payOrder": CUSTOMERS,
    "getPayment": CUSTOMERS,
    "getTimeline": CUSTOMERS,
    "getInvoice": CUSTOMERS,
    "openClaim": CUSTOMERS,
    "getPreferences": CUSTOMERS,
    "replacePreferences": CUSTOMERS,
    "getProfile": CUSTOMERS,
    "changeProfile": CUSTOMERS,
    "eraseCustomer": CUSTOMERS,
    "setStanding": OPERATORS,
    "findCustomers": OPERATORS,
    "redriveQueue": OPERATORS,
    "listPartnerOrders": PARTNERS,
    "placePartnerOrder": PARTNERS,
    "getPartnerOrder": PARTNERS,
    "getPartnerUsage": PARTNERS,
    "scanParcel": CARRIERS,
    "hearPaymentProvider": ANYBODY,
    "getHealth": ANYBODY,
    "listShippingMethods": ANYBODY,
    "getOpenApi": ANYBODY,
}


def promised_to(operation: Operation) -> frozenset[Role]:
    """Whom the promise lets in."""
    if not operation.secured:
        return ANYBODY
    if operation.partner:
        return PARTNERS
    if operation.carrier:
        return CARRIERS
    return CUSTOMERS if operation.group is None else OPERATORS


def open_to(operation: Operation) -> frozenset[Role]:
    """Who may call an operation; one of which nothing is said above is open to whom the promise lets in."""
    return OPEN_TO.get(operation.name, promised_to(operation))

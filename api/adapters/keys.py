"""The keys of the one table. Every access pattern is one request on them, never a Scan.

| pattern | request | key |
|---|---|---|
| product by sku | GetItem, consistent | PROD#sku / META |
| products of an order | BatchGetItem, consistent | PROD#sku / META, several |
| products of a category by name | Query GSI1 | CAT#category / NAME#name#sku |
| availability | GetItem, consistent | PROD#sku / STOCK |
| place an order | TransactWriteItems | ORD#id / META, ITEM#nn, RES#sku; PROD#sku / STOCK; EVENT#id, RECEIPT#digest |
| place a partner's order | TransactWriteItems | the same, and PARTNER#id / ORD#id |
| order with its lines | Query, consistent | ORD#id / ITEM# to META |
| a customer's orders, newest first | Query GSI1 | OWNER#CUST#sub / ORD#id |
| a partner's orders, newest first | Query | PARTNER#id / ORD#id |
| partner by id | GetItem | PARTNER#id / META |
| partner by the client of its tokens | Query GSI1 | CLIENT#client / PARTNER#id |
| cancel an order | TransactWriteItems | ORD#id / META, RES#sku; PROD#sku / STOCK |
"""

import unicodedata
from typing import Final

META: Final = "META"
STOCK: Final = "STOCK"
FIRST_OF_ORDER: Final = "ITEM#"
"""An order's lines and its META lie side by side in the sort order; its reservations come after them."""

FIRST_OF_PARTNER_ORDER: Final = "ORD#"

_SORT_NAME_BYTES: Final = 512
"""A sort key holds 1,024 bytes; the sku needs some, and nobody sorts by what comes later."""

type Key = dict[str, str]


def product(sku: str) -> Key:
    """A product."""
    return {"PK": f"PROD#{sku}", "SK": META}


def stock(sku: str) -> Key:
    """A product's stock: an item of its own, so that orders do not contend with changes of the product."""
    return {"PK": f"PROD#{sku}", "SK": STOCK}


def category(name: str) -> str:
    """GSI1PK of the products of a category."""
    return f"CAT#{name}"


def product_name(name: str) -> str:
    """GSI1SK of the products whose name begins with `name`, whatever its case."""
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return "NAME#" + folded.encode()[:_SORT_NAME_BYTES].decode(errors="ignore")


def product_in_category(name: str, sku: str) -> str:
    """GSI1SK of a product."""
    return f"{product_name(name)}#{sku}"


def order(order_id: str) -> Key:
    """An order."""
    return {"PK": f"ORD#{order_id}", "SK": META}


def order_line(order_id: str, number: int) -> Key:
    """An order's line, counted from 1; two digits, so that they sort as they count."""
    return {"PK": f"ORD#{order_id}", "SK": f"{FIRST_OF_ORDER}{number:02d}"}


def reservation(order_id: str, sku: str) -> Key:
    """The stock that an order holds of one product."""
    return {"PK": f"ORD#{order_id}", "SK": f"RES#{sku}"}


def customer(subject: str) -> str:
    """GSI1PK of a customer's orders."""
    return f"OWNER#CUST#{subject}"


def customer_order(order_id: str) -> str:
    """GSI1SK of a customer's order: ULIDs sort by time."""
    return f"ORD#{order_id}"


def partner(partner_id: str) -> Key:
    """A partner."""
    return {"PK": f"PARTNER#{partner_id}", "SK": META}


def partner_order(partner_id: str, order_id: str) -> Key:
    """That an order is a partner's: in the partner's own partition, so that IAM can tell partners apart by it."""
    return {"PK": f"PARTNER#{partner_id}", "SK": f"{FIRST_OF_PARTNER_ORDER}{order_id}"}


def client(client_id: str) -> str:
    """GSI1PK of the partner whose tokens are for this client."""
    return f"CLIENT#{client_id}"


def receipt(digest: str) -> Key:
    """That a request has placed an order: in the order's own transaction, so that no crash can come between."""
    return {"PK": f"RECEIPT#{digest}", "SK": META}


def event(event_id: str) -> Key:
    """An event waiting to be sent."""
    return {"PK": f"EVENT#{event_id}", "SK": META}

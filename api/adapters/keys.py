"""The keys of the one table. Every access pattern is one request on them, never a Scan.

| pattern | request | key |
|---|---|---|
| product by sku | GetItem, consistent | PROD#sku / META |
| change a product | GetItem, then TransactWriteItems | PROD#sku / META; EVENT#id |
| adjust a stock | UpdateItem; TransactWriteItems if it becomes low | PROD#sku / STOCK; EVENT#id |
| products of an order | BatchGetItem, consistent | PROD#sku / META, several |
| products of a category by name | Query GSI1 | CAT#category / NAME#name#sku |
| availability | GetItem, consistent | PROD#sku / STOCK |
| place an order | TransactWriteItems | ORD#id / META, ITEM#, PAY#, RES#, STEP#; PROD#sku / STOCK; EVENT#id; RECEIPT# |
| place a partner's order | TransactWriteItems | the same without PAY#id, and PARTNER#id / ORD#id |
| order with its lines, parcels and payment | Query, consistent | ORD#id / ITEM# to PAY# |
| what has happened to an order | Query, consistent | ORD#id / STEP#time |
| a customer's orders, newest first, of a range of time | Query GSI1 | OWNER#CUST#sub / ORD#id |
| a partner's orders, newest first | Query | PARTNER#id / ORD#id |
| partner by id | GetItem | PARTNER#id / META |
| partner by the client of its tokens | Query GSI1 | CLIENT#client / PARTNER#id |
| settle or cancel an order | TransactWriteItems | ORD#id / META, PAY#id, RES#sku, STEP#; PROD#sku / STOCK; EVENT#id |
| payment by the provider's number | Query GSI1 | PSP#number / PAY |
| payment without such a number, by ours | Query GSI1 | PAY#id / PAY |
| ask for a shipment | TransactWriteItems | HANDLED#worker#id / META; ORD#id / META, PARCEL#, STEP#; EVENT#id |
| shipment by its carrier's number | Query GSI1 | TRK#carrier#number / SHIP |
| keep a scan | TransactWriteItems | ORD#id / SCAN#, META, PARCEL#, RES#sku, STEP#; PROD#sku / STOCK; EVENT#id |
| carrier by the client of its tokens | GetItem, consistent | CARRIER#client / META |
| unsettled orders by status and age | Query GSI2, one per shard | (status, sweep_shard) / placed_at |
| handle an event once | TransactWriteItems | HANDLED#worker#id / META; EVENT#id |
| handled before? | GetItem, consistent | HANDLED#worker#id / META |
| take or give back the turn at an event | PutItem | TURN#worker#id / META |
| number an invoice | GetItem, consistent, then TransactWriteItems | INVOICES#year / META; ORD#id / INVOICE |
| the number of an order's invoice | GetItem, consistent | ORD#id / INVOICE |
| open a claim | TransactWriteItems | ORD#id / CLAIM#id; CUST#sub / PROFILE |
| record a photograph of a claim | TransactWriteItems | ORD#id / CLAIM#id, CLAIM#id#PHOTO#name |
| ask for an import of products | PutItem | IMPORT#id / META |
| an import of products | GetItem, consistent | IMPORT#id / META |
| products of a batch of an import | BatchGetItem, consistent | PROD#sku / META, several |
| work off a batch of an import | TransactWriteItems | IMPORT#id / META; PROD#sku / META, STOCK; EVENT#id |
| a customer's profile | GetItem, consistent | CUST#sub / PROFILE |
| a customer's preferences | GetItem, consistent | CUST#sub / PREFS |
| where a customer is written to | Query, consistent | CUST#sub / PREFS to PROFILE |
| whether a customer is blocked | GetItem | CUST#sub / STANDING |
| register a customer | TransactWriteItems | CUST#sub / PROFILE; EVENT#id |
| customers by e-mail | Query GSI1 | EMAIL#digest / PROFILE |
| erase a customer | TransactWriteItems | CUST#sub / PROFILE, PREFS; EVENT#id |
"""

import unicodedata
from typing import Final

META: Final = "META"
STOCK: Final = "STOCK"
PREFERENCES: Final = "PREFS"
PROFILE: Final = "PROFILE"
"""Nothing else of a customer lies between the two."""
FIRST_OF_ORDER: Final = "ITEM#"
LAST_OF_ORDER: Final = "PAY#~"
"""An order's lines, META, parcels and payment lie side by side in the sort order; its reservations come after them."""

SHARDS: Final = 8
"""Unsettled orders of one status are spread over so many partitions of GSI2: they all come and go there."""

STEP: Final = "STEP#"
"""What has happened to an order lies behind all that, too."""

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


def payment(order_id: str, payment_id: str) -> Key:
    """An order's payment."""
    return {"PK": f"ORD#{order_id}", "SK": f"PAY#{payment_id}"}


def parcel(order_id: str, place: int) -> Key:
    """An order's parcel, counted from 1. The name puts it between META and the payment: one request reads them all."""
    return {"PK": f"ORD#{order_id}", "SK": f"PARCEL#{place:02d}"}


def tracked(carrier: str, tracking_number: str) -> Key:
    """GSI1's keys of a parcel."""
    return {"GSI1PK": f"TRK#{carrier}#{tracking_number}", "GSI1SK": "SHIP"}


def scan(order_id: str, tracking_number: str, scan_id: str) -> Key:
    """What a carrier has told of a parcel, out of the way of those who read the order."""
    return {"PK": f"ORD#{order_id}", "SK": f"SCAN#{tracking_number}#{scan_id}"}


def carrier_client(client_id: str) -> Key:
    """A client of the user pool that is a carrier's."""
    return {"PK": f"CARRIER#{client_id}", "SK": META}


def provider_reference(reference: str) -> Key:
    """GSI1's keys of a payment that the provider has given a number."""
    return {"GSI1PK": f"PSP#{reference}", "GSI1SK": "PAY"}


def awaiting_reference(payment_id: str) -> Key:
    """GSI1's keys of a payment to which the provider has given no number, and may never give one."""
    return {"GSI1PK": f"PAY#{payment_id}", "GSI1SK": "PAY"}


def shard(order_id: str) -> str:
    """GSI2's second partition key: by the last digit of the id, which is random."""
    return str(int(order_id[-1], 36) % SHARDS)


def customer(subject: str) -> str:
    """GSI1PK of a customer's orders."""
    return f"OWNER#CUST#{subject}"


def customer_order(order_id: str) -> str:
    """GSI1SK of a customer's order: ULIDs sort by time."""
    return f"ORD#{order_id}"


def profile(subject: str) -> Key:
    """What a customer has told about themselves."""
    return {"PK": f"CUST#{subject}", "SK": PROFILE}


def preferences(subject: str) -> Key:
    """A customer's choices: an item of its own, which holds no personal data and is read without opening any."""
    return {"PK": f"CUST#{subject}", "SK": PREFERENCES}


def standing(subject: str) -> Key:
    """How operators let a customer stand: an item that says nothing about the person."""
    return {"PK": f"CUST#{subject}", "SK": "STANDING"}


def email(digest: str) -> str:
    """GSI1PK of the profiles with one e-mail address, of which the key shows a digest only."""
    return f"EMAIL#{digest}"


def claim(order_id: str, claim_id: str) -> Key:
    """A claim on an order, out of the way of those who read the order."""
    return {"PK": f"ORD#{order_id}", "SK": f"CLAIM#{claim_id}"}


def photograph(order_id: str, claim_id: str, name: str) -> Key:
    """A photograph of a claim, behind the claim itself."""
    return {"PK": f"ORD#{order_id}", "SK": f"CLAIM#{claim_id}#PHOTO#{name}"}


def product_import(import_id: str) -> Key:
    """An import of products."""
    return {"PK": f"IMPORT#{import_id}", "SK": META}


def invoice(order_id: str) -> Key:
    """The number of an order's invoice, out of the way of those who read the order."""
    return {"PK": f"ORD#{order_id}", "SK": "INVOICE"}


def invoice_series(year: int) -> Key:
    """How many invoices a year has."""
    return {"PK": f"INVOICES#{year}", "SK": META}


def step(order_id: str, at: str, place: int, event_id: str) -> Key:
    """Something that has happened to an order: by its time, and by its place among what happened together."""
    return {"PK": f"ORD#{order_id}", "SK": f"{STEP}{at}#{place:02d}#{event_id}"}


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


def handled(worker: str, event_id: str) -> Key:
    """That a worker has handled an event."""
    return {"PK": f"HANDLED#{worker}#{event_id}", "SK": META}


def turn(worker: str, event_id: str) -> Key:
    """Until when one of a worker's environments is at an event: apart from the note that it was handled."""
    return {"PK": f"TURN#{worker}#{event_id}", "SK": META}

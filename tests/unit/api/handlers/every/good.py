"""A good request to every operation, made anew each time, with all that has to be there before it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from api.adapters import aws, items
from api.adapters.attributes import typed
from api.adapters.partners import DynamoPartners
from api.adapters.sources import new_id, now
from api.domain.instants import written
from api.domain.model import Product, ProductDetails
from api.domain.money import Money
from api.domain.partners import SCOPES, Partner, PartnerKey, PartnerStatus, Tier
from tests.support.dynamodb import TABLE, new_sku
from tests.support.events import Query
from tests.support.http_api import ROUTES, Reply, call
from tests.support.openapi import operations
from tests.support.payment_provider.book import UNDECIDED
from tests.support.tokens import OPS, CarrierUser, PartnerUser, User
from tests.unit.api.handlers.carrying import known_carrier, order_of, scan, sent
from tests.unit.api.handlers.helpers import CHOICES, details, lines, new_product, place, signed_up

type Caller = User | PartnerUser | CarrierUser

MERGE: Final = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
ANY: Final = {"If-Match": "*"}
PLENTY: Final = 100_000
OPERATIONS: Final = [route.operation for routes in ROUTES.values() for route in routes]
"""Those that a function answers; what goes into a queue is for the tests of its worker."""


@dataclass(frozen=True, slots=True)
class Good:
    """A request that succeeds, as whoever may send it. `about` is the order or product that it is about, if any."""

    method: str
    path: str
    user: Caller | None = None
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Query | None = None
    key: str | None = None
    about: str = ""

    def send(self, **other: Any) -> Reply:
        """Send it; `other` are arguments of `call` in place of its own."""
        asked = {"json_body": self.body, "headers": self.headers, "query": self.query, "key": self.key, **other}
        user = asked.pop("user", self.user)
        return call(self.method, self.path, user, **asked)


def good(operation: str, size: int = 1) -> Good:
    """A good request to an operation, about something that holds `size` of what it can hold several of.

    One that is not in the table gets what its path alone says, which is enough for most of those that read.
    """
    made = _GOOD.get(operation)
    return _plain(operation) if made is None else made(size)


def somebody() -> User:
    """A customer of whom nothing is known."""
    return User(f"cust-{new_id()}")


def a_partner() -> PartnerUser:
    """A partner with a key that counts."""
    client = new_sku("client").lower()
    partner = PartnerUser(f"p-{new_id().lower()[-20:]}", until=written(now() + timedelta(hours=1)))
    keys = (PartnerKey("a" * 64, "k1"),)
    known = Partner(partner.partner, client, Tier.BASIC, SCOPES, PartnerStatus.ACTIVE, "plan", keys, 1)
    DynamoPartners(aws.dynamodb(), TABLE).put(known)
    return partner


def succeeds(operation: str, reply: Reply) -> bool:
    """Whether the answer is what the promise calls a success of that operation, and not only no failure."""
    (promised,) = (each for each in operations().values() if each["operationId"] == operation)
    return reply.status < 400 and str(reply.status) in promised["responses"]


def _plain(operation: str) -> Good:
    ((method, path),) = (at for at, each in operations().items() if each["operationId"] == operation)
    security = operations()[method, path]["security"]
    by: dict[str, Callable[[], Caller]] = {"customer": somebody, "partner": a_partner, "carrier": known_carrier}
    callers = [by[scheme] for each in security for scheme in each if scheme in by]
    is_operators = operations()[method, path].get("x-group") is not None
    return Good(method, path, OPS if is_operators else callers[0]() if callers else None)


def _category() -> str:
    """One of its own: products of one category lie together."""
    return f"c-{new_id().lower()}"


def _products(size: int, amount: int = 890) -> list[tuple[str, int]]:
    """So many products with plenty of stock, each in a category of its own; kept as they are, as they are many."""
    moment = now()
    skus = [new_sku() for _ in range(size)]
    for sku in skus:
        told = ProductDetails("Earl Grey", "", _category(), Money(amount, "EUR"))
        product = Product(sku, told, 1, moment, moment)
        for item in (items.from_product(product), {**items.empty_stock(product), "available": PLENTY}):
            aws.dynamodb().put_item(TableName=TABLE, Item=typed(item))
    return [(sku, 1) for sku in skus]


def _listed_products(size: int) -> Good:
    category = _category()
    for _ in range(size):
        new_product(category=category)
    return Good("GET", "/v1/products", query={"category": category, "limit": "100"})


def _listed_orders(size: int) -> Good:
    user, ((sku, _),) = somebody(), _products(1)
    for _ in range(size):
        place((sku, 1), user=user)
    return Good("GET", "/v1/orders", user, query={"limit": "100"})


def _of_order(method: str, after: str, size: int, **other: Any) -> Good:
    user = somebody()
    order = place(*_products(size), user=user).body
    path = f"/v1/orders/{order['id']}{after}".replace("{payment}", order["payment"]["id"])
    return Good(method, path, user, about=order["id"], **other)


def _invoice(size: int) -> Good:
    asked = _of_order("GET", "/invoice", size)
    aws.s3().put_object(Bucket="invoices", Key=f"invoices/{asked.about}.html", Body=b"page")
    return asked


def _unpaid(size: int) -> Good:
    user = somebody()
    each = UNDECIDED // size
    bought = [*_products(size - 1, each), *_products(1, UNDECIDED - (size - 1) * each)]
    order = place(*bought, user=user).body
    return Good("POST", f"/v1/orders/{order['id']}/payments", user, key=new_id(), about=order["id"])


def _product(method: str, after: str = "", **other: Any) -> Good:
    ((sku, _),) = _products(1)
    return Good(method, f"/v1/products/{sku}{after}", about=sku, **other)


def _placed(size: int) -> Good:
    return Good("POST", "/v1/orders", somebody(), lines(*_products(size)), key=new_id())


def _partners(method: str, size: int) -> Good:
    body = lines(*_products(size))
    return Good(method, "/partner/v1/orders", a_partner(), body, key=new_id())


def _partners_list(size: int) -> Good:
    asked, ((sku, _),) = a_partner(), _products(1)
    for _ in range(size):
        call("POST", "/partner/v1/orders", asked, key=new_id(), json_body=lines((sku, 1)))
    return Good("GET", "/partner/v1/orders", asked, query={"limit": "100"})


def _partners_order(size: int) -> Good:
    asked = _partners("POST", size)
    order = asked.send().body["id"]
    return Good("GET", f"/partner/v1/orders/{order}", asked.user, about=order)


def _profile(method: str, **other: Any) -> Good:
    """Of somebody who has told everything that can be told."""
    user = signed_up()
    address = {"street": "Ringvägen 1", "postal_code": "118 60", "city": "Stockholm", "country": "SE"}
    told = {"name": "Ann", "email": f"{new_id().lower()}@example.com", "phone": "+46701234567", "addresses": [address]}
    call("PATCH", "/v1/customers/me", user, headers=MERGE, json_body=told)
    return Good(method, "/v1/customers/me", user, **other)


def _preferences(method: str, **other: Any) -> Good:
    user = somebody()
    call("PUT", "/v1/customers/me/preferences", user, headers=ANY, json_body=CHOICES)
    return Good(method, "/v1/customers/me/preferences", user, **other)


def _import() -> Good:
    asked = call("POST", "/v1/product-imports", OPS, key=new_id(), json_body={"size": 1}).body["id"]
    return Good("GET", f"/v1/product-imports/{asked}", OPS, about=asked)


def _scan(size: int) -> Good:
    user = somebody()
    parcel = sent(*_products(size), user=user)
    told = scan(parcel, "DISPATCHED", scanned_at=written(now()))
    return Good("POST", "/carrier/v1/scans", known_carrier(), told, about=order_of(parcel))


_GOOD: Final[Mapping[str, Callable[[int], Good]]] = {
    "listProducts": _listed_products,
    "createProduct": lambda _: Good(
        "POST", "/v1/products", OPS, {"sku": new_sku(), **details(category=_category())}, key=new_id()
    ),
    "getProduct": lambda _: _product("GET"),
    "replaceProduct": lambda _: _product(
        "PUT", user=OPS, body=details(name="Assam", category=_category()), headers=ANY
    ),
    "getAvailability": lambda _: _product("GET", "/availability"),
    "adjustStock": lambda _: _product("POST", "/stock-adjustments", user=OPS, body={"delta": 1}, key=new_id()),
    "importProducts": lambda _: Good("POST", "/v1/product-imports", OPS, {"size": 1}, key=new_id()),
    "getProductImport": lambda _: _import(),
    "listOrders": _listed_orders,
    "placeOrder": _placed,
    "getOrder": lambda size: _of_order("GET", "", size),
    "getTimeline": lambda size: _of_order("GET", "/timeline", size),
    "getInvoice": _invoice,
    "openClaim": lambda size: _of_order("POST", "/claims", size, body={"reason": "DAMAGED"}, key=new_id()),
    "cancelOrder": lambda size: _of_order("POST", "/cancellation", size),
    "payOrder": _unpaid,
    "getPayment": lambda size: _of_order("GET", "/payments/{payment}", size),
    "getPreferences": lambda _: _preferences("GET"),
    "replacePreferences": lambda _: _preferences("PUT", body={**CHOICES, "newsletter": False}, headers=ANY),
    "getProfile": lambda _: _profile("GET"),
    "changeProfile": lambda _: _profile("PATCH", body={"name": "Bea"}, headers=MERGE),
    "eraseCustomer": lambda _: _profile("DELETE"),
    "setStanding": lambda _: Good("PUT", f"/v1/customers/{signed_up().subject}/standing", OPS, {"blocked": True}),
    "findCustomers": lambda _: Good("POST", "/v1/customers/lookups", OPS, {"email": f"{new_id().lower()}@example.com"}),
    "redriveQueue": lambda _: Good("POST", "/v1/ops/queues/fulfilment/redrives", OPS, {}, key=new_id()),
    "listPartnerOrders": _partners_list,
    "placePartnerOrder": lambda size: _partners("POST", size),
    "getPartnerOrder": _partners_order,
    "getPartnerUsage": lambda _: Good("GET", "/partner/v1/usage", a_partner()),
    "scanParcel": _scan,
}

"""What releases write and read: of each kind a thing, how it is made, who looks at it, and how it is changed."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import boto3
import urllib3

from api.adapters import aws
from api.adapters.sources import new_id, now
from api.domain.carriers import NORTHWAY
from api.domain.events import Event
from api.domain.instants import written
from api.domain.partners import Tier
from pipeline.operations.registrar import Place, Registrar
from tests.support.dynamodb import TABLE, new_sku
from tests.support.http_api import Reply
from tests.support.messages import envelope, record
from tests.support.payment_provider.book import UNDECIDED
from tests.support.tokens import ACME, OPS, CarrierUser, PartnerUser, User
from tests.unit.api.compatibility.releases import Release
from tests.unit.api.handlers.carrying import known_carrier
from tests.unit.api.handlers.helpers import CHOICES, PRICE, details, lines, signed_up, told_of
from tests.unit.api.handlers.test_identity import trigger

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Caller = User | PartnerUser | CarrierUser | None
type Look = tuple[str, Caller, Mapping[str, str]]
"""A path, who asks there, and with which query."""

MERGE: Final = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
ANY: Final = {"If-Match": "*"}


@dataclass(frozen=True)
class Thing:
    """Something that a release has written: where it is looked at, and what a release may do with it next."""

    looks: tuple[Look, ...]
    again: Callable[[Release], Reply] | None = None
    """Asks for it again under the key under which it was made."""
    change: Callable[[Release], None] = lambda _: None
    first: Reply | None = None


def ok(reply: Reply) -> Reply:
    """The reply, which has to be a success."""
    assert reply.status < 400, reply
    return reply


@dataclass(frozen=True)
class Maker:
    """Makes things. `store` is a client of the table that all releases work on."""

    store: "DynamoDBClient"

    def product(self, release: Release) -> Thing:
        category = f"c-{new_id().lower()}"
        sku = _product(release, category=category)
        path = f"/v1/products/{sku}"

        def change(release: Release) -> None:
            ok(release.call("PUT", path, OPS, headers=ANY, json_body=details(name="Assam", category=category)))
            _stock(release, sku, 7)

        looks: list[Look] = [(path, None, {}), (f"{path}/availability", None, {})]
        return Thing((*looks, ("/v1/products", None, {"category": category})), change=change)

    def order(self, release: Release) -> Thing:
        user, key = _somebody(), new_id()
        body = lines((_product(release), 1), (_product(release), 2))

        def place(release: Release) -> Reply:
            return ok(release.call("POST", "/v1/orders", user, key=key, json_body=body))

        placed = place(release)
        path = f"/v1/orders/{placed.body['id']}"

        def change(release: Release) -> None:
            etag = release.call("GET", path, user).headers["ETag"]
            ok(release.call("POST", f"{path}/cancellation", user, headers={"If-Match": etag}))

        return Thing(_of_order(placed.body, user), place, change, placed)

    def waiting_order(self, release: Release) -> Thing:
        user = _somebody()
        sku = _product(release, price={"amount": UNDECIDED, "currency": "EUR"})
        placed = ok(release.call("POST", "/v1/orders", user, key=new_id(), json_body=lines((sku, 1))))
        path = f"/v1/orders/{placed.body['id']}"

        def change(release: Release) -> None:
            ok(release.call("POST", f"{path}/payments", user, key=new_id()))
            ok(release.call("POST", f"{path}/cancellation", user))

        return Thing(_of_order(placed.body, user), change=change)

    def invoiced_order(self, release: Release) -> Thing:
        user = _somebody()
        placed = _placed(release, user)
        message = self._confirmed(placed)
        release.deliver("invoices", message)
        invoice = f"/v1/orders/{placed['id']}/invoice"

        def change(release: Release) -> None:
            release.deliver("invoices", message)
            release.deliver("notifier", self._told(placed, "OrderPlaced"))
            assert release.call("GET", invoice, user).status == 303

        return Thing(_of_order(placed, user), change=change)

    def parcel(self, release: Release) -> Thing:
        user, carrier = _somebody(), known_carrier()
        placed = _placed(release, user)
        release.deliver("fulfilment", self._confirmed(placed))
        _scan(release, carrier, placed, "DISPATCHED")
        return Thing(_of_order(placed, user), change=lambda release: _scan(release, carrier, placed, "DELIVERED"))

    def partners_order(self, release: Release) -> Thing:
        key, body = new_id(), lines((_product(release), 1))

        def place(release: Release) -> Reply:
            return ok(release.call("POST", "/partner/v1/orders", ACME, key=key, json_body=body))

        placed = place(release)
        looks: tuple[Look, ...] = (
            (f"/partner/v1/orders/{placed.body['id']}", ACME, {}),
            ("/partner/v1/orders", ACME, {"limit": "1"}),
        )
        return Thing(looks, place, first=placed)

    def partner(self, _: Release) -> Thing:
        partner, headers = taken_on()
        method = "arn:aws:execute-api:eu-west-1:222222222222:a1b2c3/beta/GET/partner/v1/orders"
        asked = {"type": "REQUEST", "methodArn": method, "httpMethod": "GET", "headers": headers}

        def let_in(release: Release) -> None:
            admitted = release.invoke("authorizer", asked)
            (statement,) = admitted["policyDocument"]["Statement"]
            assert (admitted["principalId"], statement["Effect"]) == (partner, "Allow"), f"{release.name}: {admitted}"

        return Thing((), change=let_in)

    def claim(self, release: Release) -> Thing:
        user, key = _somebody(), new_id()
        order = _placed(release, user)

        def claim(release: Release) -> Reply:
            path = f"/v1/orders/{order['id']}/claims"
            return ok(release.call("POST", path, user, key=key, json_body={"reason": "DAMAGED"}))

        return Thing(_of_order(order, user), claim, first=claim(release))

    def profile(self, release: Release) -> Thing:
        user, path = signed_up(), "/v1/customers/me"
        address = {"street": "Ringvägen 1", "postal_code": "118 60", "city": "Stockholm", "country": "SE"}
        email = f"{new_id().lower()}@example.com"
        told = {"name": "Ann", "email": email, "phone": "+46701234567", "addresses": [address]}
        ok(release.call("PATCH", path, user, headers=MERGE, json_body=told))

        def found(release: Release) -> None:
            reply = ok(release.call("POST", "/v1/customers/lookups", OPS, json_body={"email": email}))
            assert reply.body == {"items": [{"id": user.subject}]}, reply

        def change(release: Release) -> None:
            found(release)
            ok(release.call("PATCH", path, user, headers=MERGE, json_body={"name": "Bea"}))
            found(release)

        return Thing(((path, user, {}),), change=change)

    def standing(self, release: Release) -> Thing:
        user = signed_up()
        path = f"/v1/customers/{user.subject}/standing"
        signs_in = trigger("PreAuthentication_Authentication", user.subject)
        ok(release.call("PUT", path, OPS, json_body={"blocked": True}))

        def change(release: Release) -> None:
            refusal = release.refusal("identity", signs_in)
            assert "blocked" in refusal, f"{release.name}: {refusal}"
            ok(release.call("PUT", path, OPS, json_body={"blocked": False}))
            assert release.invoke("identity", signs_in)

        return Thing((), change=change)

    def preferences(self, release: Release) -> Thing:
        user, path = _somebody(), "/v1/customers/me/preferences"

        def choose(release: Release, newsletter: bool) -> None:
            ok(release.call("PUT", path, user, headers=ANY, json_body={**CHOICES, "newsletter": newsletter}))

        choose(release, newsletter=True)
        return Thing(((path, user, {}),), change=lambda release: choose(release, newsletter=False))

    def product_import(self, release: Release) -> Thing:
        asked = ok(release.call("POST", "/v1/product-imports", OPS, key=new_id(), json_body={"size": 1}))
        return Thing(((f"/v1/product-imports/{asked.body['id']}", OPS, {}),))

    def _told(self, order: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """The message that tells of what has happened to an order, as its writer has written it."""
        detail = told_of(self.store, order["id"])[kind]
        return record(envelope(Event(detail["metadata"]["event_id"], kind, detail)))

    def _confirmed(self, order: Mapping[str, Any]) -> dict[str, Any]:
        return self._told(order, "OrderConfirmed")


def taken_on() -> tuple[str, Mapping[str, str]]:
    """A partner whom operators have taken on, with the tools of this release; what its requests say of who sends them.

    No function takes partners on. So a base release, which is held to let it in, has never done it.
    """
    plan = aws.apigateway().create_usage_plan(name=new_id())["id"]
    place = Place(_pool_with_partners(os.environ["USER_POOL_ID"]), TABLE, {Tier.BASIC: plan})
    taken = Registrar(boto3.Session(), place).take_on(f"p-{new_id().lower()}", Tier.BASIC)
    client = taken.partner.client
    answer = urllib3.request(
        "POST",
        f"{os.environ['AWS_ENDPOINT_URL']}/oauth2/token",
        body=urlencode({"grant_type": "client_credentials", "client_id": client}),
        headers={
            **urllib3.make_headers(basic_auth=f"{client}:{taken.client_secret}"),
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
    token = answer.json()["access_token"]
    return taken.partner.id, {"Authorization": f"Bearer {token}", "X-Api-Key": taken.key}


@cache
def _pool_with_partners(pool: str) -> str:
    scopes: Any = [{"ScopeName": name, "ScopeDescription": name} for name in ("orders.read", "orders.write")]
    aws.cognito().create_resource_server(UserPoolId=pool, Identifier="partner", Name="partner", Scopes=scopes)
    return pool


def _somebody() -> User:
    return User(f"cust-{new_id()}")


def _product(release: Release, **other: Any) -> str:
    sku = new_sku()
    body = {"sku": sku, **details(**{"category": f"c-{new_id().lower()}", "price": PRICE, **other})}
    ok(release.call("POST", "/v1/products", OPS, key=new_id(), json_body=body))
    _stock(release, sku, 1_000)
    return sku


def _stock(release: Release, sku: str, delta: int) -> None:
    ok(release.call("POST", f"/v1/products/{sku}/stock-adjustments", OPS, key=new_id(), json_body={"delta": delta}))


def _placed(release: Release, user: User) -> Mapping[str, Any]:
    body = lines((_product(release), 2))
    placed: Mapping[str, Any] = ok(release.call("POST", "/v1/orders", user, key=new_id(), json_body=body)).body
    return placed


def _of_order(order: Mapping[str, Any], user: User) -> tuple[Look, ...]:
    path = f"/v1/orders/{order['id']}"
    payment = order["payment"]["id"]
    return (
        (path, user, {}),
        (f"{path}/timeline", user, {}),
        (f"{path}/payments/{payment}", user, {}),
        ("/v1/orders", user, {}),
        ("/v1/orders", user, {"from": order["placed_at"]}),
    )


def _scan(release: Release, carrier: CarrierUser, order: Mapping[str, Any], status: str) -> None:
    body = {
        "id": new_id(),
        "tracking_number": NORTHWAY.tracking_number(order["id"], 1),
        "status": status,
        "scanned_at": written(now()),
    }
    ok(release.call("POST", "/carrier/v1/scans", carrier, json_body=body))


KINDS: Final[Mapping[str, Callable[[Maker, Release], Thing]]] = {
    "product": Maker.product,
    "order": Maker.order,
    "waiting order": Maker.waiting_order,
    "invoiced order": Maker.invoiced_order,
    "parcel": Maker.parcel,
    "partner's order": Maker.partners_order,
    "partner": Maker.partner,
    "claim": Maker.claim,
    "profile": Maker.profile,
    "preferences": Maker.preferences,
    "standing": Maker.standing,
    "import": Maker.product_import,
}

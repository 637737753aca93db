"""A deployed stage and three users of its own: two customers and one of the operators.

The stage is the one that SLIPWAY_API_URL and its companions name (see `slipway gate integration`). Users are made for
the run and deleted after it; in prod nothing here runs at all.
"""

import os
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.carriers import CarrierSystem, temporary_carriers
from tests.support.masked import Masked
from tests.support.partners import PartnerSystem, temporary_partners
from tests.support.stage import Stage
from tests.support.users import OPS, Pool, PoolUnusable, SignedIn, temporary_users

NEEDED = ("SLIPWAY_API_URL", "SLIPWAY_USER_POOL_ID", "SLIPWAY_USER_POOL_CLIENT_ID")
AHEAD = 4
"""How many requests that are sent ahead of their tests are under way at once, so that nobody waits for anybody."""
BROKE = 3  # pytest's own code for "internal error": the gate tells it from failing tests


@pytest.fixture(scope="session", autouse=True)
def _never_in_prod() -> None:
    if os.environ.get("SLIPWAY_STAGE") == "prod":
        pytest.exit("these tests make users and orders: they never run in prod", returncode=BROKE)
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        pytest.exit(f"no stage to test: set {', '.join(missing)}", returncode=BROKE)


@pytest.fixture(scope="session")
def stage(_never_in_prod: None) -> Stage:
    """The API of the stage."""
    return Stage(os.environ["SLIPWAY_API_URL"])


@pytest.fixture(scope="session")
def users(_never_in_prod: None) -> Iterator[dict[str, SignedIn]]:
    """The three users, deleted at the end."""
    try:
        with temporary_users(Pool.of(os.environ), {"ann": None, "ben": None, "ops": OPS}) as made:
            yield made
    except PoolUnusable as problem:
        pytest.exit(str(problem), returncode=BROKE)


@pytest.fixture(scope="session")
def ann(users: dict[str, SignedIn]) -> Masked:
    """The access token of a customer."""
    return users["ann"].access


@pytest.fixture(scope="session")
def ben(users: dict[str, SignedIn]) -> Masked:
    """The access token of another customer."""
    return users["ben"].access


@pytest.fixture(scope="session")
def ops(users: dict[str, SignedIn]) -> Masked:
    """The access token of an operator."""
    return users["ops"].access


@pytest.fixture(scope="session")
def partners(_never_in_prod: None) -> Iterator[dict[str, PartnerSystem]]:
    """Two partners, let go at the end."""
    try:
        with temporary_partners(os.environ, ("acme", "globex")) as made:
            yield made
    except (PoolUnusable, KeyError) as problem:
        pytest.exit(f"no partners: {problem}", returncode=BROKE)


@pytest.fixture(scope="session")
def acme(partners: dict[str, PartnerSystem]) -> PartnerSystem:
    """A partner."""
    return partners["acme"]


@pytest.fixture(scope="session")
def globex(partners: dict[str, PartnerSystem]) -> PartnerSystem:
    """Another partner."""
    return partners["globex"]


@pytest.fixture(scope="session")
def carriers(_never_in_prod: None) -> Iterator[dict[str, CarrierSystem]]:
    """A machine of each carrier, let go at the end."""
    try:
        with temporary_carriers(os.environ, ("northway", "swiftline")) as made:
            yield made
    except (PoolUnusable, KeyError) as problem:
        pytest.exit(f"no carriers: {problem}", returncode=BROKE)


@pytest.fixture(scope="session")
def northway(carriers: dict[str, CarrierSystem]) -> CarrierSystem:
    """The carrier that brings what is sent as usual."""
    return carriers["northway"]


@pytest.fixture(scope="session")
def swiftline(carriers: dict[str, CarrierSystem]) -> CarrierSystem:
    """Another carrier."""
    return carriers["swiftline"]


@pytest.fixture
def key() -> str:
    """An Idempotency-Key that nobody has used."""
    return new_key()


def new_key() -> str:
    """An Idempotency-Key that nobody has used."""
    return secrets.token_hex(16)


type Seller = Callable[..., str]
type Buyer = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def category() -> str:
    """A category of this run alone, so that lists hold nothing of others."""
    return f"gate-{secrets.token_hex(6)}"


@pytest.fixture(scope="session")
def sell(stage: Stage, ops: Masked, category: str) -> Seller:
    """Puts a new product with that much stock on sale, at a price in cents; gives its sku."""

    def sell(stock: int, amount: int = 1_250) -> str:
        sku = f"GATE-{secrets.token_hex(8).upper()}"
        product = {
            "sku": sku,
            "name": f"Gate {sku[-4:]}",
            "category": category,
            "price": {"amount": amount, "currency": "EUR"},
        }
        created = stage.call("POST", "/v1/products", ops, body=product, key=new_key())
        assert created.status == 201, created
        if stock:
            path = f"/v1/products/{sku}/stock-adjustments"
            assert stage.call("POST", path, ops, body={"delta": stock}, key=new_key()).status == 200
        return sku

    return sell


@pytest.fixture(scope="session")
def tea(sell: Seller) -> str:
    """The sku of a product with plenty of stock."""
    return sell(10_000)


@pytest.fixture(scope="session")
def buy(stage: Stage) -> Buyer:
    """Places an order of one product for the bearer of a token; gives the order."""

    def buy(token: Masked, sku: str, quantity: int = 1) -> dict[str, Any]:
        body = {"lines": [{"sku": sku, "quantity": quantity}]}
        placed = stage.call("POST", "/v1/orders", token, body=body, key=new_key())
        assert placed.status == 201, placed
        order: dict[str, Any] = placed.json
        return order

    return buy


@pytest.fixture(scope="session")
def kept(buy: Buyer, ann: Masked, tea: str) -> dict[str, Any]:
    """An order of Ann's that nobody changes: tests that read it, or are refused, need none of their own."""
    return buy(ann, tea)


@pytest.fixture
def order(buy: Buyer, ann: Masked, tea: str) -> dict[str, Any]:
    """A new order of Ann's."""
    return buy(ann, tea)

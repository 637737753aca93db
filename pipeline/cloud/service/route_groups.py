"""The functions of the service, as data: their size, and how a new version is tried before it takes traffic.

What each may do at AWS is declared where it is used, in `api.needs`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Probe:
    """A request that the new version must answer with `status` before it takes traffic.

    `query` and `path` are pairs of name and value; `customer` signs the request in as a customer who owns nothing,
    `partner` as a partner of that kind.
    """

    method: str
    resource: str
    status: int
    query: tuple[tuple[str, str], ...] = ()
    path: tuple[tuple[str, str], ...] = ()
    customer: bool = False
    partner: bool = False


@dataclass(frozen=True)
class RouteGroup:
    """One function: named like the tag of its operations in the contract; `memory` in MB.

    One without `canary` is asked too seldom for anybody to meet a new version during a rollout, or by machines alone
    that come again with what was not taken: its alias moves at once, and it needs no probes. `share` is its part of
    the account's concurrency, in percent of what can be given away (`concurrency`). The business lives on one that is
    `business`: a new version through which nothing comes about is taken back.
    """

    name: str
    memory: int
    probes: tuple[Probe, ...] = ()
    canary: bool = True
    share: int = 2
    business: bool = False


ROUTE_GROUPS = (
    RouteGroup(
        "products",
        memory=1024,
        share=23,
        probes=(
            Probe("GET", "/v1/products", 200, query=(("category", "probe"), ("limit", "1"))),
            Probe("GET", "/v1/products/{sku}", 404, path=(("sku", "PROBE-NO-SUCH-PRODUCT"),)),
        ),
    ),
    RouteGroup(
        "orders",
        memory=1024,
        share=25,
        business=True,
        probes=(
            Probe("GET", "/v1/orders", 401),
            Probe("GET", "/v1/orders", 200, query=(("limit", "1"),), customer=True),
        ),
    ),
    RouteGroup(
        "customers",
        memory=1024,
        probes=(
            Probe("GET", "/v1/customers/me", 401),
            Probe("GET", "/v1/customers/me", 200, customer=True),
        ),
    ),
    RouteGroup(
        "partners",
        memory=1024,
        share=30,
        probes=(
            Probe("GET", "/partner/v1/orders", 401),
            Probe("GET", "/partner/v1/orders", 200, query=(("limit", "1"),), partner=True),
        ),
    ),
    RouteGroup(
        "service",
        memory=512,
        probes=(Probe("GET", "/v1/health", 200), Probe("GET", "/v1/openapi.json", 200)),
    ),
    RouteGroup("operations", memory=512, canary=False, share=1),
    RouteGroup("carriers", memory=512, canary=False),
    RouteGroup("imports", memory=512, canary=False, share=1),
)

AUTHORIZER = RouteGroup("authorizer", memory=1024, canary=False)
"""Answers no operation but lets partners in. It moves to a new version at once: a door that is shut to a tenth of those
who knock, with an answer that the gateway keeps, would tell neither them nor us what is wrong.
"""

ROTATION = RouteGroup("rotation", memory=512, canary=False, share=1)
"""Called by Secrets Manager when a partner's key is due. What its steps leave undone, they do when they come again."""

RENEWAL = RouteGroup("renewal", memory=512, canary=False, share=1)
"""Called by Secrets Manager when the key that signs cursors is due."""

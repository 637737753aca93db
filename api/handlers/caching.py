"""Who may keep an answer, and for how long: one policy per route, for every layer that may stand before it.

The layers, from the caller inwards: the browser (by Cache-Control), CloudFront at the edge, the gateway's cache, the
cache of the service (Valkey), and the function's own memory. A stage that has not switched a layer on reads nothing of
its column. What is a caller's own is kept by that caller alone, and stock by nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SECOND: Final = 1
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE

BANDS: Final[Mapping[str, tuple[int, int]]] = {
    "edge": (HOUR, 24 * HOUR),
    "gateway": (5 * MINUTE, HOUR),
    "cache": (MINUTE, 30 * MINUTE),
    "process": (30 * SECOND, 5 * MINUTE),
}
"""What is sensible for a layer, in seconds: shorter is not worth its price, longer is stale for too long."""


@dataclass(frozen=True, slots=True)
class Policy:
    """`browser` is the Cache-Control of the answer; the others are seconds in their layer, None for not at all.

    ValueError for a time outside the band of its layer, or for a shared layer that keeps what is not public.
    """

    browser: str
    edge: int | None = None
    gateway: int | None = None
    cache: int | None = None
    process: int | None = None

    def __post_init__(self) -> None:
        for layer, (least, most) in BANDS.items():
            seconds: int | None = getattr(self, layer)
            if seconds is not None and not least <= seconds <= most:
                raise ValueError(f"{layer} keeps for {least} to {most} seconds, not {seconds}")
        if not self.browser.startswith("public") and (self.edge or self.gateway):
            raise ValueError(f"what is {self.browser!r} may not be kept where callers share it")


NOBODY: Final = "no-store"
PRODUCT: Final = "public, max-age=60"
PRODUCTS: Final = "public, max-age=30"
DOCUMENT: Final = "public, max-age=300"
REFERENCE: Final = "public, max-age=3600"
OWN_ORDERS: Final = "private, max-age=0, must-revalidate"

POLICIES: Final[Mapping[str, Policy]] = {
    "listProducts": Policy(PRODUCTS, edge=HOUR, gateway=5 * MINUTE),
    "getProduct": Policy(PRODUCT, edge=HOUR, gateway=5 * MINUTE, cache=15 * MINUTE, process=30 * SECOND),
    "getAvailability": Policy(NOBODY),
    "listOrders": Policy(OWN_ORDERS),
    "getOrder": Policy(OWN_ORDERS),
    "getPayment": Policy(OWN_ORDERS),
    "getTimeline": Policy(OWN_ORDERS),
    "getProductImport": Policy(NOBODY),
    "getInvoice": Policy(NOBODY),
    "getProfile": Policy(NOBODY),
    "getPreferences": Policy(NOBODY),
    "listPartnerOrders": Policy(NOBODY),
    "getPartnerOrder": Policy(OWN_ORDERS),
    "getPartnerUsage": Policy(NOBODY),
    "getHealth": Policy(NOBODY),
    "listShippingMethods": Policy(REFERENCE, edge=24 * HOUR, gateway=HOUR, process=5 * MINUTE),
    "getOpenApi": Policy(DOCUMENT, edge=HOUR, gateway=5 * MINUTE),
}
"""By operation. An operation that is not here changes something, and its answer is kept by nobody."""

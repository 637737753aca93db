"""What the notifier relies on in the events it hears; contracts/pacts/notifier-orders-api.json says it."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pact import Pact, match

from api.domain import limits
from api.domain.events import received
from api.domain.model import Notice, Occasion
from api.domain.notifying import Notifying
from contracts.provider_states import ORDER
from tests.contract.pacts import Record, keep_or_compare
from tests.unit.api.domain.examples import LATER, InboxInMemory

EVENT: Final = "01JDA7C0R00000000000000001"
CUSTOMER: Final = "0a1b2c3d-1111-4aaa-8aaa-000000000001"
KINDS: Final = {
    "OrderPlaced": Occasion.ORDER_PLACED,
    "OrderCancelled": Occasion.ORDER_CANCELLED,
    "ShipmentDispatched": Occasion.SHIPMENT_DISPATCHED,
    "ShipmentDelivered": Occasion.SHIPMENT_DELIVERED,
    "CustomerRegistered": Occasion.WELCOME,
}
OF_ORDERS: Final = frozenset(KINDS) - {"CustomerRegistered"}


@dataclass
class Told:
    """The Notices port."""

    notices: list[Notice] = field(default_factory=list)

    def send(self, notice: Notice) -> None:
        self.notices.append(notice)


def notifier_pact() -> Pact:
    pact = Pact("notifier", "orders-api").with_specification("V4")
    for kind in KINDS:
        (
            pact.upon_receiving(kind, "Async")
            .with_body(
                {
                    "metadata": {
                        "event_id": match.regex(EVENT, regex=limits.ORDER_ID),
                        "correlation_id": match.string(EVENT),
                        "schema_version": 1,
                    },
                    "data": {
                        **({"order_id": match.regex(ORDER, regex=limits.ORDER_ID)} if kind in OF_ORDERS else {}),
                        "customer_id": match.string(CUSTOMER),
                    },
                },
                "application/json",
            )
            .with_metadata({"source": "orders.api", "detail-type": kind})
        )
    return pact


def test_the_notifier_reads_what_the_pact_says(tmp_path: Path, record_property: Record) -> None:
    pact, told = notifier_pact(), Told()

    def receive(body: str | bytes | None, metadata: dict[str, object]) -> None:
        assert body is not None
        event = received(str(metadata["detail-type"]), json.loads(body))
        assert Notifying(InboxInMemory(), told, lambda: LATER).tell(event)

    pact.verify(receive, "Async")
    expected = [
        Notice(EVENT, occasion, CUSTOMER, ORDER if kind in OF_ORDERS else None, EVENT)
        for kind, occasion in KINDS.items()
    ]
    assert sorted(told.notices, key=lambda notice: notice.occasion) == sorted(expected, key=lambda each: each.occasion)
    pact.write_file(tmp_path, overwrite=True)
    keep_or_compare(tmp_path / "notifier-orders-api.json", record_property)

"""What the fulfilment worker relies on in OrderConfirmed; contracts/pacts/fulfilment-worker-orders-api.json says it."""

import json
from pathlib import Path
from typing import Any, Final

from pact import Pact, match

from api.domain import limits
from api.domain.events import order_of, received
from api.domain.fulfilling import Fulfilling
from contracts.provider_states import ORDER, TEA
from tests.contract.pacts import Record, keep_or_compare
from tests.unit.api.domain.examples import LATER, ShipmentRequestsInMemory, ids

EVENT: Final = "01JDA7C0R00000000000000001"
NEXT: Final = "01JDA7C0R00000000000000002"


def picking_list(kind: str, detail: str) -> tuple[str, str, dict[str, int]]:
    """What the worker makes of a message: the event (to know a repetition), the order, what to pick."""
    requests = ShipmentRequestsInMemory()
    assert Fulfilling(requests, lambda: LATER, ids(NEXT)).request_shipment(received(kind, json.loads(detail)))
    (event_id,) = requests.handled
    (shipment,) = requests.events
    lines: Any = shipment.data["lines"]
    return event_id, order_of(shipment), {line["sku"]: line["quantity"] for line in lines}


def fulfilment_pact() -> Pact:
    pact = Pact("fulfilment-worker", "orders-api").with_specification("V4")
    (
        pact.upon_receiving("OrderConfirmed", "Async")
        .with_body(
            {
                "metadata": {
                    "event_id": match.regex(EVENT, regex=limits.ORDER_ID),
                    "correlation_id": match.string(EVENT),
                    "schema_version": 1,
                },
                "data": {
                    "order_id": match.regex(ORDER, regex=limits.ORDER_ID),
                    "lines": match.each_like(
                        {"sku": match.regex(TEA, regex=limits.SKU), "quantity": match.integer(2)}, min=1
                    ),
                },
            },
            "application/json",
        )
        .with_metadata({"source": "orders.api", "detail-type": "OrderConfirmed"})
    )
    return pact


def test_the_worker_reads_what_the_pact_says(tmp_path: Path, record_property: Record) -> None:
    pact = fulfilment_pact()
    read: list[tuple[str, str, dict[str, int]]] = []

    def receive(body: str | bytes | None, metadata: dict[str, object]) -> None:
        assert metadata["detail-type"] == "OrderConfirmed"
        assert body is not None
        read.append(picking_list(str(metadata["detail-type"]), body if isinstance(body, str) else body.decode()))

    pact.verify(receive, "Async")
    assert read == [(EVENT, ORDER, {TEA: 2})]
    pact.write_file(tmp_path, overwrite=True)
    keep_or_compare(tmp_path / "fulfilment-worker-orders-api.json", record_property)

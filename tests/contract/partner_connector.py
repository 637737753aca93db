"""A partner's connector to the API: just what it sends and what it reads. The pact is written by using it."""

import json
from dataclasses import dataclass

import urllib3

from tests.contract.storefront_web import Answer


@dataclass(frozen=True, slots=True)
class Connector:
    """Calls the API at `url` with a partner's token and key."""

    url: str
    token: str
    key: str

    def place(self, sku: str, quantity: int, idempotency_key: str) -> Answer:
        body = json.dumps({"lines": [{"sku": sku, "quantity": quantity}]})
        more = {"Content-Type": "application/json", "Idempotency-Key": idempotency_key}
        return self._send("POST", "/partner/v1/orders", more, body)

    def orders(self) -> Answer:
        return self._send("GET", "/partner/v1/orders", {})

    def order(self, order_id: str) -> Answer:
        return self._send("GET", f"/partner/v1/orders/{order_id}", {})

    def _send(self, method: str, path: str, more: dict[str, str], body: str | None = None) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "X-Api-Key": self.key, **more}
        reply = urllib3.request(method, self.url + path, headers=headers, body=body, retries=False, timeout=5.0)
        content = json.loads(reply.data) if reply.data else None
        return Answer(reply.status, reply.headers.get("ETag"), reply.headers.get("Location"), content)

"""The storefront's side of the API: just what it sends and what it reads. The pact is written by using it."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """What the storefront looks at."""

    status: int
    etag: str | None
    location: str | None
    body: Any


@dataclass(frozen=True, slots=True)
class Storefront:
    """Calls the API at `url`, signed in with `token`."""

    url: str
    token: str

    def products(self, category: str) -> Answer:
        return self._send("GET", f"/v1/products?category={category}", {})

    def product(self, sku: str, etag: str | None = None) -> Answer:
        return self._send("GET", f"/v1/products/{sku}", {"If-None-Match": etag} if etag else {})

    def availability(self, sku: str) -> Answer:
        return self._send("GET", f"/v1/products/{sku}/availability", {})

    def place(self, sku: str, quantity: int, key: str | None) -> Answer:
        headers = {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}
        body = json.dumps({"lines": [{"sku": sku, "quantity": quantity}]})
        return self._send("POST", "/v1/orders", {**self._signed_in(), **headers}, body)

    def order(self, order_id: str) -> Answer:
        return self._send("GET", f"/v1/orders/{order_id}", self._signed_in())

    def orders(self) -> Answer:
        return self._send("GET", "/v1/orders", self._signed_in())

    def invoice(self, order_id: str) -> Answer:
        return self._send("GET", f"/v1/orders/{order_id}/invoice", self._signed_in())

    def cancel(self, order_id: str) -> Answer:
        return self._send("POST", f"/v1/orders/{order_id}/cancellation", self._signed_in(), "")

    def _signed_in(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _send(self, method: str, path: str, headers: Mapping[str, str], body: str | None = None) -> Answer:
        request = urllib.request.Request(  # noqa: S310 - an address that the test has made
            self.url + path, method=method, headers=dict(headers), data=None if body is None else body.encode()
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as reply:  # noqa: S310
                return _read(reply.status, reply.headers, reply.read())
        except urllib.error.HTTPError as error:
            with error:
                return _read(error.code, error.headers, error.read())


def _read(status: int, headers: "Message[str, str]", body: bytes) -> Answer:
    return Answer(status, headers.get("ETag"), headers.get("Location"), json.loads(body) if body else None)

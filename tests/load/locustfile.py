"""People who shop, for locust: what they read and order, how often each, and what counts as a failure.

Run by `python -m tests.load.run`, which makes the people and the products and says who they are in the file that
`$LOAD_KNOWN` names. Nothing of the CDK may be imported here: it hangs beside locust's gevent. When all is over, what
was answered is written to `$LOAD_REPORT`, as `pipeline.gates.load_report` reads it.
"""

import itertools
import json
import os
import random
import time
import uuid
from pathlib import Path
from typing import Any

from locust import HttpUser, constant_pacing, events, task
from locust.env import Environment

KNOWN: dict[str, Any] = json.loads(Path(os.environ["LOAD_KNOWN"]).read_text())
NUMBERS = itertools.count()
"""One for each shopper: two with the same would make the same choices, and send the same keys."""
PACE_SECONDS = 0.2
"""Everybody asks five times a second: what is measured is the stage, and not how long a queue before it grows."""


class Shopper(HttpUser):
    """Reads most of the time, and orders now and then; the last order is read again."""

    wait_time = constant_pacing(PACE_SECONDS)

    def on_start(self) -> None:
        """Become one of the people, with choices of one's own that the seed decides."""
        number = next(NUMBERS)
        people: list[str] = KNOWN["people"]
        self.chance = random.Random(f"{KNOWN['seed']}/{number}")  # noqa: S311 - which page is read next is no secret
        self.client.verify = os.environ.get("AWS_CA_BUNDLE") or True
        self.token = people[number % len(people)]
        self.orders: list[str] = []

    @task(6)
    def list_products(self) -> None:
        """The first page of a category."""
        self.client.get(f"/v1/products?category={KNOWN['category']}", name="GET /v1/products")

    @task(6)
    def get_product(self) -> None:
        """One product."""
        self.client.get(f"/v1/products/{self._sku()}", name="GET /v1/products/{sku}")

    @task(3)
    def get_availability(self) -> None:
        """Whether it can be had."""
        self.client.get(f"/v1/products/{self._sku()}/availability", name="GET /v1/products/{sku}/availability")

    @task(2)
    def place_order(self) -> None:
        """Buy a thing or three."""
        key = {"Idempotency-Key": str(uuid.UUID(int=self.chance.getrandbits(128), version=4))}
        lines = [{"sku": self._sku(), "quantity": self.chance.randint(1, 3)}]
        with self.client.post(
            "/v1/orders", json={"lines": lines}, headers=self._own | key, name="POST /v1/orders", catch_response=True
        ) as answer:
            if answer.status_code in (201, 202):
                self.orders.append(answer.json()["id"])
                answer.success()

    @task(3)
    def list_orders(self) -> None:
        """One's own orders."""
        self.client.get("/v1/orders", headers=self._own, name="GET /v1/orders")

    @task(3)
    def get_order(self) -> None:
        """The last of them."""
        if self.orders:
            self.client.get(f"/v1/orders/{self.orders[-1]}", headers=self._own, name="GET /v1/orders/{id}")

    @property
    def _own(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _sku(self) -> str:
        return str(self.chance.choice(KNOWN["skus"]))


def report(environment: Environment, **_: object) -> None:
    """Write what was answered, whole or not at all."""
    stats = environment.stats
    said = {
        "seconds": (stats.last_request_timestamp or time.time()) - stats.start_time,
        "operations": [
            {
                "name": each.name,
                "requests": each.num_requests,
                "failures": each.num_failures,
                "milliseconds": {str(key): count for key, count in each.response_times.items()},
            }
            for each in sorted(stats.entries.values(), key=lambda one: one.name)
        ],
        "errors": [
            {"name": each.name, "what": str(each.error)[:500], "times": each.occurrences}
            for each in stats.errors.values()
        ],
    }
    place = Path(os.environ["LOAD_REPORT"])
    half = place.with_suffix(".half")
    half.write_text(json.dumps(said, indent=1))
    half.replace(place)


events.quitting.add_listener(report)  # type: ignore[no-untyped-call]

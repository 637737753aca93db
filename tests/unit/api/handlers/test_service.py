"""The function `service`: it works without any data."""

import json

import pytest

from tests.support.http_api import call
from tests.support.openapi import as_json


@pytest.fixture(autouse=True)
def in_beta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGE", "beta")


def test_health_says_which_version_answered() -> None:
    reply = call("GET", "/v1/health")
    assert (reply.status, reply.body) == (200, {"status": "ok", "stage": "beta", "version": "7"})
    assert reply.headers["Cache-Control"] == "no-store"


def test_everybody_is_told_how_orders_are_sent_and_what_it_costs() -> None:
    reply = call("GET", "/v1/reference/shipping-methods")
    assert (reply.status, reply.headers["Cache-Control"]) == (200, "public, max-age=3600")
    assert [(each["id"], each["carrier"]["id"], each["price"]) for each in reply.body["items"]] == [
        ("standard", "northway", {"amount": 490, "currency": "EUR"}),
        ("express", "swiftline", {"amount": 1_290, "currency": "EUR"}),
    ]


def test_ways_of_sending_that_are_known_are_not_sent_again() -> None:
    path = "/v1/reference/shipping-methods"
    etag = call("GET", path).headers["ETag"]
    known = call("GET", path, headers={"If-None-Match": etag})
    assert (known.status, known.body, known.headers["ETag"]) == (304, None, etag)
    assert call("GET", path, headers={"If-None-Match": '"1"'}).status == 200


def test_the_document_is_the_promise() -> None:
    reply = call("GET", "/v1/openapi.json")
    assert (reply.status, reply.body) == (200, json.loads(as_json()))

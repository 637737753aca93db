"""The function `service`: it works without any data."""

import pytest

from tests.support.http_api import call
from tests.support.openapi import promise


@pytest.fixture(autouse=True)
def in_beta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGE", "beta")


def test_health_says_which_version_answered() -> None:
    reply = call("GET", "/v1/health")
    assert (reply.status, reply.body) == (200, {"status": "ok", "stage": "beta", "version": "7"})
    assert reply.headers["Cache-Control"] == "no-store"


def test_the_document_is_the_promise() -> None:
    reply = call("GET", "/v1/openapi.json")
    assert (reply.status, reply.body) == (200, promise())

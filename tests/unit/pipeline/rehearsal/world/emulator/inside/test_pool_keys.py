"""Public keys of user pools."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest

from pipeline.rehearsal.world.emulator.inside import pool_keys
from pipeline.rehearsal.world.emulator.inside.pool_keys import fetching

OWN = "http://127.0.0.1:4711/eu-west-1_a/.well-known/jwks.json"


def test_our_own_pools_are_asked_for_nothing_over_a_connection_and_others_are(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    fetched: list[str] = []

    def keys(pool: str) -> tuple[int, Mapping[str, str], bytes]:
        made.append(pool)
        return 200, {}, json.dumps({"keys": [pool]}).encode()

    async def original(url: str) -> Mapping[str, Any]:
        fetched.append(url)
        return {"keys": []}

    class Known:
        def get(self) -> object:
            return keys

    monkeypatch.setattr(pool_keys, "KEYS", Known())
    fetch = fetching(original, 4711)
    others = [OWN.replace("4711", "4712"), "https://elsewhere.example/a/.well-known/jwks.json", f"{OWN}?a"]

    async def ask() -> list[Mapping[str, Any]]:
        return [await fetch(url) for url in (OWN, OWN.replace("http:", "https:"), *others)]

    assert asyncio.run(ask()) == [{"keys": ["eu-west-1_a"]}] * 2 + [{"keys": []}] * 3
    assert (made, fetched) == (["eu-west-1_a"], others)

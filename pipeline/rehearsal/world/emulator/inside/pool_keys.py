"""A REST API's authorizer reads its user pool's public keys where they are made: in this process.

ministack asks itself for them over plain HTTP, which nobody answers where TLS alone is spoken. They are kept as it
keeps them, by pool: a pool's keys stay the same for its life.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from pipeline.rehearsal.world.emulator.inside.seams import Seam

FETCH = Seam("ministack.services.apigateway_v1", "_fetch_jwks", ("url",))
KEYS = Seam("ministack.services.cognito", "well_known_jwks", ("pool_id",))
SEAMS = (FETCH, KEYS)

type Fetch = Callable[[str], Awaitable[Mapping[str, Any]]]


def install(port: int) -> None:
    """Wrap the seam; `port` is the emulator's own."""
    FETCH.wrap(lambda original: fetching(original, port))


def fetching(original: Fetch, port: int) -> Fetch:
    """The keys of our own pools by themselves, those of anybody else as before."""
    own = re.compile(rf"https?://127\.0\.0\.1:{port}/(?P<pool>[^/?]+)/\.well-known/jwks\.json")
    known: dict[str, Mapping[str, Any]] = {}

    async def fetch(url: str) -> Mapping[str, Any]:
        found = own.fullmatch(url)
        if found is None:
            return await original(url)
        pool = found["pool"]
        if pool not in known:
            known[pool] = json.loads(KEYS.get()(pool)[2])
        return known[pool]

    return fetch

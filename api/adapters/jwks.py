"""The user pool's public keys (JWKS), fetched when a token names one that is not known, and kept for an hour."""

import base64
import json
import os
import urllib.request
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from api.adapters.rs256 import PublicKey
from api.domain.ports import Clock

_KEPT: Final = timedelta(hours=1)
_NOT_AGAIN_FOR: Final = timedelta(seconds=30)
"""An unknown key id is anyone's to invent, so it makes us ask only now and then."""
_SECONDS: Final = 2.0
_MOST_BYTES: Final = 65_536

type Fetch = Callable[[], str]


class SigningKeys:
    """The pool's keys by their ids. `fetch` gets the document; OSError if it cannot."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._known: dict[str, PublicKey] = {}
        self._fetched_at: datetime | None = None

    def __call__(self, kid: str) -> PublicKey | None:
        """The key of that id; None if the pool has none. Raises OSError if the pool does not answer."""
        age = None if self._fetched_at is None else self._clock() - self._fetched_at
        if age is None or age >= _KEPT or (kid not in self._known and age >= _NOT_AGAIN_FOR):
            self._known = read(self._fetch())
            self._fetched_at = self._clock()
        return self._known.get(kid)


def read(document: str) -> dict[str, PublicKey]:
    """The keys of a JWKS that verify RS256; others are left out. ValueError if it is none."""
    found: dict[str, PublicKey] = {}
    for entry in json.loads(document)["keys"]:
        if (entry.get("kty"), entry.get("alg", "RS256"), entry.get("use", "sig")) == ("RSA", "RS256", "sig"):
            found[str(entry["kid"])] = PublicKey(_number(entry["n"]), _number(entry["e"]))
    return found


def issuer(pool: str) -> str:
    """What a pool's tokens say in `iss`; a pool's id begins with its region."""
    return f"https://cognito-idp.{pool.partition('_')[0]}.amazonaws.com/{pool}"


def address(pool: str, environment: Mapping[str, str]) -> str:
    """Where the pool's keys are; the variables with which every SDK is told another endpoint hold here, too."""
    other = environment.get("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER") or environment.get("AWS_ENDPOINT_URL")
    base = f"{other.rstrip('/')}/{pool}" if other else issuer(pool)
    return f"{base}/.well-known/jwks.json"


def fetcher(pool: str) -> Fetch:
    """Gets the document over HTTP."""

    def fetch() -> str:
        url = address(pool, os.environ)
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - the pool's own address
            document: bytes = answer.read(_MOST_BYTES)
        return document.decode()

    return fetch


def _number(text: Any) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(str(text) + "=" * (-len(str(text)) % 4)))

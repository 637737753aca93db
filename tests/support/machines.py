"""Tokens of machines by client credentials (RFC 6749, section 4.4), from the token endpoint of a stage's user pool."""

import base64
import json
from collections.abc import Iterable
from urllib.parse import urlencode

from tests.support.connections import pool
from tests.support.masked import Masked
from tests.support.users import PoolUnusable


def token_of(token_url: str, client: str, secret: str, scopes: Iterable[str]) -> Masked:
    """A fresh access token with these scopes; PoolUnusable if the client gets none."""
    basic = base64.b64encode(f"{client}:{secret}".encode()).decode()
    answer = pool().request(
        "POST",
        token_url,
        body=urlencode({"grant_type": "client_credentials", "scope": " ".join(sorted(scopes))}),
        headers={"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"},
        retries=False,
        timeout=10.0,
    )
    if answer.status != 200:
        raise PoolUnusable(f"the client {client} got no token: {answer.status} {answer.data[:200]!r}")
    return Masked(json.loads(answer.data)["access_token"])

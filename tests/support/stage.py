"""A deployed stage, as a client over HTTP sees it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3

from tests.support.masked import Masked


@dataclass(frozen=True)
class Answer:
    """What came back. Header names are compared without regard to case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, which must be JSON."""
        return json.loads(self.body)

    @property
    def problem(self) -> str:
        """The last part of the problem's type; empty if the answer is no problem."""
        if not self.headers.get("Content-Type", "").startswith("application/problem+json"):
            return ""
        return str(self.json.get("type", "")).removeprefix("/problems/")


class Stage:
    """The API of a stage. Keeps connections open, never repeats a request, and may be used by several threads."""

    def __init__(self, url: str, connections: int = 16) -> None:
        self.url = url.rstrip("/")
        self._pool = urllib3.PoolManager(
            maxsize=connections, retries=False, timeout=urllib3.Timeout(connect=5, read=30)
        )

    def call(
        self,
        method: str,
        path: str,
        token: Masked | None = None,
        *,
        body: object = None,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str | int] | None = None,
        key: str | None = None,
    ) -> Answer:
        """Send one request. `body` goes as JSON, `raw` as it is; `key` is the Idempotency-Key."""
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token.reveal()}"
        if key is not None:
            sent["Idempotency-Key"] = key
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
            raw = json.dumps(body, ensure_ascii=False).encode()
        address = f"{self.url}{path}{f'?{urlencode(query)}' if query else ''}"
        answer = self._pool.request(method, address, body=raw, headers=sent, redirect=False)
        return Answer(answer.status, answer.headers, answer.data)

"""A deployed stage, as a client over HTTP sees it.

Every request brings a trace of its own, and its answer knows which: pytest shows it where an answer is not as expected.
"""

import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import urllib3

from tests.support.connections import pool
from tests.support.masked import Masked


@dataclass(frozen=True)
class Answer:
    """What came back. Header names are compared without regard to case; `trace` is where the request is looked at."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    trace: str = ""

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


def trace_id() -> str:
    """A fresh id in X-Ray's form: its version, the time in eight hexadecimal digits, and twenty-four of chance."""
    return f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"


def trace_address(url: str, trace: str) -> str:
    """Where the console shows a trace of the API at `url`, or its id alone if the address names no region."""
    region = re.search(r"\.execute-api\.([a-z0-9-]+)\.amazonaws\.com", url)
    if region is None:
        return trace
    return f"https://{region[1]}.console.aws.amazon.com/cloudwatch/home?region={region[1]}#xray:traces/{trace}"


class Stage:
    """The API of a stage. Keeps connections open, never repeats a request, and may be used by several threads."""

    def __init__(self, url: str, connections: int = 16, trusted: str | None = None) -> None:
        """`trusted` is the file of whom to trust over https; None for whom the environment says."""
        self.url = url.rstrip("/")
        patience = urllib3.Timeout(connect=5, read=30)
        self._pool = pool(trusted, maxsize=connections, retries=False, timeout=patience)

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
        trace = trace_id()
        sent.setdefault("X-Amzn-Trace-Id", f"Root={trace};Sampled=1")
        address = f"{self.url}{path}{f'?{urlencode(query)}' if query else ''}"
        answer = self._pool.request(method, address, body=raw, headers=sent, redirect=False)
        return Answer(answer.status, answer.headers, answer.data, trace_address(self.url, trace))

"""How the provider tells by itself what it has decided: over HTTP, signed, and once more if nobody took it."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import urllib3

from tests.support.connections import pool

PATIENCE_SECONDS = 10.0
ATTEMPTS = 2


def signed(key: bytes, body: bytes, seconds: int) -> dict[str, str]:
    """The headers of a body that is sent at this Unix time."""
    digest = hmac.new(key, str(seconds).encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Provider-Signature": f"t={seconds},v1={digest}"}


@dataclass
class Webhook:
    """Where the provider tells what it has decided, and the key that it signs with; `answers` are the statuses."""

    url: str
    key: bytes = field(repr=False)
    answers: list[int] = field(default_factory=list)

    def tell(self, news: Mapping[str, str]) -> int:
        """Send it; the status of the answer, 0 if there was none."""
        body = json.dumps(news).encode()
        status = 0
        for _ in range(ATTEMPTS):
            headers = signed(self.key, body, int(time.time()))
            try:
                answer = pool().request(
                    "POST", self.url, body=body, headers=headers, timeout=PATIENCE_SECONDS, retries=False
                )
            except urllib3.exceptions.HTTPError:
                continue
            status = answer.status
            self.answers.append(status)
            if status < 500:
                break
        return status

    def tell_soon(self, news: Mapping[str, str]) -> None:
        """Send it without keeping whoever asks waiting."""
        threading.Thread(target=self.tell, args=(news,), daemon=True).start()

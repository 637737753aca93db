"""The payment provider, over HTTP: one connection that is kept, one attempt per call, never longer than it may take.

Our payment's id is its idempotency key, so that an attempt whose answer was lost can be made again. The HTTP library is
the one that the AWS SDK has brought already. What the provider promises is in contracts/pacts.
"""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

import urllib3

from api.domain.payment import Answer, Authorised, Declined, Payment, Unavailable, Undecided, Voided

_LONGEST_CONNECT: Final = 1.0
_MOST_BYTES: Final = 64 * 1024
_LONGEST_REFERENCE: Final = 64


class HttpPaymentProvider:
    """api.domain.ports.PaymentProvider at `url`; `key` is asked for at each call, so that a rotated one is taken up."""

    def __init__(self, url: str, key: Callable[[], bytes]) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._connections = urllib3.PoolManager(num_pools=1, maxsize=1, retries=False)

    def authorise(self, payment: Payment, correlation_id: str, seconds: float) -> Answer:
        """POST /v1/authorisations: 201 with a reference, 402, or 202 if it is not decided yet."""
        body = {
            "payment_id": payment.id,
            "amount": payment.amount.amount,
            "currency": payment.amount.currency,
        }
        answer = self._post("/v1/authorisations", payment.id, body, correlation_id, seconds)
        match answer:
            case Unavailable():
                return answer
            case (HTTPStatus.CREATED, content):
                reference = _reference(content)
                return Unavailable() if reference is None else Authorised(reference)
            case (HTTPStatus.PAYMENT_REQUIRED, _):
                return Declined()
            case (HTTPStatus.ACCEPTED, _):
                return Undecided()
            case _:  # anything else says nothing about the money
                return Unavailable()

    def void(self, payment: Payment, correlation_id: str, seconds: float) -> Voided | Unavailable:
        """POST /v1/voids: 200, also for a payment that the provider has never heard of."""
        answer = self._post("/v1/voids", payment.id, {"payment_id": payment.id}, correlation_id, seconds)
        match answer:
            case Unavailable():
                return answer
            case (HTTPStatus.OK, _):
                return Voided()
            case _:
                return Unavailable()

    def _post(
        self, path: str, payment_id: str, body: Mapping[str, Any], correlation_id: str, seconds: float
    ) -> tuple[int, bytes] | Unavailable:
        headers = {
            "Authorization": f"Bearer {self._key().decode()}",
            "Content-Type": "application/json",
            "Idempotency-Key": payment_id,
            "X-Correlation-Id": correlation_id,
        }
        limit = urllib3.Timeout(connect=min(_LONGEST_CONNECT, seconds), total=seconds)
        try:
            reply = self._connections.request(
                "POST", self._url + path, body=json.dumps(body), headers=headers, timeout=limit, preload_content=False
            )
            try:
                content = reply.read(_MOST_BYTES)
            finally:
                reply.drain_conn()
                reply.release_conn()
            return reply.status, content
        except urllib3.exceptions.NewConnectionError:  # refused, or no such host; to urllib3 a kind of timeout
            return Unavailable()
        except urllib3.exceptions.TimeoutError:
            return Unavailable(timed_out=True)
        except urllib3.exceptions.HTTPError:
            return Unavailable()


def _reference(content: bytes) -> str | None:
    """The provider's number in its answer, None if it holds none that we could keep."""
    try:
        match json.loads(content):
            case {"reference": str(reference)} if 0 < len(reference) <= _LONGEST_REFERENCE:
                return reference
    except ValueError:
        pass
    return None

"""One-time passwords by time (RFC 6238), as an authenticator app makes them."""

import base64
import hmac
import time

STEP_SECONDS = 30
DIGITS = 6


def one_time_password(secret: str, at: float | None = None) -> str:
    """The six digits of the moment `at` (seconds since the epoch; by default now) for a secret in base32."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    counter = int((time.time() if at is None else at) // STEP_SECONDS)
    digest = hmac.digest(key, counter.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)

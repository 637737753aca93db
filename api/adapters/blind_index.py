"""Finding a customer by e-mail in a table that does not hold the address.

The index key is HMAC-SHA-256 of the normalised address, under a secret that is not in the table: equal addresses have
equal keys, and without the secret nobody can try addresses out against them. Changing the secret would lose every key,
so it is made once and never rotated.
"""

import hmac
from collections.abc import Callable


class BlindIndex:
    """Digests of e-mail addresses. `key` is asked for when it is first needed."""

    def __init__(self, key: Callable[[], bytes]) -> None:
        self._key = key

    def of_email(self, address: str) -> str:
        """64 hexadecimal digits, the same for an address however it is written."""
        return hmac.digest(self._key(), f"email:{normalised(address)}".encode(), "sha256").hex()


def normalised(address: str) -> str:
    """The address without blanks around it and in lower case: no provider tells two of its users apart by case."""
    return address.strip().lower()

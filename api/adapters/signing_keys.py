"""The keys of a secret that rotates: the current one signs, and what it does not verify the others may.

Environments keep the current key for five minutes. So just after a rotation one signs with a key that another has yet
to read, and what was signed before lives on: both are found by asking Secrets Manager anew, which only a cursor that
the kept key does not verify makes happen, and no more than twice a minute, so that forgeries cost next to nothing.
"""

import time
from collections.abc import Callable
from typing import Final

from api.adapters import aws
from api.adapters.secret import SecretKey, long_enough
from api.adapters.secret_versions import SecretVersions

LOOK_SECONDS: Final = 30


class SigningKeys:
    """The keys of the secret at `arn`; `clock` gives monotonic seconds."""

    def __init__(self, arn: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._arn = arn
        self._clock = clock
        self.current = SecretKey(arn)
        """The key that signs, as it was at most five minutes ago. Raises ValueError for one too short."""
        self._found: tuple[bytes, ...] = ()
        self._looks_again_at = 0.0

    def others(self) -> tuple[bytes, ...]:
        """The key that signs at this moment and the one before it, as they were at most half a minute ago."""
        now = self._clock()
        if now >= self._looks_again_at:
            versions = SecretVersions(aws.secretsmanager())
            previous = versions.previous(self._arn)
            kept = (self.current.read_again(), *(() if previous is None else (long_enough(previous.encode()),)))
            self._found, self._looks_again_at = kept, now + LOOK_SECONDS
        return self._found

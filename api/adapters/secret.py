"""Secrets of Secrets Manager: read on first use and kept for five minutes, so that a rotated one is taken up."""

from datetime import datetime, timedelta
from typing import Final

from api.adapters import aws, sources

_KEPT: Final = timedelta(minutes=5)
LEAST_BYTES: Final = 32
"""Of a key of ours."""


class Secret:
    """The secret at `arn`, read with the one client of this environment."""

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._kept: tuple[datetime, bytes] | None = None

    def value(self, *, again: bool = False) -> bytes:
        """The secret as it was at most five minutes ago, or with `again` as it is now, which is kept then."""
        now = sources.now()
        if again or self._kept is None or now >= self._kept[0]:
            self._kept = now + _KEPT, self._read()
        return self._kept[1]

    def _read(self) -> bytes:
        answer = aws.secretsmanager().get_secret_value(SecretId=self._arn)
        return bytes(answer["SecretBinary"]) if "SecretBinary" in answer else str(answer["SecretString"]).encode()


class SecretKey:
    """A secret of ours that signs or makes digests; as bytes."""

    def __init__(self, arn: str) -> None:
        self._secret = Secret(arn)

    def __call__(self) -> bytes:
        """The key as it was at most five minutes ago. Raises ValueError for one too short to sign with."""
        return long_enough(self._secret.value())

    def read_again(self) -> bytes:
        """The key as it is now, which is kept then. Raises ValueError for one too short to sign with."""
        return long_enough(self._secret.value(again=True))


def long_enough(key: bytes) -> bytes:
    """The key. Raises ValueError for one too short to sign with."""
    if len(key) < LEAST_BYTES:
        raise ValueError(f"the secret has {len(key)} bytes; {LEAST_BYTES} are the least")
    return key

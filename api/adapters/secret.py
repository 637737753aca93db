"""Secrets of Secrets Manager: read on first use and kept for five minutes, so that a rotated one is taken up."""

from datetime import datetime, timedelta
from typing import Final

from api.adapters import aws, sources

_KEPT: Final = timedelta(minutes=5)
_LEAST_BYTES: Final = 32


class Secret:
    """The secret at `arn`, read with the one client of this environment."""

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._kept: tuple[datetime, bytes] | None = None

    def value(self) -> bytes:
        """The secret of this moment or of a little while ago."""
        now = sources.now()
        if self._kept is None or now >= self._kept[0]:
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
        """The key of this moment. Raises ValueError for one too short to sign with."""
        key = self._secret.value()
        if len(key) < _LEAST_BYTES:
            raise ValueError(f"the secret has {len(key)} bytes; {_LEAST_BYTES} are the least")
        return key

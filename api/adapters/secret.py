"""Secrets of Secrets Manager: read on first use and kept for five minutes, so that a rotated one is taken up."""

from functools import cached_property
from typing import Final

from aws_lambda_powertools.utilities.parameters import SecretsProvider

from api.adapters.aws import PATIENCE

_KEPT_SECONDS: Final = 300
_LEAST_BYTES: Final = 32


class Secret:
    """The secret at `arn`; its client is made on first use."""

    def __init__(self, arn: str) -> None:
        self._arn = arn

    def value(self) -> bytes:
        """The secret of this moment."""
        value = self._provider.get(self._arn, max_age=_KEPT_SECONDS)
        return value if isinstance(value, bytes) else str(value).encode()

    @cached_property
    def _provider(self) -> SecretsProvider:
        return SecretsProvider(boto_config=PATIENCE)


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

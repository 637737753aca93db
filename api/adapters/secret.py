"""Secrets of Secrets Manager: read on first use and kept for five minutes, so that a rotated one is taken up."""

from functools import cached_property
from typing import Final

from aws_lambda_powertools.utilities.parameters import SecretsProvider

from api.adapters.aws import PATIENCE

_KEPT_SECONDS: Final = 300
LEAST_BYTES: Final = 32
"""Of a key of ours."""


class Secret:
    """The secret at `arn`; its client is made on first use."""

    def __init__(self, arn: str) -> None:
        self._arn = arn

    def value(self, *, again: bool = False) -> bytes:
        """The secret as it was at most five minutes ago, or with `again` as it is now, which is kept then."""
        value = self._provider.get(self._arn, max_age=_KEPT_SECONDS, force_fetch=again)
        return value if isinstance(value, bytes) else str(value).encode()

    @cached_property
    def _provider(self) -> SecretsProvider:
        return SecretsProvider(boto_config=PATIENCE)


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

"""A secret key of ours, to sign with: from Secrets Manager, kept for five minutes."""

from functools import cached_property
from typing import Final

from aws_lambda_powertools.utilities.parameters import SecretsProvider

from api.adapters.aws import PATIENCE

_KEPT_SECONDS: Final = 300
_LEAST_BYTES: Final = 32


class SecretKey:
    """The secret at `arn`, as bytes; its client is made on first use."""

    def __init__(self, arn: str) -> None:
        self._arn = arn

    def __call__(self) -> bytes:
        """The key of this moment. Raises ValueError for one too short to sign with."""
        value = self._provider.get(self._arn, max_age=_KEPT_SECONDS)
        key = value if isinstance(value, bytes) else str(value).encode()
        if len(key) < _LEAST_BYTES:
            raise ValueError(f"the secret has {len(key)} bytes; {_LEAST_BYTES} are the least")
        return key

    @cached_property
    def _provider(self) -> SecretsProvider:
        return SecretsProvider(boto_config=PATIENCE)

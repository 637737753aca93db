"""The function `renewal`: gives the key that signs cursors a new value, in Secrets Manager's four steps.

Nobody else knows the key, so there is nothing to set. The one before stays readable as the previous version until the
next rotation, which is longer than any cursor lives (`api.adapters.signing_keys`).
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from api.adapters import aws
from api.adapters.secret import LEAST_BYTES
from api.adapters.secret_versions import SecretVersions
from api.handlers.rotation_steps import RotationRefused, answer, made

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_KEY_BYTES: Final = 48


@dataclass(frozen=True, slots=True)
class Renewal:
    """api.handlers.rotation_steps.Steps on a secret that is a key and nothing else."""

    secrets: SecretVersions
    new_key: Callable[[], str]

    def create(self, secret: str, version: str) -> None:
        """A new key."""
        if self.secrets.pending(secret, version) is None:
            self.secrets.propose(secret, version, self.new_key())

    def set(self, secret: str, version: str) -> None:
        """Nothing: who reads the secret has the key."""

    def test(self, secret: str, version: str) -> None:
        """The new key is one to sign with. That it is another one than before is for `finish` to see.

        A schedule that does not rotate at once is tried by this step alone (API reference, RotateSecret).
        """
        if len(made(self.secrets, secret, version).encode()) < LEAST_BYTES:
            raise RotationRefused(f"the new key is shorter than {LEAST_BYTES} bytes")

    def finish(self, secret: str, version: str) -> None:
        """The new key signs from now on."""
        if made(self.secrets, secret, version) == self.secrets.current(secret):
            raise RotationRefused("the new key is the old one")
        self.secrets.promote(secret, version)


@cache
def renewal() -> Renewal:
    """This environment's renewal."""
    return Renewal(SecretVersions(aws.secretsmanager()), lambda: secrets.token_urlsafe(_KEY_BYTES))


def handler(event: Mapping[str, Any], _context: "LambdaContext") -> None:
    """What Secrets Manager calls with one step."""
    answer(renewal(), renewal().secrets, event)

"""The function `rotation`: gives a partner a new API key, in Secrets Manager's four steps.

The new key is good from setSecret on, the old one for a day after finishSecret, so that a partner may read its secret
when it likes. During that day both keys have the plan's quota each.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from api.adapters import aws, sources
from api.adapters.partner_keys import GatewayKeys
from api.adapters.partner_secrets import KeySecret
from api.adapters.partners import DynamoPartners
from api.adapters.secret_versions import SecretVersions
from api.domain.partners import Partner, PartnerKey, with_new_key, with_one_lasting_key
from api.domain.ports import Clock
from api.handlers.rotation_steps import RotationRefused, answer, made

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

GRACE: Final = timedelta(days=1)
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Rotation:
    """api.handlers.rotation_steps.Steps on whatever keeps secrets, keys and partners."""

    secrets: SecretVersions
    keys: GatewayKeys
    partners: DynamoPartners
    clock: Clock
    new_key: Callable[[], str]

    def create(self, secret: str, version: str) -> None:
        """A new key for the partner whose secret it is."""
        if self.secrets.pending(secret, version) is None:
            partner = KeySecret.read(self.secrets.current(secret)).partner
            self.secrets.propose(secret, version, KeySecret(partner, self.new_key()).text)

    def set(self, secret: str, version: str) -> None:
        """The new key opens what the old one does."""
        pending = self._pending(secret, version)
        partner = self._partner(pending.partner)
        key = self.keys.ensure(f"{partner.id}-{version}", pending.key, partner.plan)
        new = with_new_key(partner.keys, PartnerKey(digest(pending.key), key))
        if new != partner.keys:
            self.partners.replace_keys(partner, new)

    def test(self, secret: str, version: str) -> None:
        """The gateway and the authorizer know the new key."""
        pending = self._pending(secret, version)
        partner = self._partner(pending.partner)
        key = partner.key(digest(pending.key), self.clock())
        if key is None or not self.keys.is_ready(key.id, partner.plan):
            raise RotationRefused(f"the new key of {partner.id} opens nothing")

    def finish(self, secret: str, version: str) -> None:
        """The partner reads the new key, and the old one has a day to live."""
        pending = self._pending(secret, version)
        partner = self._partner(pending.partner)
        now = self.clock()
        lasting = partner.key(digest(pending.key), now)
        if lasting is None:
            raise RotationRefused(f"the new key of {partner.id} opens nothing")
        kept = with_one_lasting_key(partner.keys, lasting.id, now + GRACE, now)
        for gone in {key.id for key in partner.keys} - {key.id for key in kept}:
            self.keys.remove(gone)
        if kept != partner.keys:
            self.partners.replace_keys(partner, kept)
        self.secrets.promote(secret, version)

    def _pending(self, secret: str, version: str) -> KeySecret:
        return KeySecret.read(made(self.secrets, secret, version))

    def _partner(self, partner_id: str) -> Partner:
        partner = self.partners.get(partner_id)
        if partner is None:
            raise RotationRefused(f"there is no partner {partner_id}")
        return partner


def digest(key: str) -> str:
    """What is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


@cache
def rotation() -> Rotation:
    """This environment's rotation."""
    return Rotation(
        SecretVersions(aws.secretsmanager()),
        GatewayKeys(aws.apigateway()),
        DynamoPartners(aws.dynamodb(), sources.told("TABLE_NAME")),
        sources.now,
        lambda: secrets.token_urlsafe(_KEY_BYTES),
    )


def handler(event: Mapping[str, Any], _context: "LambdaContext") -> None:
    """What Secrets Manager calls with one step."""
    answer(rotation(), rotation().secrets, event)

"""The function `rotation`: gives a partner a new API key, in Secrets Manager's four steps.

Source: AWS Secrets Manager user guide, "Rotation by Lambda function" (createSecret, setSecret, testSecret,
finishSecret; each may come again, so each first looks what is there). The new key is good from setSecret on, the old
one for a day after finishSecret, so that a partner may read its secret when it likes. During that day both keys have
the plan's quota each.
"""

import hashlib
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from api.adapters import aws, sources
from api.adapters.partner_keys import GatewayKeys
from api.adapters.partner_secrets import CURRENT, PENDING, KeySecret, PartnerSecrets
from api.adapters.partners import DynamoPartners
from api.domain.partners import Partner, PartnerKey, with_new_key, with_one_lasting_key
from api.domain.ports import Clock
from api.handlers import logs

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

GRACE: Final = timedelta(days=1)
_KEY_BYTES: Final = 32


class RotationRefused(Exception):
    """The step cannot be done: says why, without any key."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """The four steps on whatever keeps secrets, keys and partners."""

    secrets: PartnerSecrets
    keys: GatewayKeys
    partners: DynamoPartners
    clock: Clock
    new_key: Callable[[], str]

    def run(self, step: str, secret: str, version: str) -> None:
        """One step for the version that is being made. Raises RotationRefused."""
        steps: Mapping[str, Callable[[str, str], None]] = {
            "createSecret": self._create,
            "setSecret": self._set,
            "testSecret": self._test,
            "finishSecret": self._finish,
        }
        labels = self.secrets.versions(secret).get(version)
        if step not in steps or labels is None:
            raise RotationRefused(f"there is no step {step!r} or no such version")
        if CURRENT in labels:
            return  # it has been finished before
        if PENDING not in labels:
            raise RotationRefused("the version is not the one that is being made")
        steps[step](secret, version)

    def _create(self, secret: str, version: str) -> None:
        if self.secrets.pending(secret, version) is None:
            partner = self.secrets.current(secret).partner
            self.secrets.propose(secret, version, KeySecret(partner, self.new_key()))

    def _set(self, secret: str, version: str) -> None:
        pending = self._pending(secret, version)
        partner = self._partner(pending.partner)
        key = self.keys.ensure(f"{partner.id}-{version}", pending.key, partner.plan)
        new = with_new_key(partner.keys, PartnerKey(digest(pending.key), key))
        if new != partner.keys:
            self.partners.replace_keys(partner, new)

    def _test(self, secret: str, version: str) -> None:
        pending = self._pending(secret, version)
        partner = self._partner(pending.partner)
        key = partner.key(digest(pending.key), self.clock())
        if key is None or not self.keys.is_ready(key.id, partner.plan):
            raise RotationRefused(f"the new key of {partner.id} opens nothing")

    def _finish(self, secret: str, version: str) -> None:
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
        versions = self.secrets.versions(secret)
        (before,) = [name for name, labels in versions.items() if CURRENT in labels]
        self.secrets.promote(secret, version, before)

    def _pending(self, secret: str, version: str) -> KeySecret:
        pending = self.secrets.pending(secret, version)
        if pending is None:
            raise RotationRefused("the version has no value yet")
        return pending

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
        PartnerSecrets(aws.secretsmanager()),
        GatewayKeys(aws.apigateway()),
        DynamoPartners(aws.dynamodb(), os.environ["TABLE_NAME"]),
        sources.now,
        lambda: secrets.token_urlsafe(_KEY_BYTES),
    )


def handler(event: Mapping[str, Any], _context: "LambdaContext") -> None:
    """What Secrets Manager calls with one step."""
    step = str(event["Step"])
    rotation().run(step, str(event["SecretId"]), str(event["ClientRequestToken"]))
    logs.note("rotated", step=step)

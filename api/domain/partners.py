"""Partners: who they are, what their tier lets them do, and which of their keys are good."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

READ: Final = "partner/orders.read"
WRITE: Final = "partner/orders.write"
SCOPES: Final = frozenset({READ, WRITE})
"""What a partner's token can be good for: the resource server `partner` of the user pool."""


SESSION_TAG: Final = "partner"
"""By this tag a session of the role PartnerData says whose orders it reads."""


class Tier(StrEnum):
    """What a partner pays for."""

    BASIC = "basic"
    PREMIUM = "premium"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests per second, how many at once, and how many in a day (UTC)."""

    per_second: int
    burst: int
    per_day: int


LIMITS: Final[Mapping[Tier, Limits]] = {
    Tier.BASIC: Limits(per_second=100, burst=200, per_day=10_000),
    Tier.PREMIUM: Limits(per_second=500, burst=1_000, per_day=100_000),
    Tier.ENTERPRISE: Limits(per_second=2_000, burst=5_000, per_day=1_000_000),
}


class PartnerStatus(StrEnum):
    """Whether a partner may call at all."""

    ACTIVE = "ACTIVE"
    BLOCKED = "BLOCKED"


@dataclass(frozen=True, slots=True)
class PartnerKey:
    """An API key without its value: its SHA-256, the gateway's id for it, and when it ends (None: not planned)."""

    digest: str
    id: str
    until: datetime | None = None

    def is_good(self, now: datetime) -> bool:
        """Whether it opens anything at this moment."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner as kept. `plan` is the gateway's id of its tier's usage plan; `version` counts changes, from 1."""

    id: str
    client: str
    tier: Tier
    scopes: frozenset[str]
    status: PartnerStatus
    plan: str
    keys: tuple[PartnerKey, ...]
    version: int

    def key(self, digest: str, now: datetime) -> PartnerKey | None:
        """The key of that digest, if it is one of this partner's and good."""
        return next((key for key in self.keys if key.digest == digest and key.is_good(now)), None)


@dataclass(frozen=True, slots=True)
class Usage:
    """How many requests of a day have counted, and how many are left."""

    used: int
    remaining: int


def with_new_key(keys: Iterable[PartnerKey], new: PartnerKey) -> tuple[PartnerKey, ...]:
    """The keys and the new one; once, however often it is added."""
    return (*(key for key in keys if key.id != new.id), new)


def with_one_lasting_key(
    keys: Iterable[PartnerKey], lasting: str, until: datetime, now: datetime
) -> tuple[PartnerKey, ...]:
    """The keys when `lasting` has become the partner's key: others that have no end yet get one, the ended go."""
    ended = tuple(
        PartnerKey(key.digest, key.id, until) if key.id != lasting and key.until is None else key for key in keys
    )
    return tuple(key for key in ended if key.id == lasting or key.is_good(now))

"""Whether a partner's request comes in, and what for. Pure: the token has been verified before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from api.domain.partners import SCOPES, Partner, PartnerStatus, Tier


class Refusal(StrEnum):
    """Why a request does not come in; also the value of a metric's dimension, so there are few and they are stable."""

    NO_CREDENTIALS = "NoCredentials"
    MALFORMED_TOKEN = "MalformedToken"  # noqa: S105 - a reason, no password
    OTHER_ALGORITHM = "OtherAlgorithm"
    UNKNOWN_SIGNER = "UnknownSigner"
    WRONG_SIGNATURE = "WrongSignature"
    OTHER_ISSUER = "OtherIssuer"
    NOT_AN_ACCESS_TOKEN = "NotAnAccessToken"  # noqa: S105 - a reason, no password
    EXPIRED = "Expired"
    UNKNOWN_PARTNER = "UnknownPartner"
    BLOCKED = "Blocked"
    WRONG_KEY = "WrongKey"
    NO_SCOPE = "NoScope"

    @property
    def token_is_bad(self) -> bool:
        """Whether another token would help (401), and not only another partner (403)."""
        return self not in (Refusal.UNKNOWN_PARTNER, Refusal.BLOCKED, Refusal.WRONG_KEY, Refusal.NO_SCOPE)


class Refused(Exception):
    """The request does not come in."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Token:
    """What a verified access token of a machine says."""

    client: str
    scopes: frozenset[str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Admission:
    """A partner who may call, what for, and until when at most."""

    partner: str
    tier: Tier
    scopes: frozenset[str]
    until: datetime


def token_of(claims: Mapping[str, object], issuer: str, now: datetime) -> Token:
    """What the claims of a token with a good signature say. Raises Refused.

    Source: Amazon Cognito developer guide, "Verifying JSON web tokens" and "Understanding the access token". An access
    token has no `aud`; `client_id` says who it is for, and whose partner that is, is looked up.
    """
    if claims.get("iss") != issuer:
        raise Refused(Refusal.OTHER_ISSUER)
    if claims.get("token_use") != "access":
        raise Refused(Refusal.NOT_AN_ACCESS_TOKEN)
    expires, client, scope = claims.get("exp"), claims.get("client_id"), claims.get("scope", "")
    if isinstance(expires, bool) or not isinstance(expires, int) or not isinstance(client, str) or not client:
        raise Refused(Refusal.MALFORMED_TOKEN)
    if not isinstance(scope, str) or not 0 <= expires < 2**33:
        raise Refused(Refusal.MALFORMED_TOKEN)
    expires_at = datetime.fromtimestamp(expires, now.tzinfo)
    if expires_at <= now:
        raise Refused(Refusal.EXPIRED)
    return Token(client, frozenset(scope.split(" ")) - {""}, expires_at)


def admit(token: Token, partner: Partner | None, key_digest: str, now: datetime) -> Admission:
    """Let the partner of the token's client in with its key. Raises Refused."""
    if partner is None or partner.client != token.client:
        raise Refused(Refusal.UNKNOWN_PARTNER)
    if partner.status is not PartnerStatus.ACTIVE:
        raise Refused(Refusal.BLOCKED)
    key = partner.key(key_digest, now)
    if key is None:
        raise Refused(Refusal.WRONG_KEY)
    scopes = token.scopes & partner.scopes & SCOPES
    if not scopes:
        raise Refused(Refusal.NO_SCOPE)
    until = token.expires_at if key.until is None else min(token.expires_at, key.until)
    return Admission(partner.id, partner.tier, scopes, until)

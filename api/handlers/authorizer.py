"""The function `authorizer`: lets partners in at /partner/v1, by their token and their key.

API Gateway keeps its answer for a while by both headers and holds it against every method that is called with them, so
the policy names all methods that the token's scopes allow and not the one of the first request. `usageIdentifierKey`
is the key that counts against the partner's plan. A bad token is answered with 401 (by raising just "Unauthorized",
API Gateway developer guide, "Lambda authorizers"), a partner who may not come in with a policy that denies (403).
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from api.adapters import aws, jwks, jwt, metrics, sources
from api.adapters.partners import DynamoPartners
from api.adapters.remembered import Remembered
from api.domain import admission
from api.domain.admission import Admission, Refusal, Refused
from api.domain.instants import written
from api.domain.partners import READ, WRITE, Partner
from api.domain.ports import Clock
from api.handlers import http, logs
from api.handlers.http import Event

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

_TIER_KEPT: Final = timedelta(seconds=60)
"""A partner is let in as it was for a minute: so long one that is blocked by now still comes in."""
_METHODS: Final[Mapping[str, str]] = {READ: "GET", WRITE: "POST"}


class Unauthorized(Exception):
    """What API Gateway takes for 401."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


@dataclass(frozen=True, slots=True)
class Door:
    """What a partner is let in by: the pool's keys and issuer, and the partners."""

    issuer: str
    key_of: jwt.KeyOf
    partners: Remembered[Partner]
    clock: Clock

    def admit(self, headers: Mapping[str, str]) -> Admission:
        """The partner of these headers. Raises Refused."""
        token = jwt.bearer(headers.get("authorization", ""))
        key = headers.get("x-api-key", "")
        if not key:
            raise Refused(Refusal.NO_CREDENTIALS)
        now = self.clock()
        said = admission.token_of(jwt.claims_of(token, self.key_of), self.issuer, now)
        digest = hashlib.sha256(key.encode()).hexdigest()
        try:
            return admission.admit(said, self.partners.get(said.client), digest, now)
        except Refused as refused:
            if refused.reason is not Refusal.WRONG_KEY:
                raise
            return admission.admit(said, self.partners.fresh(said.client), digest, now)  # the key may be a new one


@cache
def door() -> Door:
    """This environment's door."""
    pool = sources.told("USER_POOL_ID")
    partners = DynamoPartners(aws.dynamodb(), sources.told("TABLE_NAME"))
    return Door(
        issuer=jwks.issuer(pool),
        key_of=jwks.SigningKeys(jwks.fetcher(pool), sources.now),
        partners=Remembered(partners.of_client, _TIER_KEPT, sources.now),
        clock=sources.now,
    )


def handler(event: Event, context: "LambdaContext") -> dict[str, Any]:
    """What Lambda calls with a REQUEST authorizer's event."""
    logs.begin(sources.new_id())
    headers = http.headers(event)
    executed = metrics.executed(context, os.environ)
    try:
        admitted = door().admit(headers)
    except Refused as refused:
        metrics.count_refusal(executed, refused.reason.value)
        logs.note("refused", reason=refused.reason.value)
        if refused.reason.token_is_bad:
            raise Unauthorized from None
        return _answer("nobody", "Deny", [_all_of_partners(str(event["methodArn"]), "*")], {})
    allowed = [_all_of_partners(str(event["methodArn"]), _METHODS[scope]) for scope in sorted(admitted.scopes)]
    answer = _answer(admitted.partner, "Allow", allowed, _context(admitted))
    return {**answer, "usageIdentifierKey": headers["x-api-key"]}


def _context(admitted: Admission) -> dict[str, str]:
    """What the function `partners` is told; text only, as API Gateway passes on nothing else."""
    return {
        "partner_id": admitted.partner,
        "tier": admitted.tier.value,
        "scopes": " ".join(sorted(admitted.scopes)),
        "until": written(_to_the_millisecond(admitted.until)),
    }


def _to_the_millisecond(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _all_of_partners(method_arn: str, method: str) -> str:
    """The ARN of every path of the partners' API with this method.

    Form: arn:aws:execute-api:region:account:api/stage/METHOD/path.
    """
    api, stage, *_ = method_arn.split("/")
    return f"{api}/{stage}/{method}/partner/v1/*"


def _answer(principal: str, effect: str, resources: list[str], context: dict[str, str]) -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resources}
    return {
        "principalId": principal,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": context,
    }

"""Taking partners on: a client of the user pool for their tokens, an API key in their tier's plan, and their item."""

import hashlib
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from api.adapters.partner_keys import GatewayKeys
from api.adapters.partners import DynamoPartners
from api.domain.partners import SCOPES, Partner, PartnerKey, PartnerStatus, Tier

if TYPE_CHECKING:
    import boto3

KEY_BYTES = 32


@dataclass(frozen=True)
class Place:
    """The stage that partners join: its user pool, its table, and the usage plans of its tiers."""

    pool: str
    table: str
    plans: Mapping[Tier, str]

    @staticmethod
    def of(outputs: Mapping[str, str]) -> "Place":
        """The stage that these outputs of its stack, by the gates' names for them, tell of. KeyError names a lack."""
        plans = dict(each.split("=", 1) for each in outputs["SLIPWAY_USAGE_PLANS"].split(","))
        return Place(
            outputs["SLIPWAY_USER_POOL_ID"],
            outputs["SLIPWAY_TABLE_NAME"],
            {Tier(tier): plan for tier, plan in plans.items()},
        )


@dataclass(frozen=True)
class Taken:
    """A new partner with what only it may know."""

    partner: Partner
    client_secret: str = field(repr=False)
    key: str = field(repr=False)


class Registrar:
    """Takes partners on and lets them go, with the credentials of a session in the stage's account."""

    def __init__(self, session: "boto3.Session", place: Place) -> None:
        self._cognito = session.client("cognito-idp")
        gateway: Any = session.client("apigateway")
        self._keys = GatewayKeys(gateway)
        self._partners = DynamoPartners(session.client("dynamodb"), place.table)
        self._place = place

    def take_on(self, partner_id: str, tier: Tier, scopes: frozenset[str] = SCOPES) -> Taken:
        """Make everything that the partner needs to call. Raises Busy if there is such a partner."""
        plan = self._place.plans[tier]
        client = self._cognito.create_user_pool_client(
            UserPoolId=self._place.pool,
            ClientName=f"partner-{partner_id}",
            GenerateSecret=True,
            AllowedOAuthFlows=["client_credentials"],
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthScopes=sorted(scopes),
            AccessTokenValidity=1,
            TokenValidityUnits={"AccessToken": "hours"},
        )["UserPoolClient"]
        key = secrets.token_urlsafe(KEY_BYTES)
        key_id = self._keys.ensure(f"{partner_id}-{secrets.token_hex(8)}", key, plan)
        digest = hashlib.sha256(key.encode()).hexdigest()
        keys = (PartnerKey(digest, key_id),)
        partner = Partner(partner_id, client["ClientId"], tier, scopes, PartnerStatus.ACTIVE, plan, keys, version=1)
        taken = Taken(partner, client["ClientSecret"], key)
        try:
            self._partners.put(partner)
        except BaseException:
            self.let_go(taken, keep_item=True)
            raise
        return taken

    def set_status(self, partner_id: str, status: PartnerStatus) -> bool:
        """Shut a partner out or let it in again, within six minutes; False if there is no such partner."""
        partner = self._partners.get(partner_id)
        if partner is None:
            return False
        self._partners.put(replace(partner, status=status, version=partner.version + 1))
        return True

    def let_go(self, taken: Taken, *, keep_item: bool = False) -> None:
        """Take away what `take_on` made, as far as it is there; orders stay."""
        partner = taken.partner
        with suppress(ClientError):
            self._cognito.delete_user_pool_client(UserPoolId=self._place.pool, ClientId=partner.client)
        for key in partner.keys:
            self._keys.remove(key.id)
        if not keep_item:
            self._partners.remove(partner.id)

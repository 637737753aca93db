"""Users and the claims that API Gateway's authorizer passes on for them: all of them text, groups in brackets."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass

from api.domain.carriers import SCAN
from api.domain.partners import READ, WRITE

MARKER = "eyJraWQiOiJub3QtZm9yLWxvZ3MifQ"
"""Begins every token made here, so that a test can look for tokens where none may be."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody of the user pool."""

    subject: str
    groups: tuple[str, ...] = ()

    def claims(self, **other: str) -> dict[str, str]:
        """The claims of this user's access token; `other` changes or adds some."""
        claims = {
            "sub": self.subject,
            "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_example",
            "client_id": "exampleclient",
            "token_use": "access",
            "scope": "aws.cognito.signin.user.admin",
            "auth_time": "1763888400",
            "exp": "Sun Nov 23 10:00:00 UTC 2026",
            "username": f"{self.subject}@example.com",
        }
        return {**claims, **self._group_claim(), **other}

    def token(self, **other: str) -> str:
        """An access token of the right form; its signature is nobody's, as only the local authorizer reads it."""
        return ".".join([MARKER, _part(self.claims(**other)), _part({"signed": "by nobody"})])

    def _group_claim(self) -> dict[str, str]:
        return {"cognito:groups": f"[{' '.join(self.groups)}]"} if self.groups else {}


@dataclass(frozen=True, slots=True)
class PartnerUser:
    """A partner's system: a client of the user pool."""

    partner: str
    scopes: tuple[str, ...] = (READ, WRITE)
    until: str = "2099-01-01T00:00:00.000Z"

    def admission(self, **other: str) -> dict[str, str]:
        """What the function `authorizer` tells of it; `other` changes or adds some."""
        told = {
            "principalId": self.partner,
            "partner_id": self.partner,
            "tier": "basic",
            "scopes": " ".join(self.scopes),
            "until": self.until,
        }
        return {**told, **other}

    def token(self) -> str:
        """A token by which the local authorizer knows it."""
        return ".".join([MARKER, _part(self.admission()), _part({"signed": "by nobody"})])


@dataclass(frozen=True, slots=True)
class CarrierUser:
    """A carrier's system: a client of the user pool, whose token is a machine's."""

    client: str
    scope: str = SCAN

    def claims(self, **other: str) -> dict[str, str]:
        """The claims of its access token; `other` changes or adds some."""
        claims = {
            "sub": self.client,
            "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_example",
            "client_id": self.client,
            "token_use": "access",
            "scope": self.scope,
            "auth_time": "1763888400",
            "exp": "Sun Nov 23 10:00:00 UTC 2026",
            "version": "2",
        }
        return {**claims, **other}


ANN = User("0a1b2c3d-1111-4aaa-8aaa-000000000001")
BEN = User("0a1b2c3d-2222-4bbb-8bbb-000000000002")
OPS = User("0a1b2c3d-3333-4ccc-8ccc-000000000003", groups=("ops",))


ACME = PartnerUser("acme")
GLOBEX = PartnerUser("globex")


def claims_of(authorization: str) -> dict[str, str] | None:
    """What the local authorizer reads from an Authorization header; None if it lets nobody in."""
    parts = authorization.removeprefix("Bearer ").split(".")
    if len(parts) != 3 or parts[0] != MARKER:
        return None
    claims: dict[str, str] = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    return claims


def _part(content: Mapping[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(dict(content)).encode()).rstrip(b"=").decode()

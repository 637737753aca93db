"""Who is calling.

API Gateway's authorizer has checked the token's signature, issuer and times. It takes ID tokens as well as access
tokens (of any client of the pool), so we look again: only an access token may be used here. Claims arrive as text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from api.domain import limits
from api.domain.instants import read
from api.handlers.problems import Problem

OPS: Final = "ops"
_CUSTOMER: Final = re.compile(limits.CUSTOMER_ID)

_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in caller: the pool's own id for them, their groups and account; or a partner's id, or a client's."""

    subject: str
    groups: frozenset[str]
    username: str = ""


def caller(claims: object) -> Caller:
    """The caller of an access token's claims. Raises a Problem with 401."""
    if not isinstance(claims, Mapping):
        raise _unauthorized("Sign in and send an access token.")
    if claims.get("token_use") != "access":
        raise _unauthorized("This is not an access token.")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not _CUSTOMER.fullmatch(subject):
        raise _unauthorized("The token names nobody.")
    return Caller(subject, _groups(claims.get("cognito:groups")), str(claims.get("username") or subject))


def partner(admission: object, scope: str, now: datetime) -> Caller:
    """The partner whom the function `authorizer` let in. Raises a Problem with 401 or 403.

    API Gateway keeps that answer longer than a token or a key may have left to live, so their end is looked at again.
    """
    if not isinstance(admission, Mapping):
        raise _unauthorized("Send an access token and a key of a partner.")
    partner_id, until = admission.get("partner_id"), _moment(admission.get("until"))
    if not isinstance(partner_id, str) or not re.fullmatch(limits.PARTNER_ID, partner_id) or until is None:
        raise _unauthorized("The credentials name no partner.")
    if until <= now:
        raise _unauthorized("The token or the key has ended; get a new one.")
    if scope not in str(admission.get("scopes", "")).split(" "):
        raise Problem(HTTPStatus.FORBIDDEN, "forbidden", f"The token lacks the scope {scope}.")
    return Caller(partner_id, frozenset())


def machine(claims: object, scope: str) -> Caller:
    """The client of the user pool that an access token by client credentials is for. Raises a Problem with 401 or 403.

    Its subject is its client, too (Amazon Cognito developer guide, "Understanding the access token").
    """
    if not isinstance(claims, Mapping):
        raise _unauthorized("Send an access token of a machine.")
    client = claims.get("client_id")
    if claims.get("token_use") != "access":
        raise _unauthorized("This is not an access token.")
    if not isinstance(client, str) or not re.fullmatch(limits.CLIENT_ID, client):
        raise _unauthorized("The token names no client.")
    if scope not in str(claims.get("scope", "")).split(" "):
        raise Problem(HTTPStatus.FORBIDDEN, "forbidden", f"The token lacks the scope {scope}.")
    return Caller(client, frozenset())


def require_group(caller: Caller, group: str) -> None:
    """Raise a Problem with 403 unless the caller is in the group."""
    if group not in caller.groups:
        detail = f"Only members of the group {group} may do this."
        raise Problem(HTTPStatus.FORBIDDEN, "forbidden", detail)


def _moment(text: object) -> datetime | None:
    try:
        moment = read(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _groups(claim: object) -> frozenset[str]:
    """Groups come as a list, as `a,b`, or as `[a b]`, depending on who passes the claims on."""
    if isinstance(claim, list):
        return frozenset(map(str, claim))
    if not isinstance(claim, str):
        return frozenset()
    return frozenset(re.split(r"[,\s]+", claim.strip().removeprefix("[").removesuffix("]"))) - {""}


def _unauthorized(detail: str) -> Problem:
    return Problem(HTTPStatus.UNAUTHORIZED, "unauthorized", detail, headers=_CHALLENGE)

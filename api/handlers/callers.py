"""Who is calling.

API Gateway's authorizer has checked the token's signature, issuer and times. It takes ID tokens as well as access
tokens (of any client of the pool), so we look again: only an access token may be used here. Claims arrive as text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from api.domain import limits
from api.handlers.problems import Problem

OPS: Final = "ops"

_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in caller: the pool's own id for them, their groups, and the name of their account."""

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
    if not isinstance(subject, str) or not re.fullmatch(limits.CUSTOMER_ID, subject):
        raise _unauthorized("The token names nobody.")
    return Caller(subject, _groups(claims.get("cognito:groups")), str(claims.get("username") or subject))


def require_group(caller: Caller, group: str) -> None:
    """Raise a Problem with 403 unless the caller is in the group."""
    if group not in caller.groups:
        detail = f"Only members of the group {group} may do this."
        raise Problem(HTTPStatus.FORBIDDEN, "forbidden", detail)


def _groups(claim: object) -> frozenset[str]:
    """Groups come as a list, as `a,b`, or as `[a b]`, depending on who passes the claims on."""
    if isinstance(claim, list):
        return frozenset(map(str, claim))
    if not isinstance(claim, str):
        return frozenset()
    return frozenset(re.split(r"[,\s]+", claim.strip().removeprefix("[").removesuffix("]"))) - {""}


def _unauthorized(detail: str) -> Problem:
    return Problem(HTTPStatus.UNAUTHORIZED, "unauthorized", detail, headers=_CHALLENGE)

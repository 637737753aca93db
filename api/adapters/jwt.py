"""Access tokens of the user pool: a JWT is taken apart, its signature checked, and its claims given back.

Strict on purpose (RFC 8725): one algorithm, compact form only, base64url without padding and in its one spelling, no
claim twice, no critical extension. What the claims must say is for api.domain.admission.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from api.adapters.rs256 import PublicKey, verifies
from api.domain.admission import Refusal, Refused

LONGEST: Final = 8_192
"""Characters; Cognito's access tokens have about a thousand."""

type KeyOf = Callable[[str], PublicKey | None]
"""The signer's key by its id, None for an unknown one."""


def claims_of(token: str, key_of: KeyOf) -> Mapping[str, object]:
    """The claims of a token that was signed by one of the keys. Raises Refused."""
    parts = token.split(".")
    if len(token) > LONGEST or len(parts) != 3 or not token.isascii():
        raise Refused(Refusal.MALFORMED_TOKEN)
    header = _object(parts[0])
    if header.get("alg") != "RS256":
        raise Refused(Refusal.OTHER_ALGORITHM)
    kid = header.get("kid")
    if "crit" in header or not isinstance(kid, str):
        raise Refused(Refusal.MALFORMED_TOKEN)
    signature = _bytes(parts[2])
    key = key_of(kid)
    if key is None:
        raise Refused(Refusal.UNKNOWN_SIGNER)
    if not verifies(key, f"{parts[0]}.{parts[1]}".encode(), signature):
        raise Refused(Refusal.WRONG_SIGNATURE)
    return _object(parts[1])


def bearer(authorization: str) -> str:
    """The token of an Authorization header. Raises Refused."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused(Refusal.NO_CREDENTIALS)
    return token


def _object(part: str) -> dict[str, object]:
    try:
        found = json.loads(_bytes(part).decode(), object_pairs_hook=_no_name_twice)
    except ValueError as error:
        raise Refused(Refusal.MALFORMED_TOKEN) from error
    except RecursionError as error:
        raise Refused(Refusal.MALFORMED_TOKEN) from error
    if not isinstance(found, dict):
        raise Refused(Refusal.MALFORMED_TOKEN)
    return found


def _no_name_twice(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _bytes(part: str) -> bytes:
    """Base64url; only the spelling that encoding gives, so that no token has a twin."""
    try:
        found = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(Refusal.MALFORMED_TOKEN) from error
    if base64.urlsafe_b64encode(found).rstrip(b"=").decode() != part:
        raise Refused(Refusal.MALFORMED_TOKEN)
    return found

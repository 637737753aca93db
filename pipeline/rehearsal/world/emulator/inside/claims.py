"""The claims of a verified token, as a REST API hands them to its function: text only.

A list arrives joined by commas, `exp` and `iat` as dates. Recorded from real authorizers: `"cognito:groups":
"admin,staging-manager"`, `"exp": "Thu Dec 06 17:08:23 UTC 2018"`, `"auth_time": "1544112503"`. (The bracketed form
`[admin staff]` is that of HTTP APIs.)
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

DATES = ("exp", "iat")


def as_text(claims: Mapping[str, object]) -> dict[str, str]:
    """Every claim that has a value."""
    return {name: _text(name, value) for name, value in claims.items() if value is not None}


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if name in DATES and isinstance(value, int):
        return f"{datetime.fromtimestamp(value, UTC):%a %b %d %H:%M:%S UTC %Y}"
    if isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, dict):
        return json.dumps(value, separators=(",", ":"))
    return str(value)


def usable(claims: Mapping[str, object], scopes: tuple[str, ...]) -> bool:
    """Whether a method takes this kind of token: an ID token without scopes, an access token with them.

    Source: AWS re:Post, "Why do I get API Gateway 401 Unauthorized errors after creating a Lambda authorizer / Cognito
    authorizer": without scopes on the method use a valid ID token, with scopes a valid access token; API Gateway
    Developer Guide, "Integrate a REST API with an Amazon Cognito user pool": if OAuth Scopes isn't specified, the
    supplied token is treated as an identity token.
    """
    return claims.get("token_use") == ("access" if scopes else "id")

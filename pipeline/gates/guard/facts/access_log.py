"""What a line of an API's access log tells, and which callers it can name. Pure.

Source: API Gateway developer guide, "Variables for access logging for API Gateway": `$context.authorizer.claims` is
what a user pool says, `principalId` and other keys are what a function of ours says, and `$context.identity.caller`,
`user` and `userArn` are those of AWS's own signatures. What does not apply is told as `-`.
"""

import json
import re
from collections.abc import Iterator, Mapping

from pipeline.gates.openapi.node import Json

VARIABLE = "$context."
_NAMES: Mapping[str, re.Pattern[str]] = {
    "COGNITO_USER_POOLS": re.compile(r"\$context\.authorizer\.claims\.(sub|email|username|cognito:username)\b"),
    "CUSTOM": re.compile(
        r"\$context\.authorizer\.(?!(claims|error|integrationLatency|integrationStatus|latency|requestId|status)\b)\w"
    ),
    "AWS_IAM": re.compile(r"\$context\.identity\.(caller|cognitoIdentityId|user|userArn)\b"),
}
"""By how a method asks who calls, what names them."""


def names_callers(text: str, authorization: str) -> bool:
    """Whether a line names callers of methods that ask so; of those that ask nobody there is nothing to name."""
    return authorization not in _NAMES or _NAMES[authorization].search(text) is not None


def fields(text: Json) -> Mapping[str, str]:
    """What stands in each field of a line that is written as JSON; none if it is not."""
    try:
        return dict(_fields(json.loads(text), "")) if isinstance(text, str) else {}
    except ValueError:
        return {}


def _fields(value: Json, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _fields(item, f"{place}.{name}" if place else name)
    elif place:
        yield place, str(value)

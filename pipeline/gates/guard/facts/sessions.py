"""Roles that people take on through an identity pool, and which of their grants are on what is the caller's own. Pure.

Source: IAM user guide, "IAM policy elements: Variables and tags", "Condition operators with multiple values for a key";
Amazon Cognito developer guide, "Using attributes for access control". One role serves everybody who signs in: only a
variable in a thing's name, or in a condition, tells them apart.
"""

import re

from pipeline.gates.guard.facts.holders import Grant
from pipeline.gates.guard.facts.role_statements import ROLE, principals_of
from pipeline.gates.guard.facts.statements import covers
from pipeline.gates.guard.resource import Resource

IDENTITIES = "cognito-identity."
"""How the name of the service begins by which they are taken on, in every partition."""
_OWN = re.compile(r"\$\{!?(?:aws:PrincipalTag/[\w.:=+@/-]+|cognito-identity\.[\w.-]+:sub)\}(?![*?])")
"""Who asks, whole: with a wildcard behind it, it is also whose number goes on from there."""
ASKS_FOR = ("stringequals", "stringlike", "arnequals", "arnlike")
OF_EACH = "forallvalues:"
"""Such a condition holds, too, where there is no value at all: a scan of a table has no leading keys."""
WITHOUT_VALUES = ("dynamodb:scan", "dynamodb:partiqlselect")
BY_A_SERVICE = "kms:viaservice"
"""A key that is used through a service is used for what that service lets the caller do."""
NOBODYS = (
    "execute-api:invoke",
    "geo-maps:get*",
    "rum:putevents",
    "sts:getcalleridentity",
    "xray:puttelemetryrecords",
    "xray:puttracesegments",
)
"""Actions that reach nothing of anybody's: maps, what a page measures of itself, and an API that asks again."""


def is_taken_on_by_people(role: Resource) -> bool:
    """Whether an identity pool may give the role to whoever has signed in."""
    return role.type == ROLE and any(each.startswith(IDENTITIES) for each in principals_of(role))


def is_on_the_callers_own(grant: Grant) -> bool:
    """Whether no two callers reach the same by it."""
    if any(covers(pattern, grant.action) for pattern in NOBODYS) or _OWN.search(grant.on):
        return True
    for (operator, key), values in grant.statement.conditions.items():
        if key == BY_A_SERVICE and operator in ASKS_FOR and grant.action.startswith("kms:"):
            return True
        each = operator.startswith(OF_EACH) and not any(covers(grant.action, scan) for scan in WITHOUT_VALUES)
        asks = operator.removeprefix(OF_EACH) if each else operator
        if asks in ASKS_FOR and values and all(map(_OWN.search, values)):
            return True
    return False

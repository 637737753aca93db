"""What the usual request of one of the stack's own says of itself, as far as a policy's conditions may ask. Pure.

Sources: IAM user guide, "AWS global condition context keys" and "IAM JSON policy elements: Condition operators": a
condition on what is not equal holds for what is not there, too, as one with IfExists does; Null asks whether it is
there. AWS KMS developer guide, "kms:ViaService": services that act for themselves never have it. Of keys that are not
named here nothing is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.gates.guard.comparing import number
from pipeline.gates.guard.facts.denials import IF_EXISTS, NEGATED
from pipeline.gates.guard.facts.principals import SERVICE
from pipeline.gates.guard.facts.statements import Statement, covers
from pipeline.gates.guard.resource import Resource

PRINCIPAL = "aws:principalarn"
_ANYBODY: Mapping[str, tuple[str, ...]] = {"aws:securetransport": ("true",), "s3:tlsversion": ("1.3",)}
"""SDKs of today speak TLS 1.3, and so does S3 (AWS security blog, "TLS 1.3 is now the default for AWS")."""
_NO_HEADERS = (
    "s3:x-amz-acl",
    "s3:x-amz-copy-source",
    "s3:x-amz-grant-",
    "s3:x-amz-server-side-encryption",
    "s3:x-amz-storage-class",
    "s3:x-amz-website-redirect-location",
)
"""Headers that who writes an object leaves to the bucket."""
_NOT_OF_ROLES = (
    *("aws:calledvia", "aws:multifactorauth", "aws:principalservicename"),
    *("aws:sourceaccount", "aws:sourcearn", "aws:sourceorg", "aws:sourcevpc"),
)
_NOT_OF_SERVICES = (
    *("aws:calledvia", "aws:multifactorauth", "aws:sourceip", "aws:sourcevpc", "kms:viaservice"),
    *("aws:principalaccount", "aws:principalarn", "aws:principalorg", "aws:principaltag/", "aws:userid"),
)


@dataclass(frozen=True)
class Request:
    """What a request says, by key in lower case, each in all the ways that a template may write it.

    `without` are the beginnings of keys that it does not have; of any other key nothing is known.
    """

    says: Mapping[str, tuple[str, ...]]
    without: tuple[str, ...]

    def said(self, key: str) -> tuple[str, ...] | None:
        """The value of a key; none if it is not there, None if nothing is known of it."""
        return self.says.get(key, () if key.startswith(self.without) else None)


def of_role(role: Resource, account: str, grant: Statement, in_network: bool) -> Request:
    """The request of a role that makes use of a grant."""
    ours = (account, "${AWS::AccountId}")
    named = role.at("RoleName")
    own = (f"${{{role.logical_id}.Arn}}",) + ((f"arn:aws:iam::{account}:role/{named}",) if named else ())
    says = {
        **_ANYBODY,
        "aws:principalisawsservice": ("false",),
        "aws:viaawsservice": ("false",),
        "aws:principalaccount": ours,
        "kms:calleraccount": ours,
        PRINCIPAL: own,
        **_asked(grant),
    }
    without = tuple(each for each in _NOT_OF_ROLES if not (in_network and each == "aws:sourcevpc"))
    return Request(says, (*_NO_HEADERS, *without))


def of_service(name: str, account: str, grant: Statement) -> Request:
    """The request of a service for itself that makes use of a grant."""
    says = {
        **_ANYBODY,
        "aws:principalisawsservice": ("true",),
        "aws:principalservicename": (name,),
        "aws:sourceaccount": (account, "${AWS::AccountId}"),
        **_asked(grant),
    }
    return Request(says, (*_NO_HEADERS, *_NOT_OF_SERVICES))


def of_any(kind: str, name: str, account: str, grant: Statement) -> Request:
    """The request of whom a policy at a thing lets in: a service, or somebody of whom nothing is known."""
    return of_service(name, account, grant) if kind == SERVICE else Request({**_ANYBODY, **_asked(grant)}, ())


def holds(denial: Statement, request: Request) -> bool:
    """Whether all conditions of a denial hold for a request for certain."""
    return all(_holds(operator, key, values, request) for (operator, key), values in denial.conditions.items())


def _asked(grant: Statement) -> Mapping[str, tuple[str, ...]]:
    """What a request must say to be granted: where it may say one thing alone, it is known."""
    plain = ("stringequals", "stringlike", "arnequals", "arnlike", "bool")
    return {
        key: values
        for (operator, key), values in grant.conditions.items()
        if operator in plain and len(values) == 1 and "*" not in values[0]
    }


def _holds(operator: str, key: str, values: tuple[str, ...], request: Request) -> bool:
    said = request.said(key)
    if key == PRINCIPAL and said and len(said) == 1 and not all(each.startswith("${") for each in values):
        return False  # CloudFormation makes up its name
    if said is None:
        return operator.removesuffix(IF_EXISTS) == "notipaddress" and key == "aws:sourceip"  # of AWS's own
    if operator == "null":
        return (not said) == (values == ("true",))
    of, _, plain = operator.rpartition(":")
    if not said:
        return of != "foranyvalue" and (of == "forallvalues" or plain.endswith(IF_EXISTS) or plain in NEGATED)
    return _compared(plain.removesuffix(IF_EXISTS), said, values)


def _compared(operator: str, said: tuple[str, ...], values: tuple[str, ...]) -> bool:
    if operator == "bool":
        return said[0].lower() in (each.lower() for each in values)
    if operator.startswith("numeric"):
        return _is_beyond(operator, number(said[0]), [number(each) for each in values])
    if operator in ("ipaddress", "notipaddress") or operator.startswith("date"):
        return False
    if operator.endswith("like") or operator.startswith("arn"):
        same = any(covers(value, each) for value in values for each in said)
    else:
        same = any(value.lower() == each.lower() for value in values for each in said)
    return same != (operator in NEGATED)


def _is_beyond(operator: str, said: float | None, values: list[float | None]) -> bool:
    for value in values:
        if said is None or value is None:
            continue
        if operator.startswith("numericlessthan") and said < value:
            return True
        if operator.startswith("numericgreaterthan") and said > value:
            return True
        if operator.endswith("equals") and (said == value) != ("not" in operator):
            return True
    return False

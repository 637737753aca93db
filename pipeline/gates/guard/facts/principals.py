"""Whom a statement lets in: everybody, an account that is not ours, a service, whoever signs in elsewhere. Pure."""

import re
from collections.abc import Iterator

from pipeline.gates.guard.facts.statements import Statement
from pipeline.gates.guard.facts.texts import arn

SERVICE, FEDERATED, AWS = "Service", "Federated", "AWS"
FOR_WHOM = ("aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "kms:encryptioncontext:")
"""Conditions that say for whose sake a service asks."""
WHO = (
    "aws:principalarn",
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:sourcevpce",
    "aws:sourcevpc",
    "kms:calleraccount",
)
"""Conditions that say who everybody is."""
_ACCOUNT = re.compile(r"\d{12}")


def strangers(statement: Statement, ours: frozenset[str]) -> Iterator[str]:
    """Whom the statement lets in that is none of ours, in words: everybody, or another account."""
    if "NotPrincipal" in statement.but:
        yield "everybody but whom it names"
    for kind, who in statement.principals:
        if who == "*" and not _is_narrowed(statement):
            yield "everybody"
        elif kind == AWS and who != "*" and (account := _account(who)) and account not in ours:
            yield f"the account {account}, which is not ours"
        elif kind in (AWS, FEDERATED) and who != "*" and "*" in who:
            yield f"whoever has a name like {who}"


def is_whole_account(who: str) -> bool:
    """Whether a principal is an account, and with it everybody in it who may."""
    parts = arn(who)
    return bool(_ACCOUNT.fullmatch(who)) or bool(parts and parts[5] == "root")


def services(statement: Statement) -> list[str]:
    """The services that it lets in."""
    return [who for kind, who in statement.principals if kind == SERVICE]


def is_for_a_named_source(statement: Statement) -> bool:
    """Whether a service may ask for the sake of somebody who is named, and not of whoever tells it to."""
    asked = [values for (_, key), values in statement.conditions.items() if key.startswith(FOR_WHOM)]
    return any(all(value.strip("*") for value in values) for values in asked)


def sources(statement: Statement) -> frozenset[str]:
    """The accounts by their numbers that its conditions let ask, or for whose sake a service asks."""
    asked = (value for (_, key), values in statement.conditions.items() if key in (*WHO, *FOR_WHOM) for value in values)
    return frozenset(account for value in asked if (account := _account(value)))


def _is_narrowed(statement: Statement) -> bool:
    """Whether conditions say who everybody is, and not that it is anybody."""
    asked = [values for (_, key), values in statement.conditions.items() if key in (*WHO, *FOR_WHOM)]
    return any(all(value.strip("*") for value in values) for values in asked)


def _account(who: str) -> str | None:
    parts = arn(who)
    account = parts[4] if parts else who
    return account if _ACCOUNT.fullmatch(account) else None

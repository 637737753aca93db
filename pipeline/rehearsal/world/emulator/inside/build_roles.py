"""Conditions on which role asks, where a build does: a build here acts as its account, and so as any role of it. Pure.

On AWS a build acts as its project's service role, and a trust policy may name it by `aws:PrincipalArn`. Here the access
key is the account's number, which ministack takes for the account's root. That it is that account is still asked.
"""

from collections.abc import Mapping
from typing import Any

KEY = "aws:principalarn"
LIKE = frozenset({"StringLike", "StringEquals", "ArnLike", "ArnEquals"})


def without_own_roles(conditions: Mapping[str, Any], principal: str) -> Mapping[str, Any]:
    """The conditions without those that roles of the account meet whose root `principal` is; all for anybody else."""
    account, of_root, _ = principal.partition(":root")
    if not of_root:
        return conditions
    roles = f"{account}:role/"
    return {
        operator: {key: wanted for key, wanted in keys.items() if not (key.lower() == KEY and _all_in(roles, wanted))}
        if operator in LIKE and isinstance(keys, Mapping)
        else keys
        for operator, keys in conditions.items()
    }


def _all_in(roles: str, wanted: object) -> bool:
    named = wanted if isinstance(wanted, list) else [wanted]
    return bool(named) and all(isinstance(each, str) and each.startswith(roles) for each in named)

"""What a token may say: the customer it stands for, and the groups and scopes that go with how they signed in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

OPS: Final = "ops"

NEEDS_ONE_TIME_PASSWORD: Final = frozenset({OPS})
"""The groups that only those belong to who sign in with a second factor."""

SCOPES: Final[Mapping[str, tuple[str, ...]]] = {OPS: ("orders/operate",)}
"""What a group's members may ask for, as scopes of their access tokens."""


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Groups and scopes of one token, sorted."""

    groups: tuple[str, ...]
    scopes: tuple[str, ...]


def asks_for_second_factor(groups: Collection[str]) -> bool:
    """Whether any of the groups is only for those with a second factor."""
    return not NEEDS_ONE_TIME_PASSWORD.isdisjoint(groups)


def entitled(groups: Collection[str], *, second_factor: bool) -> Entitlement:
    """What a member of `groups` is entitled to; without a second factor they lose the groups that need one."""
    kept = tuple(sorted(group for group in groups if second_factor or group not in NEEDS_ONE_TIME_PASSWORD))
    return Entitlement(kept, tuple(sorted({scope for group in kept for scope in SCOPES.get(group, ())})))

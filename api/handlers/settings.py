"""What a function is told by its environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the data is."""

    table: str
    idempotency_table: str
    cursor_secret: str


def read(environment: Mapping[str, str]) -> Settings:
    """Settings from the variables that the stack sets. KeyError names a missing one."""
    return Settings(
        table=environment["TABLE_NAME"],
        idempotency_table=environment["IDEMPOTENCY_TABLE_NAME"],
        cursor_secret=environment["CURSOR_SECRET_ARN"],
    )


def partner_role() -> str:
    """The role whose sessions read one partner's orders. KeyError if the stack has not named it."""
    return os.environ["PARTNER_ROLE_ARN"]


@cache
def settings() -> Settings:
    """This environment's settings."""
    return read(os.environ)

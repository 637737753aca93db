"""Whether what usage plans promise fits what stands behind them. Pure.

A plan's rate is a promise for each of its keys. How many partners will come is not known when a stage is made, so what
must fit is one partner of each plan, all at their full rate at once; who takes on more asks for more of the account
(`StageSettings.concurrency_limit`) or gives partners a greater share. By Little's law the functions that run at once
are requests per second times the seconds that each takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

PARTNER_SECONDS = 0.1
"""What nineteen of twenty requests of partners take at most: two or three calls to DynamoDB, some milliseconds each."""

CUSTOMER_SECONDS = 0.125
"""The same of customers: an order is one transaction, together with its stock and its messages."""

PARTNER_UNITS = 1
"""What one reads of the one table, in read units: an order with its lines, or a page of a list, below 8 KB."""


@dataclass(frozen=True)
class Backing:
    """What stands behind the plans: functions at once, and read units per second."""

    concurrency: int
    table_units: int


def shortfalls(rates: Mapping[str, int], backing: Backing) -> tuple[str, ...]:
    """What does not fit, a sentence each; `rates` are requests per second by the plan's name."""
    together = sum(rates.values())
    at_once, units = ceil(together * PARTNER_SECONDS), together * PARTNER_UNITS
    found = []
    if at_once > backing.concurrency:
        found.append(f"partners of each plan need {at_once:,} functions at once, {backing.concurrency:,} are reserved")
    if units > backing.table_units:
        found.append(f"partners of each plan read {units:,} units per second, the table gives {backing.table_units:,}")
    return tuple(found)

"""How many of the account's running functions each may take: one budget, so that none can starve the others.

Lambda keeps `UNRESERVED` for functions without a part of their own and refuses a stack that would reserve them (Lambda
developer guide, "Configuring reserved concurrency"). Workers on queues are bounded there, by their event source.
What partners' plans promise must fit into the part of the function that answers them (`pipeline.plan.capacity`).
"""

from collections.abc import Sequence

from api.domain.partners import LIMITS
from pipeline.cloud.service.route_groups import RouteGroup
from pipeline.plan.capacity import Backing, shortfalls
from pipeline.plan.model import Stage

UNRESERVED = 100

IDENTITY_SHARE = 10
"""Of the function that the user pool asks, in percent like the others: without it nobody signs in."""


def reserved(stage: Stage, group: RouteGroup) -> int:
    """The functions that `group` may run at once in `stage`: its share of what can be given away."""
    return part(stage, group.share)


def part(stage: Stage, share: int) -> int:
    """The functions that `share` percent of what can be given away come to in `stage`."""
    return (stage.settings.concurrency_limit - UNRESERVED) * share // 100


def check_budget(groups: Sequence[RouteGroup]) -> None:
    """ValueError if the shares, with that of the user pool's function, are more than there is."""
    total = IDENTITY_SHARE + sum(group.share for group in groups)
    if total > 100:
        raise ValueError(
            f"the functions ask for {total} % of the account's concurrency; lower a share in route_groups.py"
        )


def check_plans(stage: Stage, groups: Sequence[RouteGroup]) -> None:
    """ValueError if the plans promise more than `stage` has for them."""
    (answering,) = [group for group in groups if group.name == "partners"]
    backing = Backing(reserved(stage, answering), stage.settings.most_table_units)
    rates = {tier.value: limits.per_second for tier, limits in LIMITS.items()}
    if missing := shortfalls(rates, backing):
        raise ValueError(
            f"{stage.name} can't keep what partners' plans promise: {'; '.join(missing)}. Raise the share of "
            "partners in route_groups.py or the stage's limits, or lower LIMITS in api/domain/partners.py"
        )

"""What the functions of a stage were used for, and what they cost: `slipway usage prod`.

Reads with the AWS credentials of the shell, which must be for the stage's account: Cost Explorer for dollars by the tag
`function` (they count from the day on which the tag was activated, see pipeline/runbooks/cost.md; a question costs one
cent), CloudWatch for invocations, time and concurrency. Writes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

DAY_SECONDS = 86_400
READ = (("Invocations", "Sum"), ("Duration", "Sum"), ("ConcurrentExecutions", "Maximum"))


@dataclass(frozen=True)
class Used:
    """A function in the time that was asked about; `dollars` None where the bill does not know it (yet)."""

    function: str
    invocations: int
    busy_seconds: float
    most_at_once: int
    dollars: float | None

    def utilisation(self, days: int) -> float:
        """Busy time as a part of what its greatest concurrency could have done, 0 to 1.

        The rest is what servers for the peak would have stood idle; here it costs nothing.
        """
        possible = self.most_at_once * days * DAY_SECONDS
        return self.busy_seconds / possible if possible else 0.0


def read(clients: Mapping[str, Any], stage: str, days: int, now: datetime) -> list[Used]:
    """The functions of `stage` in the last whole `days`; `clients` are those of `lambda`, `cloudwatch` and `ce`."""
    until = now.replace(hour=0, minute=0, second=0, microsecond=0)
    since = until - timedelta(days=days)
    prefix = f"orders-{stage}-"
    pages = clients["lambda"].get_paginator("list_functions").paginate()
    names = sorted(each["FunctionName"] for page in pages for each in page["Functions"])
    dollars = _dollars(clients["ce"], stage, since, until)
    found = []
    for name in (name for name in names if name.startswith(prefix)):
        invocations, duration, at_once = (
            _measured(clients["cloudwatch"], name, metric, statistic, since, until) for metric, statistic in READ
        )
        cost = dollars.get(name.removeprefix(prefix))
        found.append(Used(name, round(sum(invocations)), sum(duration) / 1000, round(max(at_once, default=0)), cost))
    return found


def _measured(
    cloudwatch: Any, function: str, metric: str, statistic: str, since: datetime, until: datetime
) -> Sequence[float]:
    """The metric of a function, a value a day; days without any are not there."""
    answer = cloudwatch.get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=metric,
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        StartTime=since,
        EndTime=until,
        Period=DAY_SECONDS,
        Statistics=[statistic],
    )
    return [point[statistic] for point in answer["Datapoints"]]


def _dollars(cost_explorer: Any, stage: str, since: datetime, until: datetime) -> dict[str, float]:
    """The cost of each value of the tag `function`. Cost Explorer writes it as `function$orders`."""
    answer = cost_explorer.get_cost_and_usage(
        TimePeriod={"Start": f"{since:%Y-%m-%d}", "End": f"{until:%Y-%m-%d}"},
        Granularity="MONTHLY",
        Metrics=["UnblendedCost"],
        Filter={"Tags": {"Key": "stage", "Values": [stage]}},
        GroupBy=[{"Type": "TAG", "Key": "function"}],
    )
    found: dict[str, float] = {}
    for month in answer["ResultsByTime"]:
        for group in month["Groups"]:
            function = group["Keys"][0].removeprefix("function$")
            found[function] = found.get(function, 0.0) + float(group["Metrics"]["UnblendedCost"]["Amount"])
    return found


def render(used: Sequence[Used], days: int) -> str:
    """A line per function, the most costly first."""
    lines = [f"{'function':<44} {'invocations':>12} {'busy h':>8} {'at once':>8} {'used':>7} {'USD':>8}"]
    for each in sorted(used, key=lambda one: (-(one.dollars or 0), one.function)):
        cost = "-" if each.dollars is None else f"{each.dollars:.2f}"
        lines.append(
            f"{each.function:<44} {each.invocations:>12,} {each.busy_seconds / 3600:>8.1f} {each.most_at_once:>8} "
            f"{each.utilisation(days):>7.1%} {cost:>8}"
        )
    return "\n".join(lines) + "\n"

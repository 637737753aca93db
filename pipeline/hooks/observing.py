"""What both versions answered, as CloudWatch counted it: the handlers' counts by ten seconds, Lambda's by the minute.

Sources: CloudWatch API reference, GetMetricData (an answer may come in pages, and each result says whether it is
complete); Lambda developer guide, "Types of metrics for Lambda functions". The handlers write all their counts of a
request in one document (`api.adapters.metrics`), so where there are requests, the other counts are there, too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline.judge.clustering import BEFORE_SECONDS
from pipeline.judge.observed import BIN_SECONDS, MINUTE_SECONDS, Counts, Symptom

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

OWN, LAMBDA = "Orders", "AWS/Lambda"
HANDLERS: Mapping[str, Symptom | None] = {
    "Requests": None,
    "ServerErrors": Symptom.SERVER_ERRORS,
    "SlowRequests": Symptom.SLOW,
    "Refused": Symptom.REFUSED,
}
LATER = frozenset({"SlowRequests", "Refused"})
"""What functions count since a release of their own: where the stable version has none of it, it is not compared."""
LAMBDAS: Mapping[str, Symptom | None] = {"Invocations": None, "Errors": Symptom.ERRORS}
LONGEST_SECONDS = 3 * 3600
"""CloudWatch keeps periods of less than a minute for three hours."""

type Pair = tuple[Counts, Counts]
"""What the new version answered, and the stable one."""
type Sums = Mapping[int, float]
"""Sums by the second since the epoch at which their period begins."""


class Incomplete(Exception):
    """CloudWatch did not tell all that was asked; what it did not tell is not zero."""


@dataclass(frozen=True)
class Watched:
    """Whose requests are counted: those that `alias` sent to the `canary` and to the `stable` version."""

    function: str
    alias: str
    canary: str
    stable: str


@dataclass(frozen=True)
class Observed:
    """Both versions' counts by the second since the epoch at which a period begins.

    `handlers` are periods of ten seconds with all symptoms but thrown errors; `lambdas` are minutes with these alone.
    """

    handlers: Mapping[int, Pair]
    lambdas: Mapping[int, Pair]


def observe(cloudwatch: "CloudWatchClient", watched: Watched, since: float) -> Observed:
    """Everything that was counted from `since` on (seconds since the epoch), for three hours at most.

    Incomplete where CloudWatch does not tell all of it.
    """
    wanted = list(_queries(watched))
    begin = since // MINUTE_SECONDS * MINUTE_SECONDS
    answered = read(cloudwatch, [query for _, query in wanted], begin, begin + LONGEST_SECONDS)
    sums = {key: answered[query["Id"]] for key, query in wanted}
    handlers = {name: symptom for name, symptom in HANDLERS.items() if name not in LATER or sums["stable", name]}
    return Observed(_pairs(sums, handlers, "Requests"), _pairs(sums, LAMBDAS, "Invocations"))


def history(cloudwatch: "CloudWatchClient", watched: Watched, until: float) -> Mapping[int, Counts]:
    """What the stable version alone answered in the hour before `until`, minute by minute, with all symptoms.

    What it did not count then is none. Incomplete where CloudWatch does not tell all of it.
    """
    end = until // MINUTE_SECONDS * MINUTE_SECONDS
    wanted = {name: query for (_, name), query in _of_version(watched, "stable", watched.stable, MINUTE_SECONDS)}
    answered = read(cloudwatch, list(wanted.values()), end - BEFORE_SECONDS, end)
    sums = {name: answered[query["Id"]] for name, query in wanted.items()}
    requests = {at: round(count) for at, count in (*sums["Requests"].items(), *sums["Invocations"].items())}
    symptoms = {name: symptom for name, symptom in {**HANDLERS, **LAMBDAS}.items() if symptom is not None}
    return {
        at: Counts(asked, {symptom: min(asked, round(sums[name].get(at, 0))) for name, symptom in symptoms.items()})
        for at, asked in sorted(requests.items())
    }


def read(
    cloudwatch: "CloudWatchClient", queries: Sequence[Any], since: float, until: float
) -> Mapping[str, Mapping[int, float]]:
    """The values of each query by its id; Incomplete unless CloudWatch says that each is whole."""
    found: dict[str, dict[int, float]] = {query["Id"]: {} for query in queries}
    asked: dict[str, Any] = {
        "MetricDataQueries": queries,
        "StartTime": datetime.fromtimestamp(since, UTC),
        "EndTime": datetime.fromtimestamp(until, UTC),
    }
    while True:
        answer = cloudwatch.get_metric_data(**asked)
        last = not answer.get("NextToken")
        for result in answer["MetricDataResults"]:
            if result.get("StatusCode", "Complete") not in ({"Complete"} if last else {"Complete", "PartialData"}):
                raise Incomplete(f"CloudWatch says {result.get('StatusCode')} of {result['Id']}")
            at = (round(moment.timestamp()) for moment in result["Timestamps"])
            found[result["Id"]].update(zip(at, result["Values"], strict=True))
        if last:
            return found
        asked["NextToken"] = answer["NextToken"]


def metric(namespace: str, name: str, dimensions: Mapping[str, str]) -> Mapping[str, object]:
    """A metric as GetMetricData is asked for it."""
    told = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    return {"Namespace": namespace, "MetricName": name, "Dimensions": told}


def _queries(watched: Watched) -> Iterator[tuple[tuple[str, str], Any]]:
    """What is asked for, by version and by the metric's name."""
    for version, number in (("canary", watched.canary), ("stable", watched.stable)):
        yield from _of_version(watched, version, number, BIN_SECONDS)


def _of_version(
    watched: Watched, version: str, number: str, handlers_seconds: int
) -> Iterator[tuple[tuple[str, str], Any]]:
    function, alias = watched.function, watched.alias
    own = {"FunctionName": function, "Alias": alias, "ExecutedVersion": number}
    lambdas = {"FunctionName": function, "Resource": f"{function}:{alias}", "ExecutedVersion": number}
    for names, namespace, dimensions, period in (
        (HANDLERS, OWN, own, handlers_seconds),
        (LAMBDAS, LAMBDA, lambdas, MINUTE_SECONDS),
    ):
        for name in names:
            stat = {"Metric": metric(namespace, name, dimensions), "Period": period, "Stat": "Sum"}
            yield (version, name), {"Id": f"{version}{name}", "MetricStat": stat}


def _pairs(
    sums: Mapping[tuple[str, str], Sums], names: Mapping[str, Symptom | None], requests: str
) -> Mapping[int, Pair]:
    starts = sorted({at for version in ("canary", "stable") for at in sums[version, requests]})
    newest = starts[-1] if starts else 0
    return {
        at: (_counts(sums, "canary", at, names, at == newest), _counts(sums, "stable", at, names, at == newest))
        for at in starts
    }


def _counts(
    sums: Mapping[tuple[str, str], Sums], version: str, at: int, names: Mapping[str, Symptom | None], newest: bool
) -> Counts:
    """One version's counts in one period. The newest one may still be coming in, and is told as it is so far."""
    requests, bad = 0, {}
    for name, symptom in names.items():
        told = sums[version, name].get(at)
        if symptom is None:
            requests = round(told or 0)
        elif told is None and requests and not newest:
            raise Incomplete(f"CloudWatch has {requests} requests to the {version} version at {at}, but no {name}")
        elif told:
            bad[symptom] = min(round(told), requests)
    return Counts(requests, bad)

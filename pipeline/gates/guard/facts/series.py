"""Which series there are of a function's versions: what AWS publishes, and what the functions themselves write. Pure.

Source: Lambda developer guide, "Types of metrics for Lambda functions": what an alias sends to one version is under all
three of FunctionName, Resource and ExecutedVersion, and a metric with fewer of them is another series. The functions'
own are those of `api.adapters.metrics`, which a test of this module lets print them.
"""

from dataclasses import dataclass
from typing import Literal

type Measures = Literal["all", "failures", "well", "time", "verdict", "other"]
"""What a metric tells of requests: how many there were, how many failed or went well, or how long they took; or what a
judge makes of them, 1 or more where it convicts the new version."""


@dataclass(frozen=True)
class Published:
    """A metric by its name: what it tells, and in which unit (as CloudWatch spells it)."""

    name: str
    measures: Measures
    unit: str


@dataclass(frozen=True)
class Family:
    """The metrics of a namespace that are published under exactly these dimensions."""

    namespace: str
    dimensions: frozenset[str]
    metrics: tuple[Published, ...]

    def named(self, name: str) -> Published | None:
        """The metric called `name`."""
        return next((each for each in self.metrics if each.name == name), None)


_LAMBDA = (
    Published("Invocations", "all", "Count"),
    Published("Errors", "failures", "Count"),
    Published("Throttles", "failures", "Count"),
    Published("Duration", "time", "Milliseconds"),
)
_OWN = (
    Published("Requests", "all", "Count"),
    Published("ServerErrors", "failures", "Count"),
    Published("Refused", "failures", "Count"),
    Published("SlowRequests", "failures", "Count"),
    Published("Latency", "time", "Milliseconds"),
    Published("Attempts", "all", "Count"),
    Published("Conversions", "well", "Count"),
)
OF_A_VERSION = (
    Family("AWS/Lambda", frozenset({"FunctionName", "Resource", "ExecutedVersion"}), _LAMBDA),
    Family("Orders", frozenset({"FunctionName", "Alias", "ExecutedVersion"}), _OWN),
)
"""The families that see what an alias sends to one version, and nothing else."""
OF_AN_ALIAS = Family("Orders", frozenset({"FunctionName", "Alias"}), (Published("Evidence", "verdict", "None"),))
"""What the judge of an alias publishes, of whichever version it judges (`pipeline.hooks.judge`)."""
OF_A_JUDGE = Family("AWS/Lambda", frozenset({"FunctionName"}), (Published("Errors", "failures", "Count"),))
"""What Lambda counts of the judge itself: nobody calls it by an alias."""
OF_AN_ACCOUNT = Family(
    "AWS/Lambda", frozenset(), (Published("Throttles", "failures", "Count"), Published("Invocations", "all", "Count"))
)
"""What Lambda lets in of all functions, and what not: all versions share what may run at once."""
_GATEWAY = (
    Published("Count", "all", "Count"),
    Published("5XXError", "failures", "Count"),
    Published("4XXError", "failures", "Count"),
    Published("Latency", "time", "Milliseconds"),
    Published("IntegrationLatency", "time", "Milliseconds"),
)


def measured_by(namespace: str, name: str) -> Measures:
    """What a metric tells of requests; `other` for all that are not known to."""
    for family in (*OF_A_VERSION, OF_AN_ALIAS, Family("AWS/ApiGateway", frozenset(), _GATEWAY)):
        if family.namespace == namespace and (found := family.named(name)):
            return found.measures
    return "other"

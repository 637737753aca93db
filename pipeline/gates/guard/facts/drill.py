"""A fire drill on paper: the values that an alarm's metrics have while a version fails in some way. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.gates.guard.facts.alarms import Metric, Watch
from pipeline.gates.guard.facts.metric_math import Value
from pipeline.gates.guard.facts.series import OF_A_JUDGE, measured_by
from pipeline.judge.judging import Verdict, judge
from pipeline.judge.observed import Bin, Counts, Symptom
from pipeline.judge.policy import Policy

MINUTE = 60.0
SHIFT_MINUTES = 5
WEIGHT = 0.1
"""How long a canary shifts, at least, and its part of the traffic: what a judge has to compare."""
SLOW_MILLISECONDS = 1_000.0
"""What handlers call slow (`api.adapters.metrics`)."""
COUNTED: Mapping[str, Symptom] = {"Errors": Symptom.ERRORS, "ServerErrors": Symptom.SERVER_ERRORS}
"""What a judge takes the metrics of failures for."""


@dataclass(frozen=True)
class Scene:
    """How a version fares: requests each minute, the part of them that fails (0 to 1), and how long each takes.

    `failing` are the names of the metrics that count those failures; others count none.
    """

    name: str
    requests: float
    failing: frozenset[str] = frozenset()
    failed: float = 0
    milliseconds: float = 100


def values(watch: Watch, scene: Scene, *, compared: bool = True) -> Mapping[str, Value]:
    """What each metric of a watch says in a period of the scene, by its id.

    A judge convicts of what it would convict of, given a whole shift; nobody where nothing is `compared`, as all
    traffic moves at once.
    """
    return {metric.id: _value(metric, scene, compared) for metric in watch.metrics}


def convicted(scene: Scene) -> bool:
    """Whether the judge convicts a version that fares so, beside one that answers the others and fails nobody."""
    ours = round(scene.requests * SHIFT_MINUTES)
    bad = {symptom: round(ours * scene.failed) for name, symptom in COUNTED.items() if name in scene.failing}
    if scene.milliseconds > SLOW_MILLISECONDS:
        bad[Symptom.SLOW] = ours
    others = Counts(round(ours * (1 - WEIGHT) / WEIGHT))
    seen = Bin(0.0, Counts(ours, bad), others, WEIGHT)
    return judge([seen], Policy(), SHIFT_MINUTES * MINUTE).verdict is Verdict.ROLLBACK


def _value(metric: Metric, scene: Scene, compared: bool) -> Value:
    requests = scene.requests * metric.seconds / MINUTE
    if metric.statistic == "SampleCount":
        return requests
    if (metric.namespace, frozenset(metric.dimensions)) == (OF_A_JUDGE.namespace, OF_A_JUDGE.dimensions):
        return float(scene.failed >= 1)  # of the judge itself, which fails where everything does
    match measured_by(metric.namespace, metric.name):
        case "all":
            return _counted(metric.statistic, requests, 1)
        case "failures":
            return _counted(metric.statistic, requests, scene.failed if metric.name in scene.failing else 0)
        case "well":
            return _counted(metric.statistic, requests, 1 - scene.failed if scene.failing else 1)
        case "time":
            return scene.milliseconds * (requests if metric.statistic == "Sum" else 1)
        case "verdict":
            return float(compared and convicted(scene))
        case "other":
            return None


_OF_ONES_AND_NOUGHTS: Mapping[str, Callable[[float], float]] = {
    "Average": lambda part: part,
    "Maximum": lambda part: float(part > 0),
    "Minimum": lambda part: float(part >= 1),
}


def _counted(statistic: str, requests: float, part: float) -> Value:
    """Of a metric that is 1 for a part of the requests and 0 for the others."""
    if statistic == "Sum":
        return requests * part
    if statistic in _OF_ONES_AND_NOUGHTS:
        return _OF_ONES_AND_NOUGHTS[statistic](part)
    percentile = statistic[1:]
    if statistic.startswith("p") and percentile.replace(".", "", 1).isdigit():
        return float(part > 1 - float(percentile) / 100)
    return None

"""The fire drill of a stage: every alarm that was deployed is driven to ALARM and back, before anybody relies on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.record.counting import plural
from pipeline.rehearsal.runners.cloudformation.clients import Place
from pipeline.rehearsal.world.alarms import AlarmProblem, alarm_from_record, is_unlearnt
from pipeline.rehearsal.world.alarms.drill import Drilled, drilled


@dataclass(frozen=True)
class FireDrill:
    """How the metric alarms of an account and region stood their drill.

    The `others` were not drilled: they compare with a band that AWS learns from two weeks, or ask for what the
    rehearsal's evaluator does not know, which is told where it is asked.
    """

    alarms: tuple[Drilled, ...] = ()
    others: int = 0

    @property
    def said(self) -> str:
        """In a phrase; empty where there is no alarm."""
        if not self.alarms:
            return ""
        others = f", {plural(self.others, 'other')} not drilled" if self.others else ""
        return f"{plural(len(self.alarms), 'alarm')} driven to ALARM and back{others}"

    @property
    def failed(self) -> str:
        """The alarms that did not stand it, in a sentence; empty if all did."""
        return "; ".join(_objections(self.alarms))


def fire_drill(place: Place) -> FireDrill:
    """Drill every metric alarm there."""
    records = list(_records(place))
    stood = [each for each in map(_drilled, records) if each is not None]
    return FireDrill(tuple(stood), len(records) - len(stood))


def _records(place: Place) -> Iterator[Mapping[str, Any]]:
    asked: dict[str, Any] = {"AlarmTypes": ["MetricAlarm"]}
    while True:
        told: Any = place.cloudwatch().describe_alarms(**asked)
        yield from told["MetricAlarms"]
        if not told.get("NextToken"):
            return
        asked["NextToken"] = told["NextToken"]


def _drilled(record: Mapping[str, Any]) -> Drilled | None:
    """None where nobody can tell."""
    if is_unlearnt(record):
        return None
    try:
        return drilled(alarm_from_record(record))
    except AlarmProblem:
        return None


def _objections(alarms: tuple[Drilled, ...]) -> Iterator[str]:
    for each in alarms:
        if each.red_after is None:
            yield f"alarm {each.alarm} does not go off, whatever its metrics say"
        elif each.quiet_after is None:
            yield f"alarm {each.alarm} stays in ALARM once nothing is wrong any more"

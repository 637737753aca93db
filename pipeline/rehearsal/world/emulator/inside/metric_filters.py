"""Metric filters: log events that match become metrics. ministack keeps the filters and never applies them.

Source: CloudWatch Logs User Guide, "Creating metrics from log events using filters".
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pipeline.rehearsal.world.emulator.inside.filter_pattern import MISSING, Test, compiled, parsed, select
from pipeline.rehearsal.world.emulator.inside.resources.registry import here
from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.emulator.inside.telemetry import Measure, Place, Telemetry

MODULE = "ministack.services.cloudwatch_logs"
FILTERS = Seam(MODULE, "_metric_filters")
PUT_FILTER = Seam(MODULE, "_put_metric_filter", ("data",))
PUT_EVENTS = Seam(MODULE, "_put_log_events", ("data",))
REFUSE = Seam("ministack.core.responses", "error_response_json")
SEAMS = (FILTERS, PUT_FILTER, PUT_EVENTS, REFUSE)

type Filter = Mapping[str, Any]


class MetricFilters:
    """Applies every filter of a log group to what is written there."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry
        self._filters = FILTERS.get()
        self._tests: dict[str, Test] = {}

    def install(self) -> None:
        """Wrap the seams."""
        PUT_FILTER.wrap(self._checked)
        PUT_EVENTS.wrap(self._applied)

    def apply(self, place: Place, group: str, messages: Iterable[str]) -> None:
        """Publish what the filters of this group make of these messages."""
        wanted = (*place, group)
        chosen = [kept for (*where, (name, _)), kept in self._filters.all_items() if (*where, name) == wanted]
        if not chosen:
            return
        for message in messages:
            for each in chosen:
                if self._test(each["filterPattern"])(message):
                    self._publish(place, each, message)

    def _test(self, pattern: str) -> Test:
        if pattern not in self._tests:
            self._tests[pattern] = compiled(pattern)
        return self._tests[pattern]

    def _publish(self, place: Place, chosen: Filter, message: str) -> None:
        document = parsed(message)
        for transformation in chosen["metricTransformations"]:
            value = _number(document, str(transformation["metricValue"]))
            dimensions = {name: select(document, at) for name, at in (transformation.get("dimensions") or {}).items()}
            if value is None or MISSING in dimensions.values():
                continue
            measure = Measure(transformation["metricName"], value, transformation.get("unit") or "None")
            fixed = {name: str(found) for name, found in dimensions.items()}
            self._telemetry.publish(place, transformation["metricNamespace"], [measure], [fixed])

    def _checked(self, original: Callable[[Any], Any]) -> Callable[[Any], Any]:
        """A pattern that we can't apply is refused when it is put, so that a stack with it fails."""

        def put(data: Mapping[str, Any]) -> Any:
            try:
                compiled(str(data.get("filterPattern", "")))
            except ValueError as problem:
                return REFUSE.get()("InvalidParameterException", str(problem), 400)
            return original(data)

        return put

    def _applied(self, original: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def put(data: Mapping[str, Any]) -> Any:
            answer = original(data)
            if answer[0] == 200:
                messages = [str(event.get("message", "")) for event in data.get("logEvents", ())]
                self.apply(here(), str(data["logGroupName"]), messages)
            return answer

        return put


def _number(document: Any, value: str) -> float | None:
    """A metric value: a number, or what is at a selector if that is one."""
    found = select(document, value) if value.startswith("$") else value
    try:
        return float(found)
    except (TypeError, ValueError):
        return None

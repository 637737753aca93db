"""Lines into ministack's CloudWatch Logs, bounded, and past the metric filters of their group."""

import time
from collections.abc import Iterable
from typing import Any

from pipeline.rehearsal.world.emulator.inside.metric_filters import MetricFilters
from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.emulator.inside.telemetry import Place

MODULE = "ministack.services.cloudwatch_logs"
GROUPS = Seam(MODULE, "_log_groups")
APPEND = Seam(MODULE, "_append_log_events", ("stream", "events"))
GROUP_ARN = Seam(MODULE, "_make_group_arn", ("name",))
SCOPE = Seam("ministack.core.responses", "request_scope", ("account_id", "region"))
SEAMS = (GROUPS, APPEND, GROUP_ARN, SCOPE)

MOST_EVENTS = 5_000
MOST_OF_A_LINE = 256 * 1024


class Logs:
    """Appends to log streams; a group or stream that isn't there is made, as Lambda does."""

    def __init__(self, filters: MetricFilters) -> None:
        self._filters = filters
        self._groups = GROUPS.get()
        self._append = APPEND.get()
        self._group_arn = GROUP_ARN.get()
        self._scope = SCOPE.get()

    def write(self, place: Place, group: str, stream: str, lines: Iterable[str]) -> None:
        """Append the lines, each cut to CloudWatch's 256 KB; a stream keeps its last 5,000."""
        now = int(time.time() * 1000)
        cut = [line[:MOST_OF_A_LINE] for line in lines]
        events = [{"timestamp": now, "message": line, "ingestionTime": now} for line in cut]
        if not events:
            return
        self._filters.apply(place, group, cut)
        with self._scope(*place):
            target = self._stream(group, stream, now)
            self._append(target, events)
            if len(target["events"]) > 2 * MOST_EVENTS:
                del target["events"][:-MOST_EVENTS]

    def _stream(self, group: str, stream: str, now: int) -> Any:
        if group not in self._groups:
            self._groups[group] = {
                "arn": self._group_arn(group),
                "creationTime": now,
                "retentionInDays": None,
                "tags": {},
                "subscriptionFilters": {},
                "streams": {},
            }
        streams = self._groups[group]["streams"]
        if stream not in streams:
            streams[stream] = {
                "events": [],
                "uploadSequenceToken": "1",
                "creationTime": now,
                "firstEventTimestamp": None,
                "lastEventTimestamp": None,
                "lastIngestionTime": None,
            }
        return streams[stream]

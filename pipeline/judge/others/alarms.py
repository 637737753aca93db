"""Alarms of CloudWatch's that teams write for a canary, on Lambda's own `Errors`, which count what was thrown alone.

A handler that answers 500 is a success to Lambda (Lambda developer guide, "Types of metrics for Lambda functions"), so
none of these sees it. With a period of a minute or more an alarm is evaluated every minute, over the periods that end
then (CloudWatch user guide, "Alarm evaluation"): one of five minutes sees the minutes 1 to 5, and then 2 to 6.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.judge.observed import Bin
from pipeline.judge.others.minutes import Minute, whole_minutes
from pipeline.judge.others.rule import Said

EXTRA_PERIODS = 2
"""How many periods beyond those that are evaluated are looked through for data, where some is missing.

AWS says "a higher number" (CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data"); the tables
on that page have five for three.
"""


@dataclass(frozen=True)
class AggregateAlarm:
    """The error rate of the whole alias, both versions in one series: what most teams write.

    One period of `minutes`, one datapoint; missing data does not breach, as is usual for errors. Minutes before the
    shift count as far as they were seen. Where they were not, the window holds less that is well, and the alarm fires
    earlier than it would: that is for it where the version is bad, and against it in an incident.
    """

    percent: float = 5.0
    minutes: int = 5
    name: str = "aggregate alarm"
    source: str = "CloudWatch user guide, 'Using metric math'; Lambda developer guide, metrics of a function's alias"

    @property
    def rule(self) -> str:
        """In a sentence."""
        return f"errors of the whole alias above {self.percent:g} % in {self.minutes} minutes"

    def judge(self, bins: Sequence[Bin], bin_seconds: float) -> Said:
        """Fires at the end of a minute."""
        window: deque[Minute] = deque()
        requests = thrown = 0
        for minute in whole_minutes(bins, bin_seconds, before=self.minutes - 1):
            window.append(minute)
            requests, thrown = requests + minute.requests, thrown + minute.thrown
            if len(window) > self.minutes:
                gone = window.popleft()
                requests, thrown = requests - gone.requests, thrown - gone.thrown
            if minute.until > 0 and 100 * thrown > self.percent * requests:
                return Said(minute.until, f"{thrown:,} of {requests:,} invocations of the alias ended in an error")
        return Said(None, f"never above {self.percent:g} % in {self.minutes} minutes")


@dataclass(frozen=True)
class VersionAlarm:
    """The error rate of the new version alone, minute by minute: one datapoint of one. Missing data does not breach."""

    percent: float = 5.0
    name: str = "version alarm"
    source: str = "Lambda developer guide, 'Types of metrics for Lambda functions': the dimension ExecutedVersion"

    @property
    def rule(self) -> str:
        """In a sentence."""
        return f"errors of the new version above {self.percent:g} % in a minute"

    def judge(self, bins: Sequence[Bin], bin_seconds: float) -> Said:
        """Fires at the end of a minute."""
        for minute in whole_minutes(bins, bin_seconds):
            thrown, requests = minute.canary_thrown, minute.canary_requests
            if 100 * thrown > self.percent * requests:
                return Said(minute.until, f"{thrown:,} of {requests:,} invocations of the version ended in an error")
        return Said(None, f"never above {self.percent:g} % in a minute")


@dataclass(frozen=True)
class SamAlarm:
    """The two alarms of SAM's example: any error of the alias, or of its new version, two minutes running.

    `AliasErrorMetricGreaterThanZeroAlarm` and `LatestVersionErrorMetricGreaterThanZeroAlarm`: Sum of Errors, Threshold
    0, GreaterThanThreshold, Period 60, EvaluationPeriods 2, and no TreatMissingData, so that it is `missing`. A minute
    in which nobody asks has no datapoint; then older ones count, and an error that nothing healthy followed is enough.
    So the version's alarm may fire where the alias's does not, though all its errors are the alias's, too.
    """

    periods: int = 2
    name: str = "SAM's alarm"
    source: str = "aws/serverless-application-model, docs/safe_lambda_deployments.rst: DeploymentPreference with Alarms"

    @property
    def rule(self) -> str:
        """In a sentence."""
        return f"any error of the alias, or of the new version, in each of {self.periods} minutes running"

    def judge(self, bins: Sequence[Bin], bin_seconds: float) -> Said:
        """Fires at the end of a minute."""
        length = self.periods + EXTRA_PERIODS
        alias: deque[bool | None] = deque(maxlen=length)
        version: deque[bool | None] = deque(maxlen=length)
        for minute in whole_minutes(bins, bin_seconds, before=length - 1):
            alias.append(minute.thrown > 0 if minute.requests else None)
            version.append(minute.canary_thrown > 0 if minute.canary_requests else None)
            if minute.until > 0:
                for series, points in (("alias", alias), ("new version", version)):
                    if in_alarm(points, self.periods):
                        return Said(minute.until, f"errors of the {series}, in {self.periods} datapoints of a minute")
        return Said(None, f"never errors in {self.periods} datapoints running")


def in_alarm(points: Iterable[bool | None], periods: int) -> bool:
    """Whether all of `periods` datapoints breach, where missing ones (None) are treated as `missing`.

    `points` are those of the evaluation range, the latest last; fewer where a series has just begun. With enough real
    ones the latest decide, however old. With fewer, it takes that all there are breach, and that the oldest of them is
    at least as old as the datapoints that are needed (CloudWatch user guide, "Avoiding premature transitions to alarm
    state").
    """
    backwards = [point for point in enumerate(reversed(list(points)), start=1) if point[1] is not None][:periods]
    return bool(backwards) and all(breaches for _, breaches in backwards) and backwards[-1][0] >= periods

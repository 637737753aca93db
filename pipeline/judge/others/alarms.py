"""Alarms of CloudWatch's that teams write for a canary, on Lambda's own `Errors`, which count what was thrown alone.

A handler that answers 500 is a success to Lambda (Lambda developer guide, "Types of metrics for Lambda functions"), so
none of these sees it. Missing data does not breach, as is usual for errors.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.judge.observed import Bin
from pipeline.judge.others.minutes import Minute, whole_minutes
from pipeline.judge.others.rule import Said


@dataclass(frozen=True)
class AggregateAlarm:
    """The error rate of the whole alias, both versions in one series: what most teams write.

    CloudWatch looks each minute at the last `minutes`. Those before traffic began to shift are not known here; with
    them the alarm would fire later.
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
        window: deque[Minute] = deque(maxlen=self.minutes)
        for minute in whole_minutes(bins, bin_seconds):
            window.append(minute)
            requests, thrown = sum(one.requests for one in window), sum(one.thrown for one in window)
            if 100 * thrown > self.percent * requests:
                return Said(minute.until, f"{thrown:,} of {requests:,} invocations of the alias ended in an error")
        return Said(None, f"never above {self.percent:g} % in {self.minutes} minutes")


@dataclass(frozen=True)
class VersionAlarm:
    """The error rate of the new version alone, minute by minute."""

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
    """The two alarms of the example in SAM's guide: any error of the alias, or of its new version, two minutes running.

    `AliasErrorMetricGreaterThanZeroAlarm` and `LatestVersionErrorMetricGreaterThanZeroAlarm`: Sum of Errors above 0,
    Period 60, EvaluationPeriods 2. The alias's holds the version's, so it alone decides.
    """

    periods: int = 2
    name: str = "SAM's alarm"
    source: str = "AWS SAM developer guide, 'Deploying serverless applications gradually with AWS SAM'"

    @property
    def rule(self) -> str:
        """In a sentence."""
        return f"any error of the alias in each of {self.periods} minutes running"

    def judge(self, bins: Sequence[Bin], bin_seconds: float) -> Said:
        """Fires at the end of a minute."""
        running = 0
        for minute in whole_minutes(bins, bin_seconds):
            running = running + 1 if minute.thrown else 0
            if running >= self.periods:
                return Said(minute.until, f"errors in {running} minutes running")
        return Said(None, f"never an error in {self.periods} minutes running")

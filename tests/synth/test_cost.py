"""What the stages cost while nobody calls them, counted in the templates themselves."""

from collections import Counter

from pipeline.plan.prices import LEARNT_BAND, idle
from tests.synth.reading import Resource, Template

MOST_DOLLARS = 10
"""Nothing over that: row A1 of the requirements."""


def alarm_metrics(alarm: Resource) -> int:
    """How many metrics an alarm is paid for."""
    read = [each for each in alarm.properties.get("Metrics", [{}]) if "Expression" not in each]
    return LEARNT_BAND if "ThresholdMetricId" in alarm.properties else len(read)


def dollars(template: Template) -> float:
    counts = Counter(each.type for each in template.resources.values())
    return idle(counts, sum(alarm_metrics(each) for each in template.all("AWS::CloudWatch::Alarm")))


def test_a_stage_that_nobody_calls_costs_a_few_dollars_a_month(template: Template) -> None:
    assert 0 < dollars(template) <= MOST_DOLLARS

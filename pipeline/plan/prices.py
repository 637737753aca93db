"""What the resources of a stage cost a month while nobody calls it, by their types. Pure: counts in, dollars out.

Prices of eu-west-1 in November 2026, in US dollars. Whatever is not here costs by use alone. What CloudWatch gives free
to each account is taken off, because each stage has an account of its own.
"""

from collections.abc import Mapping

EACH: Mapping[str, float] = {
    "AWS::CloudWatch::CompositeAlarm": 0.50,
    "AWS::CloudWatch::Dashboard": 3.00,
    "AWS::ElasticLoadBalancingV2::LoadBalancer": 18.40,
    "AWS::KMS::Key": 1.00,
    "AWS::SecretsManager::Secret": 0.40,
    "AWS::WAFv2::WebACL": 5.00,
}
ALARM_METRIC = 0.10
"""An alarm costs by the metrics that it reads."""
LEARNT_BAND = 3
"""A band of anomaly detection counts as three: the metric, and the two edges."""

FREE_DASHBOARDS = 3
FREE_ALARM_METRICS = 10


def idle(counts: Mapping[str, int], alarm_metrics: int) -> float:
    """Dollars a month for so many resources of each type, with alarms that read so many metrics together."""
    dashboards = "AWS::CloudWatch::Dashboard"
    paid = {**counts, dashboards: max(0, counts.get(dashboards, 0) - FREE_DASHBOARDS)}
    alarms = max(0, alarm_metrics - FREE_ALARM_METRICS) * ALARM_METRIC
    return alarms + sum(EACH.get(kind, 0.0) * count for kind, count in paid.items())

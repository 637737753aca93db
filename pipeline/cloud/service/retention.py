"""How long logs are kept, in the periods that CloudWatch Logs knows."""

from aws_cdk import aws_logs as logs

_PERIODS = {
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
    731: logs.RetentionDays.TWO_YEARS,
}


def retention(days: int) -> logs.RetentionDays:
    """The period of `days`; ValueError with the periods that there are if CloudWatch Logs has no such one."""
    if days not in _PERIODS:
        raise ValueError(f"logs cannot be kept for {days} days; the plan may say one of {sorted(_PERIODS)}")
    return _PERIODS[days]

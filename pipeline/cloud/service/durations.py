"""Durations that are said often: each is made once, since making one is a way to the CDK's process and back."""

from functools import cache

from aws_cdk import Duration


@cache
def seconds(count: int) -> Duration:
    """So many seconds."""
    return Duration.seconds(count)


@cache
def minutes(count: int) -> Duration:
    """So many minutes."""
    return Duration.minutes(count)

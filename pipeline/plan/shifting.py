"""How the configurations that AWS made shift traffic, step by step. Pure.

Source: CodeDeploy user guide, "Deployment configurations on an AWS Lambda compute platform": the list of those that are
predefined. A linear one takes its first step at once, and its last one an interval after the last but one.
"""

import re

type Steps = tuple[tuple[float, float], ...]
"""Pairs of seconds since traffic began to shift and the part (0 to 1) that the new version has from then on."""

_CANARY = re.compile(r"LambdaCanary10Percent(5|10|15|30)Minutes")
_LINEAR = re.compile(r"LambdaLinear10PercentEvery(?:1Minute|(2|3|10)Minutes)")


def steps_of(config: str) -> Steps:
    """The steps of a configuration (without its `CodeDeployDefault.`); ValueError for one that AWS did not make."""
    if config == "LambdaAllAtOnce":
        return ((0.0, 1.0),)
    if canary := _CANARY.fullmatch(config):
        return ((0.0, 0.1), (60.0 * int(canary[1]), 1.0))
    if linear := _LINEAR.fullmatch(config):
        return tuple((60.0 * int(linear[1] or 1) * step, (step + 1) / 10) for step in range(10))
    raise ValueError(f"{config}: none of CodeDeploy's predefined configurations for Lambda")

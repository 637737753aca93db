"""How traffic is meant to shift, as the environment tells it: the steps of a deployment configuration."""

import json
from collections.abc import Sequence
from itertools import pairwise

type Steps = tuple[tuple[float, float], ...]
"""Pairs of seconds since traffic began to shift and the part (0 to 1) that the new version has from then on."""


def read_steps(text: str) -> Steps:
    """The steps in JSON `text`; ValueError unless they begin at 0, go on in time, and end with all traffic."""
    steps = tuple((float(after), float(part)) for after, part in json.loads(text))
    if not steps or steps[0][0] != 0.0 or steps[-1][1] != 1.0:
        raise ValueError(f"SHIFT is {text}: its steps begin at 0 seconds and end with a part of 1")
    if any(later[0] <= earlier[0] for earlier, later in pairwise(steps)):
        raise ValueError(f"SHIFT is {text}: its steps are in the order of time")
    return steps


def highest(steps: Sequence[tuple[float, float]], until: float) -> float:
    """The largest part of the traffic that the new version was meant to have before `until`: it never falls.

    CodeDeploy takes a step when it is due or a little later, so what this says is never too little.
    """
    return max((part for after, part in steps if after < until), default=0.0)


def gradual(steps: Sequence[tuple[float, float]]) -> bool:
    """Whether there is a time at which both versions are to answer."""
    return len(steps) > 1

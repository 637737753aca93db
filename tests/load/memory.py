"""Does what functions take grow with what they are asked? `python -m tests.load.memory STAGE SINCE`, after a soak.

    python -m tests.load.memory gamma 1763888400      since that Unix time

Lambda says of each invocation what its environment has taken so far (`REPORT … Max Memory Used: N MB`, in the log of
the function). It is read with the AWS credentials of the shell, which must be for the stage's account, and held against
the plan. Exit code 0 if no function grows, 1 if one does or none was asked often enough to tell.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import boto3

from pipeline.plan.delivery import DELIVERY, SOAK
from pipeline.record.figures import number, with_unit

LEAST: Final = 500
"""Invocations of one environment that say something: whole megabytes are told, and a first few for what is loaded."""
_WARM: Final = 4
"""A part so small of an environment's invocations comes before what is measured."""
_PATTERN: Final = '"Max Memory Used"'
_USED: Final = re.compile(r"^REPORT .*\tMax Memory Used: (\d+) MB")


@dataclass(frozen=True)
class Environment:
    """What an execution environment had taken by each of its invocations, in MB and in their order."""

    used: Sequence[int]

    @property
    def is_told(self) -> bool:
        """Whether it was asked often enough."""
        return len(self.used) >= LEAST

    @property
    def slope(self) -> float:
        """Megabytes more with each thousand invocations, once it is warm."""
        warm = self.used[len(self.used) // _WARM :]
        return (warm[-1] - warm[0]) * 1_000 / len(warm)


type Functions = Mapping[str, Sequence[Environment]]
"""The environments by the log groups of their functions."""


def read(logs: Any, stage: str, since: float) -> Functions:
    """What Lambda has reported of the functions of `stage` since that Unix time; `logs` is CloudWatch Logs' client."""
    prefix = f"/aws/lambda/{DELIVERY.name}-{stage}-"
    groups = logs.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix)
    names = sorted(group["logGroupName"] for page in groups for group in page["logGroups"])
    return {name.removeprefix("/aws/lambda/"): tuple(_environments(logs, name, since)) for name in names}


def _environments(logs: Any, group: str, since: float) -> Iterator[Environment]:
    """Each has a log stream of its own."""
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, filterPattern=_PATTERN, startTime=int(since * 1_000)
    )
    used: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for event in (event for page in pages for event in page["events"]):
        if said := _USED.match(event["message"]):
            used[event["logStreamName"]].append((event["timestamp"], int(said[1])))
    for told in used.values():
        yield Environment([megabytes for _, megabytes in sorted(told, key=lambda each: each[0])])


def lines(functions: Functions) -> Iterator[str]:
    """A line for each function that was asked."""
    for name, environments in functions.items():
        told = [each for each in environments if each.is_told]
        asked = sum(len(each.used) for each in environments)
        if told:
            worst = max(told, key=lambda each: each.slope)
            grown = with_unit(worst.slope, SOAK.unit)
            yield f"{name}  {asked:,} invocations, {worst.used[0]} to {worst.used[-1]} MB, {grown}"
        elif asked:
            yield f"{name}  {asked:,} invocations, not measured: too few in any one environment"


def judge(functions: Functions) -> list[str]:
    """What is wrong, in words; nothing if functions were asked often enough and none of them grows."""
    told = [(name, each.slope) for name, environments in functions.items() for each in environments if each.is_told]
    if not told:
        return [f"no environment was asked {LEAST} times: nothing is known of memory; soak for longer (LOAD_SECONDS)"]
    most = SOAK.at_most or 0.0
    return [
        f"{name}: memory grows by {with_unit(slope, SOAK.unit)}, limit {number(most)}"
        for name, slope in told
        if slope > most
    ]


def main(asked: Sequence[str], logs: Any) -> int:
    """Tell what was reported of a stage, and whether it grows; the exit code."""
    stage, since = asked
    functions = read(logs, stage, float(since))
    found = judge(functions)
    _say(f"  {line}" for line in lines(functions))
    _say([f"✗ {each}" for each in found] or ["✓ no function takes more memory the more it is asked"])
    return 1 if found else 0


def _say(told: Iterable[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in told))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], boto3.client("logs")))

"""After a soak: what Lambda reports of memory is read by environment, and one that grows is refused."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.load.memory import LEAST, Environment, judge, lines, main, read

SINCE = 1_763_888_400.0


def report(megabytes: int) -> str:
    return (
        f"REPORT RequestId: r\tDuration: 1.00 ms\tBilled Duration: 2 ms\tMemory Size: 512 MB\t"
        f"Max Memory Used: {megabytes} MB\tInit Duration: 80.00 ms\n"
    )


class Logs:
    """CloudWatch Logs, with messages by group and stream, each stream's in its order, in pages of 400."""

    def __init__(self, groups: Mapping[str, Mapping[str, list[str]]]) -> None:
        self.groups = groups

    def get_paginator(self, name: str) -> Any:
        return type("Paginator", (), {"paginate": staticmethod(getattr(self, name))})

    def describe_log_groups(self, logGroupNamePrefix: str) -> Iterator[Any]:  # noqa: N803 - boto3's
        yield {"logGroups": [{"logGroupName": name} for name in self.groups if name.startswith(logGroupNamePrefix)]}

    def filter_log_events(self, logGroupName: str, filterPattern: str, startTime: int) -> Iterator[Any]:  # noqa: N803
        assert (filterPattern, startTime) == ('"Max Memory Used"', 1_763_888_400_000)
        events = [
            {"logStreamName": stream, "timestamp": startTime + moment, "message": message}
            for stream, messages in self.groups[logGroupName].items()
            for moment, message in enumerate(messages)
            if "Max Memory Used" in message
        ]
        for begin in range(0, len(events), 400):
            yield {"events": events[begin : begin + 400]}


def steady(invocations: int = LEAST) -> list[int]:
    """It takes a while until all is loaded."""
    return [45, *[51] * (invocations - 1)]


def leaking(invocations: int = LEAST) -> list[int]:
    """Five kilobytes with each invocation."""
    return [51 + number * 5 // 1_000 for number in range(invocations)]


def test_reports_are_read_by_environment_from_the_logs_of_the_stage_alone() -> None:
    products = {"a": ["START\n", report(44), "{}", report(45)], "b": [report(50), '{"says": "Max Memory Used: 9 MB"}']}
    logs = Logs({"/aws/lambda/orders-gamma-products": products, "/aws/lambda/orders-beta-products": {"c": [report(9)]}})
    found = read(logs, "gamma", SINCE)
    assert found == {"orders-gamma-products": (Environment([44, 45]), Environment([50]))}


def test_a_function_that_has_loaded_what_it_needs_does_not_grow() -> None:
    functions = {"products": (Environment(steady()),), "mail": (Environment([40, 90]),)}
    assert judge(functions) == []
    assert list(lines(functions)) == [
        "products  500 invocations, 45 to 51 MB, 0 MB per 1,000 invocations",
        "mail  2 invocations, not measured: too few in any one environment",
    ]


def test_a_megabyte_more_is_none_yet() -> None:
    assert judge({"products": (Environment([51] * 300 + [52] * 200),)}) == []


@pytest.mark.parametrize("invocations", [LEAST + 100, 2_000, 9_000])
def test_one_environment_that_grows_is_enough(invocations: int) -> None:
    (said,) = judge({"products": (Environment(steady()), Environment(leaking(invocations)))})
    assert said.startswith("products: memory grows by ")
    assert said.endswith("MB per 1,000 invocations, limit 3")


def test_nothing_is_known_of_a_stage_that_was_hardly_asked() -> None:
    assert Environment(steady(LEAST)).is_told
    (said,) = judge({"products": (Environment(steady(LEAST - 1)),)})
    assert said.startswith("no environment was asked 500 times")
    assert judge({})


@pytest.mark.parametrize(("used", "code"), [(steady(), 0), (leaking(1_000), 1), ([51], 1)])
def test_it_tells_what_it_found(used: list[int], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    logs = Logs({"/aws/lambda/orders-gamma-products": {"a": list(map(report, used))}})
    assert main(["gamma", str(SINCE)], logs) == code
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"  orders-gamma-products  {len(used):,} invocations, ")
    assert said[1][0] == "✓✗"[code]

"""Metrics from logs as synthesized, tried on lines as they are written."""

import json

import pytest

from pipeline.cloud.service.api import ACCESS_LOG
from pipeline.rehearsal.world.emulator.inside.access_log import render
from pipeline.rehearsal.world.emulator.inside.filter_pattern import compiled, select
from tests.synth.reading import Resource, Template

GATEWAY = ("Unauthorized", "Forbidden", "RateLimitHits", "ServerErrorAnswers")
FUNCTION = ("LoggedErrors", "TimeOuts", "MemoryUsed")
MEMORY = "$.record.metrics.maxMemoryUsedMB"


def filters(template: Template, log: str) -> dict[str, Resource]:
    """The filters on a log by the name of their metric."""
    group = template.named("AWS::Logs::LogGroup", LogGroupName=log)
    found = [each for each in template.all("AWS::Logs::MetricFilter") if each["LogGroupName"] == {"Ref": group.name}]
    return {each["MetricTransformations"][0]["MetricName"]: each for each in found}


def counted(found: dict[str, Resource], line: str) -> list[str]:
    return [name for name, each in found.items() if compiled(each["FilterPattern"])(line)]


def test_the_gateway_s_log_and_every_function_s_are_counted_in_the_stage_s_namespace(
    template: Template, stage: str
) -> None:
    logs = {f"/aws/lambda/orders-{stage}-{each}": FUNCTION for each in ("products", "orders", "service")}
    for log, names in {**logs, f"/aws/apigateway/orders-{stage}": GATEWAY}.items():
        found = filters(template, log)
        assert tuple(found) == names, log
        for name, each in found.items():
            worth = {"MetricValue": MEMORY} if name == "MemoryUsed" else {"MetricValue": "1", "DefaultValue": 0}
            assert each["MetricTransformations"] == [
                {"MetricNamespace": f"Orders/{stage}", "MetricName": name, **worth}
            ]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, []),
        (304, []),
        (400, []),
        (401, ["Unauthorized"]),
        (403, ["Forbidden"]),
        (404, []),
        (429, ["RateLimitHits"]),
        (500, ["ServerErrorAnswers"]),
        (504, ["ServerErrorAnswers"]),
    ],
)
def test_a_line_of_the_access_log_is_counted_by_its_status(prod: Template, status: int, expected: list[str]) -> None:
    found = filters(prod, "/aws/apigateway/orders-prod")
    assert counted(found, render(json.dumps(ACCESS_LOG), {"status": str(status), "responseLatency": "401"})) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"level": "ERROR", "message": "failed", "error": "RuntimeError"}, ["LoggedErrors"]),
        ({"level": "INFO", "message": "answered", "status": 500}, []),
        ({"level": "WARN", "message": "ERROR"}, []),
        ({"type": "platform.report", "record": {"requestId": "8f", "status": "timeout"}}, ["TimeOuts", "MemoryUsed"]),
        ({"type": "platform.report", "record": {"requestId": "8f", "status": "success"}}, ["MemoryUsed"]),
        ({"type": "platform.start", "record": {"requestId": "8f"}}, []),
        ({"timestamp": "2026-11-26T02:00:00Z", "message": "8f Task timed out after 10.00 seconds"}, ["TimeOuts"]),
    ],
)
def test_a_line_of_a_function_is_counted_by_its_level_or_as_a_time_out(
    prod: Template, line: dict[str, object], expected: list[str]
) -> None:
    found = filters(prod, "/aws/lambda/orders-prod-orders")
    assert counted(found, json.dumps(line)) == expected


def test_a_report_s_peak_of_memory_is_the_value() -> None:
    """The form is that of the Telemetry API's schema reference, `platform.report`."""
    metrics = {"durationMs": 12.1, "billedDurationMs": 13, "memorySizeMB": 1024, "maxMemoryUsedMB": 131}
    report = {"time": "2026-11-26T02:00:00Z", "type": "platform.report", "record": {"metrics": metrics}}
    assert select(report, MEMORY) == 131


def test_a_line_that_is_no_json_counts_as_nothing(prod: Template) -> None:
    assert counted(filters(prod, "/aws/lambda/orders-prod-orders"), "ERROR Task timed out") == []

"""The hook before the shift: the new version answers, there is a way back, and the alarms can fire."""

import io
import json
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber

from pipeline.hooks import clients, preflight
from pipeline.hooks.answer import Refused
from pipeline.hooks.before_allow_traffic import ATTEMPTS, call_judge, call_visitor, check_version, handler, warm
from tests.unit.pipeline.hooks.test_break_glass import NOW, flag

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

ENVIRONMENT = {
    "FUNCTION_NAME": "orders-prod-service",
    "VERSION": "7",
    "ALIAS": "live",
    "PROBES": json.dumps([{"method": "GET", "resource": "/v1/health", "status": 200}]),
    "ALARMS": json.dumps(["orders-prod-service-errors"]),
    "WARM": "2",
    "SHIFT": "[[0,0.1],[300,1]]",
    "JUDGE": "orders-prod-judge",
}
ROLE = "arn:aws:iam::444444444444:role/service"
SESSION = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name="eu-west-1")


class World:
    """Lambda and CloudWatch with the answers that a test gives them, and the pauses that were made."""

    def __init__(self, functions: Any, cloudwatch: "CloudWatchClient") -> None:
        self.functions, self.cloudwatch = functions, cloudwatch
        self.lambda_stub, self.cloudwatch_stub = Stubber(functions), Stubber(cloudwatch)
        self.pauses: list[float] = []

    def answers(self, status: int) -> None:
        payload = json.dumps({"statusCode": status, "body": "{}"}).encode()
        self.lambda_stub.add_response(
            "invoke",
            {"StatusCode": 200, "ExecutedVersion": "7", "Payload": StreamingBody(io.BytesIO(payload), len(payload))},
            {"FunctionName": "orders-prod-service", "Qualifier": "7", "Payload": ANY},
        )

    def alias_stands_on(self, version: str) -> None:
        self.lambda_stub.add_response(
            "get_alias", {"FunctionVersion": version}, {"FunctionName": "orders-prod-service", "Name": "live"}
        )

    def version_exists(self, version: str, state: str = "Active", role: str = ROLE, letters: str = "") -> None:
        told: dict[str, Any] = {"State": state, "Role": role}
        self.lambda_stub.add_response(
            "get_function_configuration",
            {**told, "DeadLetterConfig": {"TargetArn": letters}} if letters else told,
            {"FunctionName": "orders-prod-service", "Qualifier": version},
        )

    def both_exist(self) -> None:
        self.version_exists("6")
        self.version_exists("7")
        self.nothing_is_provisioned()

    def nothing_is_provisioned(self) -> None:
        self.lambda_stub.add_client_error(
            "get_provisioned_concurrency_config", "ProvisionedConcurrencyConfigNotFoundException"
        )

    def is_provisioned(self, number: int) -> None:
        self.lambda_stub.add_response(
            "get_provisioned_concurrency_config",
            {"RequestedProvisionedConcurrentExecutions": number},
            {"FunctionName": "orders-prod-service", "Qualifier": "live"},
        )

    def version_is_gone(self) -> None:
        self.lambda_stub.add_client_error("get_function_configuration", "ResourceNotFoundException")

    def alarm_is(self, state: str | None) -> None:
        alarms = [] if state is None else [{"AlarmName": "orders-prod-service-errors", "StateValue": state}]
        self.cloudwatch_stub.add_response(
            "describe_alarms",
            {"MetricAlarms": alarms},
            {"AlarmNames": ["orders-prod-service-errors"], "AlarmTypes": ["MetricAlarm"]},
        )

    def check(self, **flag: str) -> None:
        environment = {**ENVIRONMENT, **flag}
        with self.lambda_stub, self.cloudwatch_stub:
            check_version(self.functions, self.cloudwatch, environment, "request-1", lambda: NOW, self.pauses.append)

    def objections(self, **flag: str) -> list[str]:
        with pytest.raises(Refused) as refused:
            self.check(**flag)
        return refused.value.reasons


@pytest.fixture
def world() -> Iterator[World]:
    made = World(SESSION.client("lambda"), SESSION.client("cloudwatch"))
    yield made
    made.lambda_stub.assert_no_pending_responses()
    made.cloudwatch_stub.assert_no_pending_responses()


def test_a_version_that_answers_with_a_way_back_and_quiet_alarms_may_go_on(world: World) -> None:
    world.answers(200)
    world.alias_stands_on("6")
    world.both_exist()
    world.alarm_is("OK")
    world.check()
    assert world.pauses == []


@pytest.mark.parametrize("broken", [{}, {"BREAK_GLASS": flag()}], ids=["as ever", "though the glass is broken"])
def test_every_objection_is_said_not_only_the_first(world: World, broken: dict[str, str]) -> None:
    for _ in range(ATTEMPTS):
        world.answers(500)
    world.alias_stands_on("6")
    world.version_is_gone()
    for _ in range(preflight.ATTEMPTS):
        world.alarm_is(None)
    assert world.objections(**broken) == [
        "GET /v1/health: answered 500, promised 200, 5 times",
        "version 6, which alias live stands on, is gone: there is nothing to roll back to",
        "alarm orders-prod-service-errors does not exist: nothing would stop this rollout",
    ]


def test_a_version_that_answers_at_last_is_left_to_the_canary(world: World) -> None:
    for _ in range(ATTEMPTS - 1):
        world.answers(500)
    world.answers(200)
    world.alias_stands_on("6")
    world.both_exist()
    world.alarm_is("OK")
    world.check()


def test_an_alias_that_stands_on_the_version_already_has_nothing_to_shift(world: World) -> None:
    world.answers(200)
    world.alias_stands_on("7")
    world.alarm_is("OK")
    assert world.objections() == ["alias live stands on version 7 already: there is nothing to shift"]


def test_a_way_back_that_does_not_work_is_none(world: World) -> None:
    world.answers(200)
    world.alias_stands_on("6")
    world.version_exists("6", state="Failed")
    world.alarm_is("OK")
    assert world.objections() == ["version 6, to roll back to, is in state Failed"]


def test_an_alarm_still_red_from_the_version_before_is_given_time_to_look_again(world: World) -> None:
    world.answers(200)
    world.alias_stands_on("6")
    world.both_exist()
    world.alarm_is("ALARM")
    world.alarm_is("ALARM")
    world.alarm_is("OK")
    world.check()
    assert world.pauses == [preflight.PAUSE_SECONDS, preflight.PAUSE_SECONDS]


def test_an_alarm_that_stays_red_stops_the_rollout_within_the_hooks_time(world: World) -> None:
    world.answers(200)
    world.alias_stands_on("6")
    world.both_exist()
    for _ in range(preflight.ATTEMPTS):
        world.alarm_is("ALARM")
    assert world.objections() == ["alarm orders-prod-service-errors is in ALARM before the shift"]
    assert 60 < sum(world.pauses) <= 120


def test_a_red_alarm_is_let_through_by_break_glass_and_told(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.answers(200)
    world.alias_stands_on("6")
    world.both_exist()
    for _ in range(preflight.ATTEMPTS):
        world.alarm_is("ALARM")
    world.check(BREAK_GLASS=flag())
    assert "let through by break-glass: alarm orders-prod-service-errors is in ALARM before the shift" in caplog.text


def test_break_glass_whose_hours_are_over_stops_what_comes_next(world: World) -> None:
    (told,) = world.objections(BREAK_GLASS=flag(until="1970-01-01T00:30:00+00:00"))
    assert told.startswith("BREAK_GLASS holds from 1970-01-01 00:00:00+00:00 to 1970-01-01 00:30:00+00:00")


def test_an_alarm_without_data_is_no_objection(world: World) -> None:
    world.answers(200)
    world.alias_stands_on("6")
    world.both_exist()
    world.alarm_is("INSUFFICIENT_DATA")
    world.check()


@pytest.mark.parametrize(
    ("new", "objection"),
    [
        (
            {"role": "arn:aws:iam::444444444444:role/other"},
            "versions 6 and 7 differ in their role (arn:aws:iam::444444444444:role/service and "
            "arn:aws:iam::444444444444:role/other): an alias can't have both",
        ),
        (
            {"letters": "arn:aws:sqs:eu-west-1:444444444444:letters"},
            "versions 6 and 7 differ in their dead-letter queue (None and "
            "arn:aws:sqs:eu-west-1:444444444444:letters): an alias can't have both",
        ),
    ],
)
def test_two_versions_that_an_alias_can_not_hold_are_told(world: World, new: dict[str, str], objection: str) -> None:
    world.answers(200)
    world.alias_stands_on("6")
    world.version_exists("6")
    world.version_exists("7", **new)
    world.nothing_is_provisioned()
    world.alarm_is("OK")
    assert world.objections() == [objection]


def test_provisioned_environments_clash_with_a_shift(world: World) -> None:
    world.answers(200)
    world.alias_stands_on("6")
    world.version_exists("6")
    world.version_exists("7")
    world.is_provisioned(5)
    world.alarm_is("OK")
    assert world.objections() == [
        "alias live has 5 provisioned environments: take them away before its traffic is to shift"
    ]


class Lambda:
    """Notes which functions are invoked, and how."""

    def __init__(self) -> None:
        self.invoked: list[Any] = []

    def invoke(self, **asked: Any) -> Any:
        self.invoked.append(asked)
        return {"Payload": io.BytesIO(b'{"statusCode": 200}')}


def test_as_many_environments_as_the_plan_says_are_asked_at_once() -> None:
    functions = Lambda()
    warm(functions, ENVIRONMENT, "request-1", lambda: 0.0)
    assert [each["Qualifier"] for each in functions.invoked] == ["7", "7"]


def test_an_environment_that_can_not_be_warmed_is_no_reason_to_refuse() -> None:
    class Throttled(Lambda):
        def invoke(self, **asked: Any) -> Any:
            super().invoke(**asked)
            raise ClientError({"Error": {"Code": "TooManyRequestsException", "Message": "later"}}, "Invoke")

    functions = Throttled()
    warm(functions, ENVIRONMENT, "request-1", lambda: 0.0)
    assert len(functions.invoked) == 2


def test_the_judge_is_called_with_what_it_is_to_look_at_and_nobody_waits_for_it() -> None:
    functions = Lambda()
    call_judge(functions, ENVIRONMENT, "d-1")
    (called,) = functions.invoked
    assert (called["FunctionName"], called["InvocationType"]) == ("orders-prod-judge", "Event")
    assert json.loads(called["Payload"]) == {
        "deployment": "d-1",
        "function": "orders-prod-service",
        "alias": "live",
    }


def test_a_stage_s_visitor_is_called_with_what_it_is_to_ask_and_nobody_waits_for_it() -> None:
    functions = Lambda()
    call_visitor(functions, {**ENVIRONMENT, "VISITOR": "orders-gamma-visitor"})
    (called,) = functions.invoked
    assert (called["FunctionName"], called["InvocationType"]) == ("orders-gamma-visitor", "Event")
    assert json.loads(called["Payload"]) == {
        "function": "orders-prod-service",
        "alias": "live",
        "probes": ENVIRONMENT["PROBES"],
    }


def test_where_others_ask_there_is_no_visitor() -> None:
    functions = Lambda()
    call_visitor(functions, ENVIRONMENT)
    assert functions.invoked == []


def test_where_all_traffic_moves_at_once_no_judge_is_called() -> None:
    functions = Lambda()
    call_judge(functions, {**ENVIRONMENT, "SHIFT": "[[0,1]]"}, "d-1")
    assert functions.invoked == []


class Codedeploy:
    """Takes the hook's answer."""

    exceptions = SESSION.client("codedeploy").exceptions

    def __init__(self) -> None:
        self.told: list[str] = []

    def put_lifecycle_event_hook_execution_status(self, **told: str) -> None:
        self.told.append(told["status"])


class Context:
    aws_request_id = "request-1"


def hooked(monkeypatch: pytest.MonkeyPatch, alarm: str, **more: str) -> tuple[Lambda, list[str]]:
    """What a hook in an environment like production's invokes and tells, while its alarm is in this state."""
    functions, codedeploy, cloudwatch = Standing(), Codedeploy(), SESSION.client("cloudwatch")
    for name, value in {**ENVIRONMENT, **more}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clients, "functions", lambda: functions)
    monkeypatch.setattr(clients, "codedeploy", lambda: codedeploy)
    monkeypatch.setattr(clients, "cloudwatch", lambda: cloudwatch)
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with Stubber(cloudwatch) as stub:
        for _ in range(preflight.ATTEMPTS):
            told = {"MetricAlarms": [{"AlarmName": "orders-prod-service-errors", "StateValue": alarm}]}
            stub.add_response("describe_alarms", told)
        handler({"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "e-1"}, Context())
    return functions, codedeploy.told


class Standing(Lambda):
    """A function whose alias stands on version 6."""

    def get_alias(self, **_: str) -> Any:
        return {"FunctionVersion": "6"}

    def get_function_configuration(self, **_: str) -> Any:
        return {"State": "Active", "Role": ROLE}

    def get_provisioned_concurrency_config(self, **_: str) -> Any:
        raise ClientError(
            {"Error": {"Code": "ProvisionedConcurrencyConfigNotFoundException", "Message": "none"}},
            "GetProvisionedConcurrencyConfig",
        )


def test_a_version_that_may_go_on_is_warmed_then_the_judge_is_called_and_codedeploy_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    functions, told = hooked(monkeypatch, "OK")
    asked = [each["FunctionName"] for each in functions.invoked]
    assert asked == ["orders-prod-service"] * 3 + ["orders-prod-judge"]  # a probe, and two that warm
    assert told == ["Succeeded"]


def test_where_nobody_else_asks_the_visitor_is_called_once_the_judge_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    functions, told = hooked(monkeypatch, "OK", VISITOR="orders-prod-visitor")
    assert [each["FunctionName"] for each in functions.invoked][-2:] == ["orders-prod-judge", "orders-prod-visitor"]
    assert told == ["Succeeded"]


def test_for_a_version_that_may_not_go_on_neither_judge_nor_visitor_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    functions, told = hooked(monkeypatch, "ALARM", VISITOR="orders-prod-visitor")
    assert [each["FunctionName"] for each in functions.invoked] == ["orders-prod-service"]
    assert told == ["Failed"]

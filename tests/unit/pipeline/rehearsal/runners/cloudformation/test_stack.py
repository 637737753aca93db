"""A stack through boto3: the answers that come in portions, late, or not at all."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from pipeline.rehearsal.errors import Broke, Refused
from pipeline.rehearsal.runners.cloudformation.clients import Place
from pipeline.rehearsal.runners.cloudformation.stack import Stack

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ID = "arn:aws:cloudformation:eu-west-1:444444444444:stack/orders/1"


class Answers:
    """A world whose CloudFormation and Lambda answer what the test says, call by call."""

    def __init__(self, **answers: list[Any]) -> None:
        self._answers = {name: iter(items) for name, items in answers.items()}
        self.asked: list[dict[str, Any]] = []

    def client(self, service: str, account: str, region: str) -> Any:
        assert service in ("cloudformation", "lambda"), (account, region)
        return self

    def observations(self, after: int) -> list[Any]:
        return [after][:0]

    def local_url(self, url: str) -> str:
        return url

    def get_paginator(self, operation: str) -> Any:
        return _Pages(getattr(self, operation))

    def __getattr__(self, name: str) -> Any:
        def answer(**asked: Any) -> Any:
            self.asked.append(asked)
            found = next(self._answers[name])
            if isinstance(found, Exception):
                raise found
            return found

        return answer


class _Pages:
    def __init__(self, call: Any) -> None:
        self._call = call

    def paginate(self, **asked: Any) -> Iterator[Any]:
        yield from self._call(**asked)


def stack(**answers: list[Any]) -> tuple[Stack, Answers, list[str]]:
    world = Answers(**answers)
    waited: list[str] = []
    return Stack(Place(world, "444444444444", "eu-west-1"), "orders", lambda: waited.append("waited")), world, waited


def refusal(message: str) -> ClientError:
    return ClientError({"Error": {"Code": "ValidationError", "Message": message}}, "Operation")


def event(number: int, status: str, reason: str = "", name: str = "Table") -> dict[str, Any]:
    return {
        "EventId": str(number),
        "StackId": ID,
        "Timestamp": NOW.replace(minute=number),
        "LogicalResourceId": name,
        "PhysicalResourceId": ID if name == "orders" else name,
        "ResourceType": "AWS::CloudFormation::Stack" if name == "orders" else "AWS::DynamoDB::Table",
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }


def changes(*names: str) -> list[dict[str, Any]]:
    return [{"ResourceChange": {"LogicalResourceId": name}} for name in names]


def test_a_change_set_that_is_still_being_made_is_waited_for() -> None:
    made, _, waited = stack(
        describe_change_set=[
            {"Status": "CREATE_PENDING"},
            {"Status": "CREATE_IN_PROGRESS"},
            {"Status": "CREATE_COMPLETE", "Changes": changes("A")},
        ]
    )
    assert len(made.change_set("Change").changes) == 1
    assert waited == ["waited", "waited"]


def test_changes_that_come_in_portions_are_all_read() -> None:
    made, world, _ = stack(
        describe_change_set=[
            {"Status": "CREATE_COMPLETE", "Changes": changes("A", "B"), "NextToken": "more"},
            {"Status": "CREATE_COMPLETE", "Changes": changes("C")},
        ]
    )
    assert len(made.change_set("Change").changes) == 3
    assert world.asked[1]["NextToken"] == "more"


def test_parameters_are_told_with_what_ssm_holds_for_them() -> None:
    parameters = [
        {"ParameterKey": "Size", "ParameterValue": "3"},
        {"ParameterKey": "Image", "ParameterValue": "/image", "ResolvedValue": "i-1"},
    ]
    made, _, _ = stack(
        describe_stacks=[{"Stacks": [{"StackStatus": "CREATE_COMPLETE", "Parameters": parameters}]}],
        describe_change_set=[{"Status": "CREATE_COMPLETE", "Parameters": parameters}],
    )
    assert made.parameters() == made.change_set("Change").parameters == {"Size": "3", "Image": "i-1"}


def test_a_stack_that_is_not_there_has_no_parameters() -> None:
    made, _, _ = stack(describe_stacks=[refusal("Stack with id orders does not exist")])
    assert made.parameters() == {}


def test_a_change_set_that_failed_is_refused_with_its_reason() -> None:
    made, _, _ = stack(describe_change_set=[{"Status": "FAILED", "StatusReason": "Transform failed"}])
    with pytest.raises(Refused, match="orders: the change set Change failed: Transform failed"):
        made.change_set("Change")


@pytest.mark.parametrize(
    "reason", ["The submitted information didn't contain changes. Submit…", "No updates are to be performed."]
)
def test_a_change_set_without_changes_is_empty_and_no_failure(reason: str) -> None:
    made, _, _ = stack(describe_change_set=[{"Status": "FAILED", "StatusReason": reason}])
    assert made.change_set("Change").empty


def test_a_stack_that_only_waits_for_its_first_change_set_is_not_there_yet() -> None:
    made, _, _ = stack(describe_stacks=[{"Stacks": [{"StackStatus": "REVIEW_IN_PROGRESS"}]}])
    assert made.status() is None


def test_what_aws_refuses_for_another_reason_is_not_mistaken_for_an_absent_stack() -> None:
    made, _, _ = stack(describe_stacks=[refusal("Rate exceeded")], describe_change_set=[refusal("Rate exceeded")])
    with pytest.raises(ClientError, match="Rate exceeded"):
        made.status()
    with pytest.raises(ClientError, match="Rate exceeded"):
        made.change_set("Change")


def test_a_change_set_that_can_not_be_executed_is_refused_in_awss_words() -> None:
    made, _, _ = stack(execute_change_set=[refusal("ChangeSet [Change] is OBSOLETE")])
    with pytest.raises(Refused, match=r"orders: Change can't be executed: ChangeSet \[Change\] is OBSOLETE"):
        made.execute("Change")


def test_the_first_failure_is_the_earliest_of_this_operation_that_is_no_consequence() -> None:
    there = {"Stacks": [{"StackStatus": "UPDATE_ROLLBACK_COMPLETE"}]}
    later = [
        event(9, "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed", "orders"),
        event(8, "UPDATE_FAILED", "Resource update cancelled", "Topic"),
        event(7, "UPDATE_FAILED", "its key schema can't be changed"),
        event(6, "UPDATE_FAILED", "the stack itself", "orders"),
    ]
    pages = [{"StackEvents": later}, {"StackEvents": [event(1, "CREATE_FAILED", "of an older operation")]}]
    made, _, _ = stack(describe_stacks=[there, there], describe_stack_events=[pages, pages])
    assert made.event_ids() == {"9", "8", "7", "6", "1"}
    assert made.first_failure(frozenset({"1"})) == "Table (AWS::DynamoDB::Table): its key schema can't be changed"


def test_a_failure_that_nobody_explains_says_so() -> None:
    there = {"Stacks": [{"StackStatus": "ROLLBACK_COMPLETE"}]}
    made, _, _ = stack(describe_stacks=[there], describe_stack_events=[[{"StackEvents": []}]])
    assert made.first_failure(frozenset()) == "no resource says why"


def test_the_weights_of_an_alias_are_percent_and_sum_to_a_hundred() -> None:
    told = {"FunctionVersion": "6", "RoutingConfig": {"AdditionalVersionWeights": {"7": 0.1}}}
    made, _, _ = stack(get_alias=[told, {"FunctionVersion": "7"}])
    assert made.weights("orders", "live") == {"6": 90.0, "7": 10.0}
    assert made.weights("orders", "live") == {"7": 100.0}


def test_aliases_are_told_by_function_and_name() -> None:
    there = {"Stacks": [{"StackStatus": "CREATE_COMPLETE"}]}
    arn = "arn:aws:lambda:eu-west-1:444444444444:function:orders:live"
    summaries = [
        {"ResourceType": "AWS::Lambda::Alias", "PhysicalResourceId": arn},
        {"ResourceType": "AWS::SNS::Topic", "PhysicalResourceId": "topic"},
    ]
    made, _, _ = stack(describe_stacks=[there], list_stack_resources=[[{"StackResourceSummaries": summaries}]])
    assert made.aliases() == (("orders", "live"),)


def test_an_alias_that_is_no_arn_breaks_the_run() -> None:
    there = {"Stacks": [{"StackStatus": "CREATE_COMPLETE"}]}
    summaries = [{"ResourceType": "AWS::Lambda::Alias", "PhysicalResourceId": "live"}]
    made, _, _ = stack(describe_stacks=[there], list_stack_resources=[[{"StackResourceSummaries": summaries}]])
    with pytest.raises(Broke, match="the world names an alias 'live', which is not an ARN"):
        made.aliases()

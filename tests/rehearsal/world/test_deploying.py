"""The pipeline's CloudFormation actions against the local AWS: what a script can't prove of them."""

import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.record.events import ChangeSetPrepared, Commit, Event, LiveNow, RolloutFinished, RolloutStarted
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Refused
from pipeline.rehearsal.read.routes import Route
from pipeline.rehearsal.runners.base import ActionContext, ActionResult
from pipeline.rehearsal.runners.cloudformation.clients import TrafficCounts
from pipeline.rehearsal.runners.cloudformation.runner import CloudFormationRunner, Release
from pipeline.rehearsal.spec import Action
from tests.rehearsal.world.account import REGION, Account
from tests.rehearsal.world.templates import Part, att, function, merged, ref, released, resource, shifted, template

pytestmark = pytest.mark.emulator

# Half of what is asked meanwhile reaches the new version: even a starved machine asks enough.
LINEAR = "CodeDeployDefault.LambdaLinear10PercentEvery1Minute"
RAISES = "def handler(event, context):\n    raise ValueError('broken release')\n"
STACK = "orders"


class Asking:
    """Traffic that invokes the function's alias without a pause; `silent` traffic asks nothing."""

    def __init__(self, account: Account, silent: bool = False) -> None:
        self._client = account.client("lambda")
        self._silent = silent
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._sent = 0

    def start(self, stage: str, outputs: Mapping[str, str], watched: Sequence[Route] = ()) -> None:  # noqa: ARG002
        assert stage == "prod"
        self._over.clear()
        self._thread = threading.Thread(target=self._ask, args=(outputs["Name"],))
        self._thread.start()

    def stop(self) -> TrafficCounts:
        assert self._thread is not None
        self._over.set()
        self._thread.join()
        return TrafficCounts(self._sent, 0)

    def _ask(self, name: str) -> None:
        while not self._over.is_set() and not self._silent:
            self._client.invoke(FunctionName=name, Qualifier="live", Payload=b"{}")
            self._sent += 1


class Delivery:
    """A runner for one account, and the folder that its artifact is in."""

    def __init__(self, account: Account, folder: Path, silent: bool = False) -> None:
        self.events: list[Event] = []
        self._account = account
        self._folder = folder
        self._live: dict[tuple[str, str, str], Commit] = {}
        self._traffic = Asking(account, silent)
        self._count = 0

    def deploy(self, document: Part, commit: str = "c1", **parameters: str) -> ActionResult:
        """Prepare and execute, as the two actions of a stage."""
        assert self.prepare(document, commit, **parameters).outcome is Outcome.PASSED
        return self.act(commit, "CHANGE_SET_EXECUTE")

    def prepare(self, document: Part, commit: str = "c1", **parameters: str) -> ActionResult:
        """Make the change set."""
        (self._folder / "t.json").write_text(json.dumps(document))
        told = {"TemplatePath": "Synth::t.json", "Capabilities": "CAPABILITY_IAM"}
        return self.act(commit, "CHANGE_SET_REPLACE", **told, ParameterOverrides=json.dumps(parameters))

    def act(self, commit: str, mode: str, **told: str) -> ActionResult:
        configuration = {"ActionMode": mode, "StackName": STACK, "ChangeSetName": "PipelineChange", **told}
        role = f"arn:aws:iam::{self._account.number}:role/deploy"
        action = Action("Deploy", "Deploy", "AWS", "CloudFormation", "1", 1, configuration, ("Synth",), role=role)
        release = Release(("111111111111", REGION), Commit(commit, "", ""), self._live, {})
        return CloudFormationRunner(self._account.world, release, self._traffic, poll_seconds=0.02).run(
            action, self._context(action)
        )

    def _context(self, action: Action) -> ActionContext:
        self._count += 1
        return ActionContext(
            stage="prod",
            action=action.name,
            inputs={"Synth": self._folder},
            outputs={},
            work=self._folder,
            log=self._folder / f"{self._count}.log",
            configuration=action.configuration,
            variables={},
            environment={},
            emit=self.events.append,
            cancel=Cancel(),
        )

    def told[Kind](self, kind: type[Kind]) -> list[Kind]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def delivery(account: Account, tmp_path: Path) -> Delivery:
    return Delivery(account, tmp_path)


def canaried(number: int, code: str | None = None, **alarm: Any) -> Part:
    """A release behind CodeDeploy, watched by an alarm on the errors of its own version."""
    dimensions = {
        "FunctionName": ref("Function"),
        "Resource": {"Fn::Sub": "${Function}:live"},
        "ExecutedVersion": att(f"Version{number}", "Version"),
    }
    told = {
        "AlarmName": {"Fn::Sub": "errors-${AWS::AccountId}"},
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
        **alarm,
    }
    parts = released(number, code) if code else released(number)
    resources = merged(parts, {"Alarm": resource("CloudWatch::Alarm", **told)}, shifted(LINEAR, ref("Alarm")))
    return template(resources, Name=ref("Function"))


def table(name: str, **more: Part) -> Part:
    properties = {
        "TableName": name,
        "AttributeDefinitions": [{"AttributeName": "PK", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    return template({"Table": resource("DynamoDB::Table", **properties), **more}, Name=ref("Table"))


def test_a_first_release_is_created_and_its_outputs_are_variables(delivery: Delivery) -> None:
    result = delivery.deploy(table("orders"))
    assert (result.summary, result.variables) == ("CREATE_COMPLETE; nothing to shift", {"Name": "orders"})


def test_a_template_that_is_too_long_for_a_request_goes_through_s3(delivery: Delivery) -> None:
    long = {**table("orders"), "Metadata": {"Long": "x" * 60_000}}
    assert delivery.deploy(long).summary == "CREATE_COMPLETE; nothing to shift"


def test_the_same_again_is_no_change(delivery: Delivery) -> None:
    delivery.deploy(table("orders"))
    assert delivery.deploy(table("orders")).summary == "no changes; nothing to shift"


def test_a_table_that_would_be_replaced_is_seen_before_it_happens(delivery: Delivery) -> None:
    delivery.deploy(table("orders"))
    delivery.deploy(table("orders-2"))
    _, prepared = delivery.told(ChangeSetPrepared)
    assert [(change.action, change.logical_id, change.stateful) for change in prepared.changes] == [
        ("Replace", "Table", True)
    ]


def test_a_release_is_seen_in_its_alias_and_alarm_and_not_in_the_role_that_stays(delivery: Delivery) -> None:
    """Both name the new version's number; a function names the role's ARN, which no change in place changes."""
    delivery.deploy(canaried(1))
    candidate = canaried(2)
    candidate["Resources"]["Role"]["Properties"]["Description"] = "of orders"
    delivery.prepare(candidate, "c2")
    prepared = delivery.told(ChangeSetPrepared)[-1]
    assert [(change.action, change.logical_id, change.because) for change in prepared.changes] == [
        ("Modify", "Alarm", "Dimensions"),
        ("Modify", "Function", "Description"),
        ("Modify", "Live", "FunctionVersion"),
        ("Modify", "Role", "Description"),
        ("Remove", "Version1", ""),
        ("Add", "Version2", ""),
    ]


def test_what_names_another_resource_is_a_change_that_is_deployed(delivery: Delivery) -> None:
    def told(by: str) -> Part:
        queues = {name: resource("SQS::Queue", QueueName=name.lower()) for name in ("One", "Two")}
        redrive = {"deadLetterTargetArn": att(by, "Arn"), "maxReceiveCount": 3}
        work = resource("SQS::Queue", QueueName="work", RedrivePolicy=redrive)
        return template({**queues, "Work": work}, Url=ref("Work"))

    delivery.deploy(told("One"))
    assert delivery.deploy(told("Two")).summary == "UPDATE_COMPLETE; nothing to shift"
    (change,) = delivery.told(ChangeSetPrepared)[-1].changes
    assert (change.logical_id, change.because) == ("Work", "RedrivePolicy")


def test_another_value_of_a_parameter_is_a_change_that_is_deployed(delivery: Delivery) -> None:
    topic = {"Topic": resource("SNS::Topic", DisplayName=ref("Shown"))}
    document = {**template(topic), "Parameters": {"Shown": {"Type": "String", "Default": "one"}}}
    delivery.deploy(document)
    assert delivery.deploy(document).summary == "no changes; nothing to shift"
    assert delivery.deploy(document, Shown="two").summary == "UPDATE_COMPLETE; nothing to shift"
    (change,) = delivery.told(ChangeSetPrepared)[-1].changes
    assert (change.action, change.because) == ("Modify", "DisplayName")


def test_a_resource_that_can_not_be_made_is_named_and_the_rest_is_rolled_back(delivery: Delivery) -> None:
    delivery.deploy(table("orders"))
    broken = function(Handler="index.handler", Role="arn:aws:iam::1:role/x", Runtime="cobol85")
    result = delivery.deploy(table("orders", Broken=broken))
    assert result.outcome is Outcome.REFUSED
    assert result.reason.startswith("Broken (AWS::Lambda::Function): ")
    assert result.reason.endswith("; orders ended in UPDATE_ROLLBACK_COMPLETE")


def test_a_stack_whose_first_deployment_failed_takes_no_update(delivery: Delivery) -> None:
    broken = function(Handler="index.handler", Role="arn:aws:iam::1:role/x", Runtime="cobol85")
    assert delivery.deploy(template({"Broken": broken})).summary == "ROLLBACK_COMPLETE"
    with pytest.raises(Refused, match="orders is ROLLBACK_COMPLETE: its first deployment failed; delete the stack"):
        delivery.deploy(table("orders"))
    assert delivery.act("c1", "DELETE_ONLY").summary == "deleted"
    assert delivery.deploy(table("orders")).outcome is Outcome.PASSED


def test_a_good_release_is_shifted_under_traffic_and_then_live(delivery: Delivery) -> None:
    delivery.deploy(canaried(1), "c1")
    result = delivery.deploy(canaried(2), "c2")
    assert result.outcome is Outcome.PASSED
    (finished,) = delivery.told(RolloutFinished)
    assert (finished.status, finished.rolled_back, finished.failed) == ("Succeeded", False, 0)
    assert finished.requests > 0
    (live,) = delivery.told(LiveNow)[1:]
    assert (live.commit, list(live.functions.values())) == ("c2", [{"2": 100.0}])


def test_a_bad_release_is_rolled_back_by_its_alarm_and_the_old_one_stays_live(delivery: Delivery) -> None:
    delivery.deploy(canaried(1), "c1")
    result = delivery.deploy(canaried(2, RAISES), "c2")
    (finished,) = delivery.told(RolloutFinished)
    assert (finished.rolled_back, finished.requests) == (True, finished.failed)
    assert result.outcome is Outcome.REFUSED
    assert "was rolled back: alarm errors-" in result.reason
    assert ", limit 0; " in result.reason
    assert result.reason.endswith("; orders ended in UPDATE_ROLLBACK_COMPLETE")
    live = delivery.told(LiveNow)[-1]
    assert (live.commit, list(live.functions.values())) == ("c1", [{"1": 100.0}])


def test_a_release_that_nobody_asked_anything_is_no_pass(account: Account, tmp_path: Path) -> None:
    delivery = Delivery(account, tmp_path, silent=True)
    delivery.deploy(canaried(1), "c1")
    result = delivery.deploy(canaried(2), "c2")
    assert (result.outcome, result.summary) == (Outcome.REFUSED, "no traffic")


def test_what_makes_no_new_version_shifts_nothing(delivery: Delivery) -> None:
    delivery.deploy(canaried(1), "c1")
    result = delivery.deploy(canaried(1, Threshold=5), "c2")
    assert result.summary == "UPDATE_COMPLETE; nothing to shift; 1 alarm driven to ALARM and back"
    assert delivery.told(RolloutStarted) == []

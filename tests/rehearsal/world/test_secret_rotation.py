"""A secret rotates by its function, in four steps, when it is asked to.

Source: Secrets Manager API reference, RotateSecret; user guide, "Rotation by Lambda function".
"""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.rehearsal.world.account import Account, Deployed
from tests.rehearsal.world.templates import ref, released, resource, template

pytestmark = pytest.mark.emulator

ROTATES = """
import boto3, os
client = boto3.client("secretsmanager")
def pending(event):
    asked = {"SecretId": event["SecretId"], "VersionId": event["ClientRequestToken"], "VersionStage": "AWSPENDING"}
    return client.get_secret_value(**asked)["SecretString"]
def handler(event, context):
    step, secret, version = event["Step"], event["SecretId"], event["ClientRequestToken"]
    labels = client.describe_secret(SecretId=secret)["VersionIdsToStages"]
    if step == "createSecret":
        assert labels[version] == ["AWSPENDING"]
        try:
            pending(event)
        except client.exceptions.ResourceNotFoundException:
            told = "after nothing"
        client.put_secret_value(
            SecretId=secret, ClientRequestToken=version, SecretString=told, VersionStages=["AWSPENDING"])
    if step == "testSecret" and os.environ["FAILS"] == "yes":
        raise ValueError("it opens nothing")
    if step == "finishSecret":
        assert pending(event) == "after nothing"
        (before,) = [name for name, all in labels.items() if "AWSCURRENT" in all]
        client.update_secret_version_stage(
            SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=version, RemoveFromVersionId=before)
"""


def rotating(account: Account, *, fails: str = "no", at_once: object = False, name: str = "stack") -> Deployed:
    """A secret, and a function by which it rotates."""
    schedule = resource(
        "SecretsManager::RotationSchedule",
        ("Live",),
        SecretId=ref("Secret"),
        RotationLambdaARN=ref("Live"),
        RotationRules={"AutomaticallyAfterDays": 30},
        RotateImmediatelyOnUpdate=at_once,
    )
    parts = {
        **released(1, ROTATES, Environment={"Variables": {"FAILS": fails}}, Timeout=20),
        "Secret": resource("SecretsManager::Secret", SecretString="before"),
        "Schedule": schedule,
    }
    outputs = {"Secret": ref("Secret"), "Function": ref("Live"), "Schedule": ref("Schedule")}
    done = account.deploy(template(parts, **outputs), name)
    assert done.status == "CREATE_COMPLETE", done.failures()
    return done


def told(stack: Deployed) -> Any:
    return stack.account.client("secretsmanager").describe_secret(SecretId=stack.outputs["Secret"])


def read(stack: Deployed, label: str = "AWSCURRENT") -> str:
    asked = {"SecretId": stack.outputs["Secret"], "VersionStage": label}
    return str(stack.account.client("secretsmanager").get_secret_value(**asked)["SecretString"])


def rotate(stack: Deployed, **more: object) -> str:
    client = stack.account.client("secretsmanager")
    return str(client.rotate_secret(SecretId=stack.outputs["Secret"], **more)["VersionId"])


def test_a_schedule_lets_a_secret_rotate_by_its_function_and_changes_nothing_yet(account: Account) -> None:
    stack = rotating(account)
    secret = told(stack)
    assert (secret["RotationEnabled"], secret["RotationLambdaARN"]) == (True, stack.outputs["Function"])
    assert secret["RotationRules"] == {"AutomaticallyAfterDays": 30}
    assert list(secret["VersionIdsToStages"].values()) == [["AWSCURRENT"]]
    assert (read(stack), stack.outputs["Schedule"]) == ("before", stack.outputs["Secret"])


def test_rotating_takes_the_four_steps_and_the_value_before_stays_known(account: Account) -> None:
    stack = rotating(account)
    version = rotate(stack)
    assert account.until(lambda: read(stack) == "after nothing", "the new value")
    assert read(stack, "AWSPREVIOUS") == "before"
    assert "AWSCURRENT" in told(stack)["VersionIdsToStages"][version]


def test_a_schedule_that_says_so_rotates_at_once(account: Account) -> None:
    stack = rotating(account, at_once=True)
    assert account.until(lambda: read(stack) == "after nothing", "the new value")


def test_a_step_that_fails_ends_the_rotation_and_the_value_stays(account: Account) -> None:
    stack = rotating(account, fails="yes")
    version = rotate(stack)
    logs = account.client("logs")

    def failed() -> bool:
        groups = logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]
        lines = [
            event for each in groups for event in logs.filter_log_events(logGroupName=each["logGroupName"])["events"]
        ]
        return any("it opens nothing" in line["message"] for line in lines)

    assert account.until(failed, "the failure")
    assert (read(stack), read(stack, "AWSPENDING")) == ("before", "after nothing")
    assert told(stack)["VersionIdsToStages"][version] == ["AWSPENDING"]


def test_a_rotation_that_is_not_to_be_made_now_changes_nothing(account: Account) -> None:
    stack = rotating(account)
    rotate(stack, RotateImmediately=False)
    assert list(told(stack)["VersionIdsToStages"].values()) == [["AWSCURRENT"]]


def test_without_its_schedule_a_secret_rotates_no_more(account: Account) -> None:
    stack = rotating(account)
    asked = {"SecretId": stack.outputs["Secret"]}
    parts = {"Secret": resource("SecretsManager::Secret", SecretString="before")}
    assert account.deploy(template(parts), stack.name).status == "UPDATE_COMPLETE"
    assert account.client("secretsmanager").describe_secret(**asked)["RotationEnabled"] is False


def test_a_schedule_needs_its_secret(account: Account) -> None:
    missing = f"arn:aws:secretsmanager:eu-west-1:{account.number}:secret:none-123456"
    schedule = resource("SecretsManager::RotationSchedule", SecretId=missing, RotationLambdaARN="arn:aws:lambda:x")
    failed = account.deploy(template({"Schedule": schedule}))
    assert failed.status == "ROLLBACK_COMPLETE"
    assert "there is no secret" in json.dumps(failed.failures())


def test_a_secret_that_is_not_there_can_t_be_rotated(account: Account) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        account.client("secretsmanager").rotate_secret(SecretId="none")

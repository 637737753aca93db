"""Where IAM is enforced: a function may do what its role grants and nothing else, and what is denied is told.

Source: IAM User Guide, "Policy evaluation logic": what no policy allows is denied.
"""

import json
from typing import Any

import pytest

from pipeline.rehearsal.world.emulator.world import EmulatorWorld
from tests.rehearsal.world.account import REGION, Account, Deployed
from tests.rehearsal.world.templates import att, ref, released, resource, template

pytestmark = pytest.mark.emulator

READS = """
import boto3, os
def handler(event, context):
    return {"read": boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET"])["SecretString"]}
"""
NUMBER = "700000000001"


def reader(world: EmulatorWorld, number: str, *actions: str, code: str = READS) -> Deployed:
    """A function with `code` that reads a secret, and a role that may do `actions` with it."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": ref("Secret")}
    policy = resource(
        "IAM::Policy",
        PolicyName="reads",
        PolicyDocument={"Version": "2012-10-17", "Statement": [statement]},
        Roles=[ref("Role")],
    )
    parts = {
        **released(1, code, Environment={"Variables": {"SECRET": ref("Secret")}}, Timeout=20),
        "Secret": resource("SecretsManager::Secret", SecretString="told"),
        "Reads": policy,
    }
    done = Account(world, number).deploy(
        template(parts, Name=ref("Function"), Role=att("Role", "Arn"), It=ref("Secret"))
    )
    assert done.status == "CREATE_COMPLETE", done.failures()
    return done


def invoked(stack: Deployed) -> dict[str, str]:
    answer = stack.account.client("lambda").invoke(FunctionName=stack.outputs["Name"])
    found: dict[str, str] = json.loads(answer["Payload"].read())
    return found


def test_what_a_role_grants_its_function_may_do(strict: EmulatorWorld) -> None:
    assert invoked(reader(strict, NUMBER, "secretsmanager:GetSecretValue")) == {"read": "told"}


def test_what_no_policy_allows_is_denied_and_told_with_role_action_and_resource(strict: EmulatorWorld) -> None:
    stack = reader(strict, "700000000002", "secretsmanager:DescribeSecret")
    assert "AccessDenied" in invoked(stack)["errorMessage"]
    role, function, secret = stack.outputs["Role"].rpartition("/")[2], stack.outputs["Name"], stack.outputs["It"]
    who = f"arn:aws:sts::700000000002:assumed-role/{role}/{function}"
    assert f"{who} may not secretsmanager:GetSecretValue on {secret}" in strict.denied()


FORGES = """
import boto3, os
from botocore.exceptions import ClientError
def handler(event, context):
    forged = boto3.client("secretsmanager", aws_secret_access_key="x" * 40,
        aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"], aws_session_token=os.environ["AWS_SESSION_TOKEN"])
    try:
        return {"read": forged.get_secret_value(SecretId=os.environ["SECRET"])["SecretString"]}
    except ClientError as refused:
        return {"refused": refused.response["Error"]["Code"]}
"""


def test_a_request_that_is_signed_with_another_key_is_refused_whoever_it_says_it_is(strict: EmulatorWorld) -> None:
    stack = reader(strict, "700000000008", "secretsmanager:GetSecretValue", code=FORGES)
    assert invoked(stack) == {"refused": "InvalidSignatureException"}


def bounded(*boundary: str) -> dict[str, Any]:
    """The template of a function that may do all with a secret, in a role whose boundary allows `boundary`."""
    everything = {"Effect": "Allow", "Action": "secretsmanager:*", "Resource": ref("Secret")}
    most = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(boundary), "Resource": "*"}]}
    reads = {"PolicyName": "reads", "PolicyDocument": {"Version": "2012-10-17", "Statement": [everything]}}
    parts = {
        **released(1, READS, Environment={"Variables": {"SECRET": ref("Secret")}}, Timeout=20),
        "Secret": resource("SecretsManager::Secret", SecretString="told"),
        "Most": resource("IAM::ManagedPolicy", PolicyDocument=most),
    }
    parts["Role"]["Properties"] |= {"PermissionsBoundary": ref("Most"), "Policies": [reads]}
    return template(parts, Name=ref("Function"))


def test_what_the_boundary_does_not_hold_is_denied_whatever_a_policy_allows(strict: EmulatorWorld) -> None:
    account = Account(strict, "700000000006")
    stack = account.deploy(bounded("secretsmanager:DescribeSecret", "logs:*"))
    assert "AccessDenied" in invoked(stack)["errorMessage"]
    stack = account.deploy(bounded("secretsmanager:*"))
    assert stack.status == "UPDATE_COMPLETE", stack.failures()
    assert invoked(stack) == {"read": "told"}


def test_a_secret_s_ref_is_its_arn(strict: EmulatorWorld) -> None:
    stack = reader(strict, "700000000003", "secretsmanager:GetSecretValue")
    arn = stack.outputs["It"]
    assert arn.startswith(f"arn:aws:secretsmanager:{REGION}:700000000003:secret:")
    stack.account.client("cloudformation").delete_stack(StackName=stack.name)
    secrets = stack.account.client("secretsmanager")
    assert stack.account.until(
        lambda: not [s for s in secrets.list_secrets()["SecretList"] if s["ARN"] == arn], "its end"
    )


MOVES = """
import boto3, os
def handler(event, context):
    sqs = boto3.client("sqs")
    queue = os.environ["QUEUE"]
    sqs.send_message(QueueUrl=queue, MessageBody="told")
    sqs.start_message_move_task(SourceArn=os.environ["DEAD"])
    return {"sent": "and moved"}
"""


def mover(
    world: EmulatorWorld, number: str, *actions: str, code: str = MOVES, denied_if_encrypted: str = "false"
) -> Deployed:
    """A function that writes to a queue whose policy wants encryption, or wants none, and moves its dead letters."""
    denies = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sqs:*", "Resource": att("Queue", "Arn")}
    denies["Condition"] = {"Bool": {"aws:SecureTransport": denied_if_encrypted}}
    allows = [
        {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": att("Queue", "Arn")},
        {"Effect": "Allow", "Action": list(actions), "Resource": att("Dead", "Arn")},
    ]
    redrive = {"deadLetterTargetArn": att("Dead", "Arn"), "maxReceiveCount": 3}
    told = {"QUEUE": ref("Queue"), "DEAD": att("Dead", "Arn")}
    parts = {
        **released(1, code, Environment={"Variables": told}, Timeout=20),
        "Dead": resource("SQS::Queue"),
        "Queue": resource("SQS::Queue", RedrivePolicy=redrive),
        "Wants": resource("SQS::QueuePolicy", Queues=[ref("Queue")], PolicyDocument={"Statement": [denies]}),
        "Moves": resource("IAM::Policy", PolicyName="moves", PolicyDocument={"Statement": allows}, Roles=[ref("Role")]),
    }
    done = Account(world, number).deploy(template(parts, Name=ref("Function"), It=att("Dead", "Arn")))
    assert done.status == "CREATE_COMPLETE", done.failures()
    return done


def test_requests_count_as_encrypted_and_a_move_task_needs_a_grant_on_its_source(strict: EmulatorWorld) -> None:
    assert invoked(mover(strict, "700000000004", "sqs:StartMessageMoveTask")) == {"sent": "and moved"}


SAYS_OTHERWISE = MOVES.replace(
    "    queue = ",
    """    sqs.meta.events.register(
        "before-sign.sqs", lambda request, **_: request.headers.add_header("X-Forwarded-Proto", "http"))
    queue = """,
)


def test_that_a_request_is_encrypted_is_what_its_connection_is_and_no_header(strict: EmulatorWorld) -> None:
    assert "X-Forwarded-Proto" in SAYS_OTHERWISE
    stack = mover(strict, "700000000010", "sqs:StartMessageMoveTask", code=SAYS_OTHERWISE)
    assert invoked(stack) == {"sent": "and moved"}


def test_what_is_denied_to_the_encrypted_is_denied_here(strict: EmulatorWorld) -> None:
    stack = mover(strict, "700000000011", "sqs:StartMessageMoveTask", denied_if_encrypted="true")
    assert "AccessDenied" in invoked(stack)["errorMessage"]


def test_a_move_task_without_a_grant_on_its_source_is_denied(strict: EmulatorWorld) -> None:
    stack = mover(strict, "700000000005", "sqs:ReceiveMessage")
    assert "AccessDenied" in invoked(stack)["errorMessage"]
    assert any(line.endswith(f"may not sqs:StartMessageMoveTask on {stack.outputs['It']}") for line in strict.denied())


def test_where_iam_is_not_enforced_nothing_is_denied(world: EmulatorWorld, account: Account) -> None:
    assert invoked(reader(world, account.number, "secretsmanager:DescribeSecret")) == {"read": "told"}
    assert world.denied() == ()


def test_a_rehearsal_signs_people_in_by_any_flow_and_nobody_else_does(strict: EmulatorWorld) -> None:
    """A stage whose client lets no test in needs people all the same."""
    client = resource("Cognito::UserPoolClient", UserPoolId=ref("Users"), ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])
    parts = {"Users": resource("Cognito::UserPool"), "Client": client}
    stack = Account(strict, "700000000007").deploy(template(parts, Pool=ref("Users"), Client=ref("Client")))
    cognito, pool, it = stack.account.client("cognito-idp"), stack.outputs["Pool"], stack.outputs["Client"]
    password = "Aa1!" + "x" * 20
    cognito.admin_create_user(UserPoolId=pool, Username="ann")
    cognito.admin_set_user_password(UserPoolId=pool, Username="ann", Password=password, Permanent=True)
    told = {"USERNAME": "ann", "PASSWORD": password}
    flow = {"ClientId": it, "AuthParameters": told}
    assert "AuthenticationResult" in cognito.admin_initiate_auth(
        UserPoolId=pool, AuthFlow="ADMIN_USER_PASSWORD_AUTH", **flow
    )
    with pytest.raises(cognito.exceptions.InvalidParameterException, match="flow not enabled"):
        cognito.initiate_auth(AuthFlow="USER_PASSWORD_AUTH", **flow)

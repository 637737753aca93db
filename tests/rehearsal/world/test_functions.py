"""Functions. Sources: Lambda Developer Guide, the sections that each test names."""

import io
import json
import zipfile
from collections import Counter

import pytest

from pipeline.rehearsal.world.observation import FunctionError, WeightsSet
from tests.rehearsal.world.account import Account, Deployed
from tests.rehearsal.world.templates import ECHO, alias, att, merged, ref, released, resource, template

pytestmark = pytest.mark.emulator

RAISES = "def handler(event, context):\n    raise ValueError('no such thing')\n"
WORLD_HOUR_S = 3600


def function_of(account: Account, code: str = ECHO, **properties: object) -> Deployed:
    done = account.deploy(template(released(1, code, **properties), Name=ref("Function")))
    assert done.status == "CREATE_COMPLETE", done.failures()
    return done


def invoke(stack: Deployed, qualifier: str | None = None, event: object = None) -> dict[str, object]:
    asked = {"FunctionName": stack.outputs["Name"], "Payload": json.dumps(event).encode()}
    answer: dict[str, object] = stack.account.client("lambda").invoke(
        **asked, **({} if qualifier is None else {"Qualifier": qualifier})
    )
    answer["Payload"] = json.loads(answer["Payload"].read())  # type: ignore[attr-defined]
    return answer


def payload(answer: dict[str, object]) -> dict[str, object]:
    body = answer["Payload"]
    assert isinstance(body, dict)
    found: dict[str, object] = json.loads(str(body["body"]))
    return found


def total(account: Account, namespace: str, name: str, statistic: str = "Sum", **dimensions: str) -> float:
    """A metric's total over the last hours of the world."""
    now = account.world.status()["world"]
    points = account.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        StartTime=now - 2 * WORLD_HOUR_S,
        EndTime=now + WORLD_HOUR_S,
        Period=86400,
        Statistics=[statistic],
    )["Datapoints"]
    return float(sum(point[statistic] for point in points))


def test_an_alias_runs_its_version_under_its_own_name(account: Account) -> None:
    """Section "Using Lambda aliases": the invoked ARN holds the alias, the answer says which version ran."""
    answer = invoke(function_of(account), "live")
    assert answer["ExecutedVersion"] == "1"
    assert (payload(answer)["version"], str(payload(answer)["arn"]).split(":")[-1]) == ("1", "live")


def test_an_alias_with_weights_sends_each_version_its_share(account: Account) -> None:
    """Section "Implement Lambda canary deployments using a weighted alias"."""
    stack = function_of(account)
    weighted = {"AdditionalVersionWeights": [{"FunctionVersion": att("Version2", "Version"), "FunctionWeight": 0.3}]}
    second = released(2) | {"Version1": released(1)["Version1"]}
    second["Live"] = alias("Version1")
    second["Live"]["Properties"]["RoutingConfig"] = weighted
    stack = account.deploy(template(second, Name=ref("Function")))
    assert stack.status == "UPDATE_COMPLETE", stack.failures()
    ran = Counter(invoke(stack, "live")["ExecutedVersion"] for _ in range(150))
    assert set(ran) == {"1", "2"}
    assert 0.12 <= ran["2"] / 150 <= 0.50  # 0.3, five standard deviations either way
    assert account.happenings(WeightsSet)[-1].weights == {"1": 0.7, "2": 0.3}


def test_each_invocation_is_counted_for_every_set_of_dimensions(account: Account) -> None:
    """Sections "Types of metrics for Lambda functions" and "Viewing metrics"."""
    stack = function_of(account, RAISES)
    name = stack.outputs["Name"]
    for qualifier in ("live", "live", "1", None):
        assert invoke(stack, qualifier)["FunctionError"] == "Unhandled"
    sets: dict[str, dict[str, str]] = {
        "all functions": {},
        "function": {"FunctionName": name},
        "alias": {"FunctionName": name, "Resource": f"{name}:live"},
        "canary": {"FunctionName": name, "Resource": f"{name}:live", "ExecutedVersion": "1"},
        "version": {"FunctionName": name, "Resource": f"{name}:1"},
        "unqualified": {"FunctionName": name, "Resource": name},
        "cdk's mistake": {"FunctionName": f"{name}:1"},
    }
    errors = {what: total(account, "AWS/Lambda", "Errors", **dimensions) for what, dimensions in sets.items()}
    assert errors == {
        "all functions": 4,
        "function": 4,
        "alias": 2,
        "canary": 2,
        "version": 1,
        "unqualified": 1,
        "cdk's mistake": 0,
    }
    assert total(account, "AWS/Lambda", "Invocations", **sets["canary"]) == 2
    assert total(account, "AWS/Lambda", "Duration", "SampleCount", **sets["canary"]) == 2


def test_a_throttled_attempt_is_no_invocation_and_no_error(account: Account) -> None:
    """Section "Types of metrics for Lambda functions", Throttles."""
    stack = function_of(account, ReservedConcurrentExecutions=0)
    lambda_ = account.client("lambda")
    lambda_.put_function_concurrency(FunctionName=stack.outputs["Name"], ReservedConcurrentExecutions=0)
    with pytest.raises(lambda_.exceptions.TooManyRequestsException) as refused:
        invoke(stack, "live")
    assert refused.value.response["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    dimensions = {"FunctionName": stack.outputs["Name"], "Resource": f"{stack.outputs['Name']}:live"}
    counts = {name: total(account, "AWS/Lambda", name, **dimensions) for name in ("Throttles", "Invocations", "Errors")}
    assert counts == {"Throttles": 1, "Invocations": 0, "Errors": 0}


def test_a_function_that_takes_too_long_is_ended(account: Account) -> None:
    """Section "Configure Lambda function timeout"."""
    stack = function_of(account, "import time\ndef handler(event, context):\n    time.sleep(30)\n", Timeout=1)
    answer = invoke(stack, "live")
    assert answer["FunctionError"] == "Unhandled"
    assert "Task timed out after 1.00 seconds" in json.dumps(answer["Payload"])


def test_the_log_has_what_the_function_wrote_between_lambdas_own_lines(account: Account) -> None:
    """Section "Viewing CloudWatch logs for Lambda functions"."""
    stack = function_of(account, "def handler(event, context):\n    print('hello from inside')\n")
    invoke(stack, "live")
    events = account.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{stack.outputs['Name']}")["events"]
    assert [event["message"].split(" ")[0] for event in events] == ["START", "hello", "END", "REPORT"]


def test_embedded_metrics_of_a_log_line_become_metrics(account: Account) -> None:
    """CloudWatch User Guide, "Specification: Embedded metric format"."""
    code = """
import json, time
def handler(event, context):
    metric = {"Namespace": "Orders", "Dimensions": [["Alias"]], "Metrics": [{"Name": "Requests", "Unit": "Count"}]}
    root = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [metric]}
    print(json.dumps({"_aws": root, "Alias": "live", "Requests": 3}))
"""
    stack = function_of(account, code)
    invoke(stack, "live")
    assert total(account, "Orders", "Requests", Alias="live") == 3


def test_a_failure_is_told_once_with_the_version_that_failed(account: Account) -> None:
    stack = function_of(account, RAISES)
    invoke(stack, "live")
    told = account.happenings(FunctionError)
    assert [(each.function, each.version) for each in told] == [(stack.outputs["Name"], "1")]
    assert "no such thing" in told[0].line


def test_code_from_a_bucket_runs_with_its_own_files(account: Account) -> None:
    """Section "Working with .zip file archives"."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app/__init__.py", "")
        archive.writestr("app/main.py", "from app.words import WORD\ndef handler(event, context):\n    return WORD\n")
        archive.writestr("app/words.py", "WORD = 'from the zip'\n")
    s3 = account.client("s3")
    bucket = f"code-{account.number}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket=bucket, Key="app.zip", Body=packed.getvalue())
    resources = merged(released(1), {"Function": {"Properties": {}}})
    resources["Function"] = resource(
        "Lambda::Function",
        Runtime="python3.13",
        Handler="app.main.handler",
        Role=att("Role", "Arn"),
        Code={"S3Bucket": bucket, "S3Key": "app.zip"},
        Architectures=["arm64"],
    )
    stack = account.deploy(template(resources, Name=ref("Function")))
    assert invoke(stack, "live")["Payload"] == "from the zip"


def test_a_function_speaks_to_its_own_accounts_aws(account: Account) -> None:
    code = (
        "import boto3\ndef handler(event, context):\n    return boto3.client('sts').get_caller_identity()['Account']\n"
    )
    assert invoke(function_of(account, code), "live")["Payload"] == account.number


def test_a_runtime_that_cant_be_rehearsed_fails_the_stack_with_its_name(account: Account) -> None:
    done = account.deploy(template(released(1, Runtime="nodejs22.x")))
    assert done.status == "ROLLBACK_COMPLETE"
    assert "nodejs22.x" in done.failures()[-1]


def test_a_function_finds_a_stand_ins_address_where_its_environment_names_another(account: Account) -> None:
    account.world.stand_in({"https://bank.example": "http://127.0.0.1:4711"})
    code = (
        "import os\n\n\ndef handler(event, context):\n    return {'body': '{\"at\": \"' + os.environ['BANK'] + '\"}'}\n"
    )
    stack = function_of(account, code, Environment={"Variables": {"BANK": "https://bank.example/v1"}})
    assert payload(invoke(stack)) == {"at": "http://127.0.0.1:4711/v1"}

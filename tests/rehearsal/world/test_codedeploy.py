"""CodeDeploy moves aliases. Sources: CodeDeploy User Guide and CloudFormation's UpdatePolicy, as each test says."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from pipeline.rehearsal.world.observation import (
    CanarySample,
    DeploymentFinished,
    DeploymentStarted,
    HookAnswered,
    LifecycleEvent,
    WeightsSet,
)
from tests.rehearsal.world.account import Account, Deployed
from tests.rehearsal.world.templates import ECHO, Part, function, merged, ref, released, resource, shifted, template

pytestmark = pytest.mark.emulator

LATE_S = 1200
"""How much too late a busy machine may do something, in the world's seconds: two real ones."""

ALL_AT_ONCE = "CodeDeployDefault.LambdaAllAtOnce"
CANARY = "CodeDeployDefault.LambdaCanary10Percent5Minutes"
LONG = "CodeDeployDefault.LambdaCanary10Percent30Minutes"
LINEAR = "CodeDeployDefault.LambdaLinear10PercentEvery1Minute"

HOOK = """
import boto3, os
def handler(event, context):
    assert set(event) == {"DeploymentId", "LifecycleEventHookExecutionId"}, event
    boto3.client("codedeploy").put_lifecycle_event_hook_execution_status(
        deploymentId=event["DeploymentId"],
        lifecycleEventHookExecutionId=event["LifecycleEventHookExecutionId"],
        status=os.environ["STATUS"],
    )
    return {"said": os.environ["STATUS"]}
"""
RAISES = "def handler(event, context):\n    raise ValueError('broken release')\n"


def hook(status: str) -> Part:
    return function(HOOK, Environment={"Variables": {"STATUS": status}}, Timeout=30)


def alarm_on(version: int, *, threshold: float = 0) -> Part:
    """Errors of the canary alone: all three dimensions."""
    resource_name = {"Fn::Sub": "${Function}:live"}
    dimensions = {"FunctionName": ref("Function"), "Resource": resource_name}
    executed = {"Fn::GetAtt": [f"Version{version}", "Version"]}
    return resource(
        "CloudWatch::Alarm",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[
            {"Name": name, "Value": value} for name, value in (*dimensions.items(), ("ExecutedVersion", executed))
        ],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=threshold,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
    )


def release(
    number: int, code: str = ECHO, *, config: str = CANARY, before: Part | None = None, after: Part | None = None
) -> Part:
    """A release with a function for each hook, and an alarm on its own version."""
    hooks = {"BeforeHook": before, "AfterHook": after}
    functions = {name: made for name, made in hooks.items() if made is not None}
    asked = {name: ref(name) for name in functions}
    group = shifted(config, ref("Alarm"), before=asked.get("BeforeHook"), after=asked.get("AfterHook"))
    resources = merged(released(number, code), functions, {"Alarm": alarm_on(number)}, group)
    return template(resources, Name=ref("Function"))


@contextmanager
def traffic(stack: Deployed) -> Iterator[None]:
    """Invoke the alias without a pause while this is open."""
    over = threading.Event()
    client = stack.account.client("lambda")

    def invoke() -> None:
        while not over.is_set():
            client.invoke(FunctionName=stack.outputs["Name"], Qualifier="live", Payload=b"{}")

    threads = [threading.Thread(target=invoke) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def live(stack: Deployed) -> tuple[str, dict[str, float]]:
    found = stack.account.client("lambda").get_alias(FunctionName=stack.outputs["Name"], Name="live")
    return found["FunctionVersion"], found.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})


def deployments(account: Account) -> list[tuple[str, str]]:
    """(status, creator) of every deployment, newest first."""
    client = account.client("codedeploy")
    infos = [
        client.get_deployment(deploymentId=each)["deploymentInfo"] for each in client.list_deployments()["deployments"]
    ]
    return [(info["status"], info["creator"]) for info in infos]


def test_a_first_deployment_shifts_nothing_and_asks_no_hook(account: Account) -> None:
    """UpdatePolicy attribute: a deployment happens when the version *changes*."""
    stack = account.deploy(release(1, before=hook("Failed")))
    assert (stack.status, live(stack), deployments(account)) == ("CREATE_COMPLETE", ("1", {}), [])
    assert account.happenings(DeploymentStarted) == []


def test_a_change_without_a_new_version_makes_no_deployment(account: Account) -> None:
    """UpdatePolicy attribute, as above: here only an alarm's limit changes."""
    account.deploy(release(1))
    changed = release(1)
    changed["Resources"]["Alarm"] = alarm_on(1, threshold=5)
    stack = account.deploy(changed)
    assert (stack.status, live(stack), deployments(account)) == ("UPDATE_COMPLETE", ("1", {}), [])


def test_a_canary_gives_ten_percent_first_and_the_rest_five_minutes_later(account: Account) -> None:
    """Section "Working with deployment configurations in CodeDeploy"."""
    account.deploy(release(1))
    stack = account.deploy(release(2))
    assert (stack.status, live(stack), deployments(account)) == (
        "UPDATE_COMPLETE",
        ("2", {}),
        [("Succeeded", "user")],
    )
    entries = [each for each in account.world.observations(0) if each.account == account.number]
    moved = [(each.world, each.what) for each in entries if isinstance(each.what, WeightsSet) and each.what.deployment]
    assert [what.weights for _, what in moved] == [{"1": 0.9, "2": 0.1}, {"2": 1.0}]
    assert 300 <= moved[1][0] - moved[0][0] <= 300 + LATE_S
    events = [(each.name, each.status) for each in account.happenings(LifecycleEvent)]
    assert events == [
        ("BeforeAllowTraffic", "Succeeded"),
        ("AllowTraffic", "InProgress"),
        ("AllowTraffic", "Succeeded"),
        ("AfterAllowTraffic", "Succeeded"),
    ]


def test_a_linear_deployment_moves_a_tenth_each_minute(account: Account) -> None:
    account.deploy(release(1, config=LINEAR))
    account.deploy(release(2, config=LINEAR))
    shares = [each.weights["2"] for each in account.happenings(WeightsSet) if each.deployment]
    assert shares == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]


def test_both_hooks_are_asked_with_the_documented_event(account: Account) -> None:
    """Section "AppSpec 'hooks' section for an AWS Lambda deployment"; the hook itself checks what it is given."""
    good = hook("Succeeded")
    account.deploy(release(1, config=ALL_AT_ONCE, before=good, after=good))
    stack = account.deploy(release(2, config=ALL_AT_ONCE, before=good, after=good))
    assert stack.status == "UPDATE_COMPLETE", stack.failures()
    reported = [each.name for each in account.happenings(LifecycleEvent) if each.status == "Succeeded"]
    assert reported == ["BeforeAllowTraffic", "AllowTraffic", "AfterAllowTraffic"]


def test_what_a_hook_returns_is_told_before_the_deployment_has_finished(account: Account) -> None:
    """CodeDeploy has no place for it: it is for people."""
    good = hook("Succeeded")
    account.deploy(release(1, config=ALL_AT_ONCE))
    account.deploy(release(2, config=ALL_AT_ONCE, after=good))
    (told,) = account.happenings(HookAnswered)
    assert (told.name, json.loads(told.answer)) == ("AfterAllowTraffic", {"said": "Succeeded"})
    kinds = [type(each) for each in account.everything() if isinstance(each, (HookAnswered, DeploymentFinished))]
    assert kinds == [HookAnswered, DeploymentFinished]


def test_what_a_function_saw_of_a_deployment_is_told_though_nobody_waited_for_it(account: Account) -> None:
    saw = 'def handler(event, context):\n    return {"deployment": "d-1", "evidence": "{}"}\n'
    stack = account.deploy(template(released(1, saw), Name=ref("Function")))
    name = stack.outputs["Name"]
    account.client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")
    (told,) = account.until(lambda: account.happenings(HookAnswered), "what it saw")
    assert (told.deployment, told.name, json.loads(told.answer)["evidence"]) == ("d-1", name, "{}")


@pytest.mark.parametrize(("when", "moved"), [("before", []), ("after", [{"2": 1.0}, {"1": 1.0}])])
def test_a_hook_that_fails_rolls_everything_back(account: Account, when: str, moved: list[dict[str, float]]) -> None:
    """Section "Redeploy and roll back a deployment with CodeDeploy": a rollback is a new deployment."""
    account.deploy(release(1, config=ALL_AT_ONCE))
    bad = {when: hook("Failed")}
    stack = account.deploy(release(2, config=ALL_AT_ONCE, before=bad.get("before"), after=bad.get("after")))
    assert (stack.status, live(stack)) == ("UPDATE_ROLLBACK_COMPLETE", ("1", {}))
    assert deployments(account) == [("Succeeded", "codeDeployRollback"), ("Failed", "user")]
    assert [each.weights for each in account.happenings(WeightsSet) if each.deployment] == moved
    assert any("hook" in reason.lower() for reason in stack.failures()), stack.failures()


def test_an_alarm_of_the_canary_stops_the_deployment_and_the_stack_goes_back(account: Account) -> None:
    """Section "Monitoring deployments with Amazon CloudWatch alarms in CodeDeploy"."""
    stack = account.deploy(release(1))
    with traffic(stack):  # for long: a starved machine sends few requests, and the canary gets a tenth of them
        stack = account.deploy(release(2, RAISES, config=LONG))
    assert (stack.status, live(stack)) == ("UPDATE_ROLLBACK_COMPLETE", ("1", {}))
    assert deployments(account) == [("Succeeded", "codeDeployRollback"), ("Stopped", "user")]
    finished = account.happenings(DeploymentFinished)[-1]
    assert (finished.status, finished.rolled_back) == ("Stopped", True)
    code = account.client("lambda").get_function_configuration(FunctionName=stack.outputs["Name"])
    assert code["Description"] == "release 1"
    samples = account.happenings(CanarySample)
    assert sum(each.new.errors for each in samples) > 0
    assert sum(each.old.errors for each in samples) == 0
    assert all(set(each.failures) <= {"invoke"} for each in samples)


def test_errors_of_the_old_version_do_not_stop_the_new_one(account: Account) -> None:
    """The series of the canary alone: an alias that failed all along may be mended."""
    stack = account.deploy(release(1, RAISES))
    with traffic(stack):
        stack = account.deploy(release(2))
    assert (stack.status, live(stack)) == ("UPDATE_COMPLETE", ("2", {}))


def test_a_stop_by_hand_rolls_back(account: Account) -> None:
    """API reference, `StopDeployment`, autoRollbackEnabled."""
    account.deploy(release(1))
    wait = account.begin(release(2))
    client = account.client("codedeploy")
    deployment = account.until(lambda: client.list_deployments()["deployments"], "a deployment")[0]
    client.stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)
    stack = wait()
    assert (stack.status, live(stack)) == ("UPDATE_ROLLBACK_COMPLETE", ("1", {}))
    info = client.get_deployment(deploymentId=deployment)["deploymentInfo"]
    assert info["errorInformation"]["code"] == "MANUAL_STOP"


def test_a_hooks_report_is_checked(account: Account) -> None:
    """API reference, `PutLifecycleEventHookExecutionStatus`, Errors."""
    account.deploy(release(1, config=ALL_AT_ONCE))
    account.deploy(release(2, config=ALL_AT_ONCE))
    client = account.client("codedeploy")
    deployment = client.list_deployments()["deployments"][0]
    for asked, error in (
        ({"deploymentId": "d-NOTTHERE0"}, client.exceptions.DeploymentDoesNotExistException),
        ({"deploymentId": deployment}, client.exceptions.InvalidLifecycleEventHookExecutionIdException),
    ):
        with pytest.raises(error):
            client.put_lifecycle_event_hook_execution_status(
                **asked, lifecycleEventHookExecutionId="x", status="Succeeded"
            )


def test_an_operation_that_is_not_emulated_says_so(account: Account) -> None:
    client = account.client("codedeploy")
    with pytest.raises(client.exceptions.ClientError, match="CreateDeployment is not emulated"):
        client.create_deployment(applicationName="x")


def test_a_group_and_its_target_can_be_read_back(account: Account) -> None:
    account.deploy(release(1))
    stack = account.deploy(release(2))
    client = account.client("codedeploy")
    application, group = stack.physical("Application"), stack.physical("Group")
    described = client.get_deployment_group(applicationName=application, deploymentGroupName=group)[
        "deploymentGroupInfo"
    ]
    assert described["deploymentConfigName"] == CANARY
    assert described["alarmConfiguration"]["alarms"] == [{"name": stack.physical("Alarm")}]
    deployment = client.list_deployments(applicationName=application, deploymentGroupName=group)["deployments"][0]
    target = client.list_deployment_targets(deploymentId=deployment)["targetIds"][0]
    found = client.get_deployment_target(deploymentId=deployment, targetId=target)["deploymentTarget"]["lambdaTarget"]
    assert (found["lambdaFunctionInfo"]["currentVersion"], found["lambdaFunctionInfo"]["targetVersion"]) == ("1", "2")


def test_the_deployments_of_one_stack_run_side_by_side_and_fall_together(account: Account) -> None:
    """CloudFormation updates in parallel, and cancels the other updates when one fails."""

    def two(number: int, second_hook: str) -> Part:
        second = json.loads(
            json.dumps(merged(released(number), shifted(LONG, before=ref("SecondHook"))))
            .replace('"Function"', '"SecondFunction"')
            .replace('"Live"', '"SecondLive"')
            .replace(f'"Version{number}"', f'"SecondVersion{number}"')
            .replace('"Group"', '"SecondGroup"')
        )
        first = merged(released(number), shifted(LONG))
        return template({**second, **first, "SecondHook": hook(second_hook)}, Name=ref("Function"))

    account.deploy(two(1, "Failed"))
    stack = account.deploy(two(2, "Failed"))
    assert (stack.status, live(stack)) == ("UPDATE_ROLLBACK_COMPLETE", ("1", {}))
    finished = {each.function: each for each in account.happenings(DeploymentFinished)}
    assert {name: (each.status, each.rolled_back) for name, each in finished.items()} == {
        stack.outputs["Name"]: ("Stopped", True),
        stack.physical("SecondFunction"): ("Failed", True),
    }


@pytest.mark.parametrize(("moves", "fails"), [("Second", ""), ("", "Second")])
def test_what_moved_well_goes_back_with_the_stack(account: Account, moves: str, fails: str) -> None:
    """CloudFormation rolls back what it had updated before the failure (Stack failure options, "Roll back all")."""

    def named(prefix: str, number: int, parts: Mapping[str, Part]) -> Part:
        text = json.dumps(parts)
        for name in ("Function", "Live", f"Version{number}", "Group"):
            text = text.replace(f'"{name}"', f'"{prefix}{name}"')
        return dict(json.loads(text))

    def two(number: int) -> Part:
        at_once = named(moves, number, merged(released(number), shifted(ALL_AT_ONCE, after=ref("QuickHook"))))
        late = named(fails, number, merged(released(number), shifted(LONG, after=ref("AfterHook"))))
        return template({**late, **at_once, "AfterHook": hook("Failed"), "QuickHook": hook("Succeeded")})

    account.deploy(two(1))
    stack = account.deploy(two(2))
    moved, failed = stack.physical(f"{moves}Function"), stack.physical(f"{fails}Function")
    finished = {each.function: each.status for each in account.happenings(DeploymentFinished)}
    assert finished == {failed: "Failed", moved: "Succeeded"}
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    for name in (moved, failed):
        alias = account.client("lambda").get_alias(FunctionName=name, Name="live")
        assert (alias["FunctionVersion"], alias.get("RoutingConfig", {})) == ("1", {})
        assert [each for each in account.happenings(WeightsSet) if each.function == name][-1].weights == {"1": 1.0}


def test_a_group_that_is_not_there_fails_the_update_and_nothing_shifts(account: Account) -> None:
    account.deploy(release(1))
    wrong = release(2)
    wrong["Resources"]["Live"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]["DeploymentGroupName"] = "elsewhere"
    stack = account.deploy(wrong)
    assert (stack.status, live(stack), deployments(account)) == ("UPDATE_ROLLBACK_COMPLETE", ("1", {}), [])
    assert "elsewhere" in stack.failures()[0]


def test_an_alias_that_was_left_on_two_versions_blocks_the_next_deployment(account: Account) -> None:
    """Section "Troubleshoot AWS Lambda deployment issues"."""
    stack = account.deploy(release(1))
    client = account.client("lambda")
    client.update_function_configuration(FunctionName=stack.outputs["Name"], Description="by hand")
    by_hand = client.publish_version(FunctionName=stack.outputs["Name"])["Version"]
    weights = {"AdditionalVersionWeights": {by_hand: 0.5}}
    client.update_alias(FunctionName=stack.outputs["Name"], Name="live", RoutingConfig=weights)
    stack = account.deploy(release(3))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "two versions" in stack.failures()[0]


def running(account: Account) -> set[str]:
    """`name:version` of every process that the account's functions have."""
    arns = (arn.split(":") for arn in account.world.status()["environments"])
    return {f"{name}:{version}" for *_, owner, _, name, version in arns if owner == account.number}


@pytest.mark.parametrize(("after", "kept"), [("Succeeded", "2"), ("Failed", "1")])
def test_what_nobody_will_ask_again_has_no_process_left(account: Account, after: str, kept: str) -> None:
    good = hook("Succeeded")
    stack = account.deploy(release(1, before=good, after=hook(after)))
    name = stack.outputs["Name"]
    with traffic(stack):
        account.deploy(release(2, before=good, after=hook(after)))
    assert account.until(
        lambda: running(account) == {f"{name}:{kept}"}, "the end of hooks and of the version that lost"
    )

"""A judge is called while traffic shifts, can see, and is heard."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release

RULE = "judge_is_heard"
READS = "Orders Evidence of ${OrdersFunction"
ERRORS = "AWS/Lambda Errors of ${RolloutJudge"


def judge(document: Template) -> Template:
    return first(document, "Lambda::Function", "RolloutJudge")["Properties"]


def variables(document: Template, starting: str) -> Template:
    return first(document, "Lambda::Function", starting)["Properties"]["Environment"]["Variables"]


def setting(**values: Any) -> Change:
    return lambda document: judge(document).update(values)


def told(starting: str, name: str, value: Any) -> Change:
    return lambda document: variables(document, starting).update({name: value})


def may_not(action: str) -> Change:
    def change(document: Template) -> None:
        role = first(document, "IAM::Role", "RolloutJudgeRole")["Properties"]
        for statement in role["Policies"][0]["PolicyDocument"]["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            statement["Action"] = [each for each in actions if each != action]

    return change


def not_to_be_called(document: Template) -> None:
    role = first(document, "IAM::Role", "RolloutOrdersBeforeRole")["Properties"]
    statements = role["Policies"][0]["PolicyDocument"]["Statement"]
    role["Policies"][0]["PolicyDocument"]["Statement"] = [each for each in statements if "Judge" not in str(each)]


def alarm(starting: str, **values: Any) -> Change:
    return lambda document: first(document, "CloudWatch::Alarm", starting)["Properties"].update(values)


def unwatched(starting: str) -> Change:
    def change(document: Template) -> None:
        watched = first(document, "CodeDeploy::DeploymentGroup", "RolloutOrders")["Properties"]["AlarmConfiguration"]
        watched["Alarms"] = [each for each in watched["Alarms"] if not each["Name"]["Ref"].startswith(starting)]

    return change


def test_the_real_release_has_its_judge_heard(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert part.findings == ()
    assert part.checked == 15


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (told("RolloutOrdersBefore", "JUDGE", "nobody"), "no judge is called while its traffic shifts"),
        (setting(Handler="index.handler"), "its judge is index.handler, not pipeline.hooks.judge.handler"),
        (setting(Code={"ZipFile": "def handler(event, _): ..."}), "its judge's code stands in the template"),
        (setting(ReservedConcurrentExecutions=0), "its judge is reserved 0 runs, and each group"),
        (setting(ReservedConcurrentExecutions=1), "its judge is reserved 1 runs, and each group"),
        (setting(Timeout=301), "its judge runs for 301 s: traffic shifts for 300 s, with 90 around"),
        (told("RolloutJudge", "LOOK_WAIT_SECONDS", "300"), "its judge looks every 300 s: 10 at most"),
        (told("RolloutJudge", "LOOK_WAIT_SECONDS", "11"), "its judge looks every 11 s: 10 at most"),
        (told("RolloutJudge", "LOOK_WAIT_SECONDS", "often"), "its judge looks every often s"),
        (told("RolloutJudge", "SHIFT", "[[0,0.1],[60,1]]"), "its judge is told of another shift than 10% at first"),
        (told("RolloutJudge", "SHIFT", "[[0,0.1],[1,1.0],[300,1]]"), "its judge is told of another shift"),
        (told("RolloutOrdersBefore", "SHIFT", "[[0,1]]"), "BeforeAllowTrafficHook is told of another shift"),
        (told("RolloutOrdersAfter", "SHIFT", "soon"), "AfterAllowTrafficHook is told of another shift"),
        (told("RolloutOrdersAfter", "BAKE_WAIT_SECONDS", "0"), "it bakes for 0 s, Lambda's last counts come later"),
        (told("RolloutOrdersAfter", "BAKE_WAIT_SECONDS", "5000"), "it bakes for 5000 s and would be ended before"),
        (may_not("cloudwatch:GetMetricData"), "its judge may not cloudwatch:GetMetricData"),
        (may_not("cloudwatch:PutMetricData"), "its judge may not cloudwatch:PutMetricData"),
        (may_not("codedeploy:GetDeploymentTarget"), "its judge may not codedeploy:GetDeploymentTarget"),
        (not_to_be_called, "the hook before it may not call its judge"),
        (unwatched("RolloutOrdersJudge"), f"no alarm that its group watches looks at {READS}"),
        (unwatched("RolloutJudgeErrors"), f"no alarm that its group watches looks at {ERRORS}"),
        (alarm("RolloutOrdersJudge", Threshold=2), f"the alarm on {READS}"),
        (alarm("RolloutOrdersJudge", ComparisonOperator="GreaterThanThreshold"), "does not go off at 1"),
        (alarm("RolloutOrdersJudge", Period=60), "needs more than one period of 10 s"),
        (alarm("RolloutOrdersJudge", EvaluationPeriods=3, DatapointsToAlarm=3), "needs more than one period of 10 s"),
        (alarm("RolloutOrdersJudge", Threshold=0), "does not go off at 1, and at nothing less"),
        (alarm("RolloutOrdersJudge", Threshold=0.5), "does not go off at 1, and at nothing less"),
        (alarm("RolloutOrdersJudge", MetricName="Requests"), f"no alarm that its group watches looks at {READS}"),
        (alarm("RolloutJudgeErrors", Threshold=5), f"the alarm on {ERRORS}"),
        (alarm("RolloutJudgeErrors", Period=300), "needs more than one period of 60 s"),
    ],
)
def test_a_judge_that_nobody_calls_or_hears_or_that_sees_nothing_is_told(
    real: Assembly, change: Change, said: str
) -> None:
    findings = found(RULE, release(edited(real, "prod/orders", change)))
    assert any(said in each.what and each.where.startswith("prod/orders:OrdersLive") for each in findings)

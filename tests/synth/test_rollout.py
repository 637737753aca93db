"""The rollout as synthesized: what shifts, what watches the new version alone, and what is asked before and after."""

import json
from dataclasses import asdict
from typing import Any

import pytest

from api.handlers.orders import ROUTES as ORDERS
from pipeline.cloud.service.canary_alarms import of_version
from pipeline.cloud.service.judge import LONGEST_SECONDS
from pipeline.cloud.service.route_groups import ROUTE_GROUPS
from pipeline.cloud.service.workers import WORKERS
from pipeline.hooks.observing import Watched, observe
from pipeline.hooks.steps import read_steps
from pipeline.plan.model import Alarm
from pipeline.plan.shifting import steps_of
from tests.synth.planned import planned
from tests.synth.reading import Json, Resource, Template
from tests.synth.test_service import granted, role_of
from tests.synth.wishes import BROKEN

GROUPS = ("products", "orders", "customers", "partners", "service")
ANSWERING_NO_OPERATION = {"authorizer", "rotation", "renewal", "identity"}


class Group:
    """A function of the service with everything around it."""

    def __init__(self, template: Template, stage: str, name: str) -> None:
        self.function = template.named("AWS::Lambda::Function", FunctionName=f"orders-{stage}-{name}")
        ref = {"Ref": self.function.name}
        (self.alias,) = [each for each in template.all("AWS::Lambda::Alias") if each["FunctionName"] == ref]
        (self.version,) = [each for each in template.all("AWS::Lambda::Version") if each["FunctionName"] == ref]
        self.deployment = template.named(
            "AWS::CodeDeploy::DeploymentGroup", DeploymentGroupName=f"orders-{stage}-{name}"
        )
        self.number = {"Fn::GetAtt": [self.version.name, "Version"]}

    def hook(self, template: Template, moment: str) -> Resource:
        return template.resources[self.update_policy[f"{moment}AllowTrafficHook"]["Ref"]]

    @property
    def update_policy(self) -> Json:
        return self.alias.body["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]


@pytest.fixture(params=GROUPS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def group(template: Template, stage: str, name: str) -> Group:
    return Group(template, stage, name)


def test_an_alias_live_serves_the_new_version_by_codedeploy_with_both_hooks(group: Group) -> None:
    assert group.alias["Name"] == "live"
    assert group.alias["FunctionVersion"] == group.number
    assert set(group.update_policy) == {
        "ApplicationName",
        "DeploymentGroupName",
        "BeforeAllowTrafficHook",
        "AfterAllowTrafficHook",
    }
    assert group.update_policy["DeploymentGroupName"] == {"Ref": group.deployment.name}
    assert group.update_policy["ApplicationName"] == group.deployment["ApplicationName"]


def test_old_versions_stay_so_that_there_is_a_way_back(group: Group) -> None:
    assert (group.version.body["DeletionPolicy"], group.version.body["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_traffic_shifts_as_the_plan_says(group: Group, stage: str) -> None:
    assert group.deployment["DeploymentConfigName"] == f"CodeDeployDefault.{planned(stage).rollout.config}"


def test_a_deployment_rolls_back_when_it_fails_is_stopped_or_alarmed(group: Group) -> None:
    assert group.deployment["AutoRollbackConfiguration"] == {
        "Enabled": True,
        "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST", "DEPLOYMENT_STOP_ON_ALARM"],
    }


def test_a_group_watches_its_own_alarms_and_fewer_than_ten(
    template: Template, stage: str, name: str, group: Group
) -> None:
    configured = group.deployment["AlarmConfiguration"]
    watched = [template.resources[each["Name"]["Ref"]]["AlarmName"] for each in configured["Alarms"]]
    assert watched == watched_names(stage, name)
    assert configured["Enabled"] is True
    assert 0 < len(watched) < 10


def own_alarms(stage: str, name: str) -> tuple[Alarm, ...]:
    (group,) = [each for each in ROUTE_GROUPS if each.name == name]
    return of_version(planned(stage).rollout, group)


def watched_names(stage: str, name: str) -> list[str]:
    own = [f"orders-{stage}-{name}-{alarm.name}" for alarm in own_alarms(stage, name)]
    return [*own, f"orders-{stage}-{name}-judge", f"orders-{stage}-judge-errors", f"orders-{stage}-throttles"]


def dimensions(metric: Json) -> dict[str, Json]:
    return {each["Name"]: each["Value"] for each in metric["MetricStat"]["Metric"]["Dimensions"]}


def alarms(template: Template, stage: str, name: str) -> list[tuple[Alarm, Resource]]:
    return [
        (alarm, template.named("AWS::CloudWatch::Alarm", AlarmName=f"orders-{stage}-{name}-{alarm.name}"))
        for alarm in own_alarms(stage, name)
    ]


def test_every_alarm_sees_the_new_version_alone(template: Template, stage: str, name: str, group: Group) -> None:
    function = {"Ref": group.function.name}
    lambdas = {
        "FunctionName": function,
        "Resource": {"Fn::Join": ["", [function, ":live"]]},
        "ExecutedVersion": group.number,
    }
    own = {"FunctionName": function, "Alias": "live", "ExecutedVersion": group.number}
    for _, built in alarms(template, stage, name):
        metrics = [each for each in built["Metrics"] if "MetricStat" in each]
        assert len(metrics) == 2
        for metric in metrics:
            namespace = metric["MetricStat"]["Metric"]["Namespace"]
            assert dimensions(metric) == {"AWS/Lambda": lambdas, "Orders": own}[namespace]


def deployed(group: Group, told: Json) -> Any:
    """What a part of the template says once the function is deployed as `function`, in its version 7."""
    text = json.dumps(told).replace(json.dumps({"Ref": group.function.name}), '"function"')
    return json.loads(text.replace(json.dumps(group.number), '"7"'), object_hook=_joined)


def _joined(told: Json) -> Any:
    return "".join(told["Fn::Join"][1]) if set(told) == {"Fn::Join"} else told


class CloudWatch:
    """Notes which series is asked for, and has no figures."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def get_metric_data(self, **asked: Any) -> Any:
        self.asked = asked["MetricDataQueries"]
        return {"MetricDataResults": []}


def test_what_is_judged_is_what_the_alarms_count_and_nothing_that_was_sent_to_try_it(
    template: Template, stage: str, name: str, group: Group
) -> None:
    """The hook before it asks the version by its number, which CloudWatch counts as another resource than its alias."""
    cloudwatch: Any = CloudWatch()
    said = deployed(group, group.hook(template, "After")["Environment"]["Variables"])
    observe(cloudwatch, Watched(said["FUNCTION_NAME"], said["ALIAS"], canary=said["VERSION"], stable="6"), since=0.0)
    judged = [series(each) for each in cloudwatch.asked]
    watched = [
        deployed(group, metric)
        for alarm, built in alarms(template, stage, name)
        if alarm.measure in ("errors", "server-errors")
        for metric in built["Metrics"]
        if "MetricStat" in metric
    ]
    assert [series(each) in judged for each in watched] == [True] * 4
    assert {dimensions(each)["Resource"] for each in cloudwatch.asked if "Resource" in dimensions(each)} == {
        "function:live"
    }


def series(metric: Json) -> tuple[object, ...]:
    """What tells a series from any other, in whatever order its dimensions stand."""
    asked = metric["MetricStat"]["Metric"]
    return asked["Namespace"], asked["MetricName"], dimensions(metric)


def measuring(alarm: Alarm) -> tuple[str, set[tuple[str, str, str]]]:
    """The expression of an alarm, and what it reads."""
    enough = f"requests >= {alarm.min_requests}"
    rate = f"IF(errors >= {alarm.min_failures} AND {enough}, 100 * errors / requests, 0)"
    percentile = f"p{alarm.percentile}"
    return {
        "errors": (rate, {("AWS/Lambda", "Errors", "Sum"), ("AWS/Lambda", "Invocations", "Sum")}),
        "server-errors": (rate, {("Orders", "ServerErrors", "Sum"), ("Orders", "Requests", "Sum")}),
        "latency": (
            f"IF({enough}, {percentile}, 0)",
            {("Orders", "Latency", percentile), ("Orders", "Requests", "Sum")},
        ),
        "business": (
            f"IF(attempts >= {alarm.min_requests}, 100 * (attempts - conversions) / attempts, 0)",
            {("Orders", "Attempts", "Sum"), ("Orders", "Conversions", "Sum")},
        ),
    }[alarm.measure]


def test_an_alarm_measures_what_the_plan_says_once_there_are_requests_enough(
    template: Template, stage: str, name: str
) -> None:
    for alarm, built in alarms(template, stage, name):
        text, reads = measuring(alarm)
        (expression,) = [each for each in built["Metrics"] if "Expression" in each]
        assert expression["Expression"] == text
        assert expression["ReturnData"] is True
        read = [each for each in built["Metrics"] if "MetricStat" in each]
        assert {
            (
                each["MetricStat"]["Metric"]["Namespace"],
                each["MetricStat"]["Metric"]["MetricName"],
                each["MetricStat"]["Stat"],
            )
            for each in read
        } == reads
        assert {each["MetricStat"]["Period"] for each in read} == {alarm.period_seconds}


def test_an_alarm_fires_as_the_plan_says_and_never_for_missing_data(template: Template, stage: str, name: str) -> None:
    for alarm, built in alarms(template, stage, name):
        assert {
            "Threshold": alarm.threshold,
            "ComparisonOperator": "GreaterThanThreshold",
            "DatapointsToAlarm": alarm.datapoints,
            "EvaluationPeriods": alarm.periods,
            "TreatMissingData": "notBreaching",
        }.items() <= built.properties.items()


def test_no_other_alarm_sees_one_version_alone(template: Template, stage: str) -> None:
    seeing = [each for each in template.all("AWS::CloudWatch::Alarm") if "ExecutedVersion" in str(each.properties)]
    assert len(seeing) == sum(len(own_alarms(stage, name)) for name in GROUPS)


def test_the_business_is_watched_where_it_is_asked_for(template: Template, stage: str) -> None:
    """And where its function counts it."""
    watching = [name for name in GROUPS if "business" in {alarm.name for alarm in own_alarms(stage, name)}]
    assert watching == ["orders"] == [group.name for group in ROUTE_GROUPS if group.business]
    assert [route.operation for route in ORDERS if route.business] == ["placeOrder"]
    template.named("AWS::CloudWatch::Alarm", AlarmName=f"orders-{stage}-orders-business")


def test_one_alarm_of_the_stage_watches_what_lambda_lets_in_of_nobody(template: Template, stage: str) -> None:
    """All versions share what may run at once, and an alarm for each function would cost ten times as much."""
    (alarm,) = [each for each in planned(stage).rollout.alarms if each.measure == "throttles"]
    built = template.named("AWS::CloudWatch::Alarm", AlarmName=f"orders-{stage}-throttles")
    (expression,) = [each["Expression"] for each in built["Metrics"] if "Expression" in each]
    asked = "(throttles + FILL(invocations, 0))"
    some = f"throttles >= {alarm.min_failures} AND {asked} >= {alarm.min_requests}"
    assert expression == f"IF({some}, 100 * throttles / {asked}, 0)"
    read = [each["MetricStat"] for each in built["Metrics"] if "MetricStat" in each]
    assert [(each["Metric"]["MetricName"], each["Stat"], each["Period"]) for each in read] == [
        ("Throttles", "Sum", alarm.period_seconds),
        ("Invocations", "Sum", alarm.period_seconds),
    ]
    assert [each["Metric"].get("Dimensions", []) for each in read] == [[], []]
    assert (built["Threshold"], built["TreatMissingData"]) == (alarm.threshold, "notBreaching")


@pytest.mark.parametrize("moment", ["Before", "After"])
def test_a_hook_is_named_and_told_what_it_is_about(
    template: Template, stage: str, name: str, group: Group, moment: str
) -> None:
    hook = group.hook(template, moment)
    assert hook["FunctionName"] == f"CodeDeployHook_orders-{stage}-{name}-{moment.lower()}"
    assert len(hook["FunctionName"]) <= 64
    assert hook["Handler"] == f"pipeline.hooks.{moment.lower()}_allow_traffic.handler"
    said = hook["Environment"]["Variables"]
    assert said["FUNCTION_NAME"] == {"Ref": group.function.name}
    assert said["VERSION"] == group.number
    assert said["ALIAS"] == "live"


def test_the_hook_before_asks_for_what_the_contract_promises_and_knows_the_alarms(
    template: Template, stage: str, name: str, group: Group
) -> None:
    said = group.hook(template, "Before")["Environment"]["Variables"]
    probes = json.loads(said["PROBES"])
    assert len(probes) == 2
    assert all("/v1/" in probe["resource"] for probe in probes)
    assert json.loads(said["ALARMS"]) == watched_names(stage, name)


def test_no_traffic_is_a_pass_nowhere_and_fails_where_there_was_time(
    template: Template, stage: str, group: Group
) -> None:
    policy = group.hook(template, "After")["Environment"]["Variables"]["NO_TRAFFIC"]
    assert policy == {"beta": "warn", "gamma": "fail", "prod": "fail"}[stage]


def test_a_hook_may_do_exactly_this(template: Template, group: Group) -> None:
    before, after = group.hook(template, "Before"), group.hook(template, "After")
    function = f"${{{group.function.name}.Arn}}"
    answers = (
        f"arn:aws:codedeploy:{template.region}:{template.account}:deploymentgroup:"
        f"${{{group.deployment['ApplicationName']['Ref']}}}/${{{group.deployment.name}}}"
    )
    log = ["logs:CreateLogStream", "logs:PutLogEvents"]
    alarms = {
        f"${{{each['Name']['Ref']}.Arn}}": ["cloudwatch:DescribeAlarms"]
        for each in group.deployment["AlarmConfiguration"]["Alarms"]
    }
    assert granted(template, role_of(before)) == {
        f"${{{before['LoggingConfig']['LogGroup']['Ref']}.Arn}}": log,
        function: ["lambda:GetAlias"],
        f"{function}:*": [
            "lambda:GetFunctionConfiguration",
            "lambda:GetProvisionedConcurrencyConfig",
            "lambda:InvokeFunction",
        ],
        f"${{{judge_of(template).name}.Arn}}": ["lambda:InvokeFunction"],
        **{f"${{{each.name}.Arn}}": ["lambda:InvokeFunction"] for each in visitors_of(template)},
        **alarms,
        answers: ["codedeploy:PutLifecycleEventHookExecutionStatus"],
    }
    assert granted(template, role_of(after)) == {
        f"${{{after['LoggingConfig']['LogGroup']['Ref']}.Arn}}": log,
        "*": ["cloudwatch:GetMetricData", "codedeploy:GetDeploymentTarget", "codedeploy:ListDeploymentTargets"],
        answers: ["codedeploy:PutLifecycleEventHookExecutionStatus"],
    }


def judge_of(template: Template) -> Resource:
    (found,) = [
        each for each in template.all("AWS::Lambda::Function") if each["Handler"] == "pipeline.hooks.judge.handler"
    ]
    return found


def visitors_of(template: Template) -> list[Resource]:
    handler = "pipeline.hooks.visitor.handler"
    return [each for each in template.all("AWS::Lambda::Function") if each["Handler"] == handler]


def test_a_stage_in_which_nobody_else_asks_has_a_visitor_that_may_ask_its_aliases_and_nothing_else(
    template: Template, stage: str, group: Group
) -> None:
    asked = planned(stage).rollout.visitors
    found, called = visitors_of(template), group.hook(template, "Before")["Environment"]["Variables"].get("VISITOR")
    assert (len(found), called) == ((1, {"Ref": found[0].name}) if asked else (0, None))
    for visitor in found:
        log = f"${{{visitor['LoggingConfig']['LogGroup']['Ref']}.Arn}}"
        functions = [each.name for each in (Group(template, stage, name).function for name in GROUPS)]
        assert granted(template, role_of(visitor)) == {
            log: ["logs:CreateLogStream", "logs:PutLogEvents"],
            **{f"${{{name}.Arn}}:live": ["lambda:InvokeFunction"] for name in functions},
        }
        lasts = steps_of(planned(stage).rollout.config)[-1][0] + planned(stage).rollout.bake_seconds
        variables = visitor["Environment"]["Variables"]
        assert float(variables["VISIT_WAIT_SECONDS"]) == lasts < visitor["Timeout"]
        assert float(variables["PAUSE_SECONDS"]) == 1 / asked


def test_where_nothing_can_be_seen_without_them_visitors_come() -> None:
    """A version that served nobody fails where traffic shifts, and no test asks until it is over."""
    assert {stage: planned(stage).rollout.visitors for stage in ("beta", "gamma", "prod")} == {
        "beta": 0,
        "gamma": 2,
        "prod": 0,
    }


def test_a_stage_has_one_judge_that_the_hooks_before_the_shift_call(
    template: Template, stage: str, group: Group
) -> None:
    judge = judge_of(template)
    assert judge["FunctionName"] == f"orders-{stage}-judge"
    assert group.hook(template, "Before")["Environment"]["Variables"]["JUDGE"] == {"Ref": judge.name}


def test_the_judge_and_the_hooks_know_the_shift_that_there_is(template: Template, stage: str, group: Group) -> None:
    config = planned(stage).rollout.config
    for asked in (judge_of(template), group.hook(template, "Before"), group.hook(template, "After")):
        assert read_steps(asked["Environment"]["Variables"]["SHIFT"]) == steps_of(config)


def test_the_judge_sees_the_end_of_every_shift_of_the_plan(template: Template, stage: str) -> None:
    assert steps_of(planned(stage).rollout.config)[-1][0] <= LONGEST_SECONDS < judge_of(template)["Timeout"] == 900


def test_while_the_glass_is_broken_no_alarm_stops_a_rollout_and_both_hooks_know(everything: Template) -> None:
    group = Group(everything, "prod", "orders")
    configured = group.deployment["AlarmConfiguration"]
    assert configured["Enabled"] is False
    assert len(configured["Alarms"]) == len(watched_names("prod", "orders"))
    assert group.deployment["AutoRollbackConfiguration"]["Enabled"] is True
    for moment in ("Before", "After"):
        told = group.hook(everything, moment)["Environment"]["Variables"]["BREAK_GLASS"]
        assert json.loads(told) == asdict(BROKEN)


def test_the_judge_may_look_and_publish_and_nothing_else(template: Template) -> None:
    judge = judge_of(template)
    may = granted(template, role_of(judge))
    log = f"${{{judge['LoggingConfig']['LogGroup']['Ref']}.Arn}}"
    assert may == {
        log: ["logs:CreateLogStream", "logs:PutLogEvents"],
        "*": [
            "cloudwatch:GetMetricData",
            "codedeploy:GetDeploymentTarget",
            "codedeploy:ListDeploymentTargets",
            "cloudwatch:PutMetricData",
        ],
    }


def test_an_alarm_reads_what_the_judge_publishes_of_the_alias_by_ten_seconds(
    template: Template, stage: str, name: str, group: Group
) -> None:
    alarm = template.named("AWS::CloudWatch::Alarm", AlarmName=f"orders-{stage}-{name}-judge")
    assert {each["Name"]: each["Value"] for each in alarm["Dimensions"]} == {
        "FunctionName": {"Ref": group.function.name},
        "Alias": "live",
    }
    assert {
        "Namespace": "Orders",
        "MetricName": "Evidence",
        "Statistic": "Maximum",
        "Period": 10,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 1,
        "TreatMissingData": "notBreaching",
    }.items() <= alarm.properties.items()


def test_a_judge_that_ends_in_an_error_is_an_alarm_too(template: Template, stage: str) -> None:
    alarm = template.named("AWS::CloudWatch::Alarm", AlarmName=f"orders-{stage}-judge-errors")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": judge_of(template).name}}]
    assert {
        "Namespace": "AWS/Lambda",
        "MetricName": "Errors",
        "Statistic": "Sum",
        "Period": 60,
        "Threshold": 0,
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 1,
        "TreatMissingData": "notBreaching",
    }.items() <= alarm.properties.items()


def test_the_hook_after_bakes_where_traffic_moved_in_parts(template: Template, stage: str, group: Group) -> None:
    waits = group.hook(template, "After")["Environment"]["Variables"]["BAKE_WAIT_SECONDS"]
    assert waits == {"beta": "0", "gamma": "120", "prod": "120"}[stage]


def test_as_many_environments_are_warmed_as_the_first_step_sends_requests_to(
    template: Template, stage: str, group: Group
) -> None:
    warm = group.hook(template, "Before")["Environment"]["Variables"]["WARM"]
    assert warm == {"beta": "2", "gamma": "2", "prod": "2"}[stage]


def test_all_hooks_of_a_stage_log_into_one_group(template: Template, stage: str) -> None:
    hooks = [each for each in template.all("AWS::Lambda::Function") if each["Handler"].startswith("pipeline.hooks.")]
    (name,) = {each["LoggingConfig"]["LogGroup"]["Ref"] for each in hooks}
    log = template.resources[name]
    assert len(hooks) == 2 * len(GROUPS) + len([judge_of(template), *visitors_of(template)])
    assert log["LogGroupName"] == f"/aws/lambda/CodeDeployHook_orders-{stage}"
    assert log.body["DeletionPolicy"] == "Delete"


def test_codedeploy_may_shift_traffic_ask_these_hooks_and_nothing_else(template: Template) -> None:
    groups = template.all("AWS::CodeDeploy::DeploymentGroup")
    (name,) = {each["ServiceRoleArn"]["Fn::GetAtt"][0] for each in groups}
    role = template.resources[name]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    (managed,) = role["ManagedPolicyArns"]
    hooks = [each for each in template.all("AWS::Lambda::Function") if "_allow_traffic" in each["Handler"]]
    here = f"arn:aws:lambda:{template.region}:{template.account}:function"
    assert trust["Principal"] == {"Service": "codedeploy.amazonaws.com"}
    assert template.said(managed).endswith(":iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited")
    assert granted(template, name) == {f"{here}:{each['FunctionName']}": ["lambda:InvokeFunction"] for each in hooks}


def test_nothing_points_at_latest(template: Template) -> None:
    assert "$LATEST" not in template.text


def test_a_new_version_changes_no_permission(template: Template) -> None:
    versions = [each.name for each in template.all("AWS::Lambda::Version")]
    policies = json.dumps(template.policies())
    assert len(versions) == len(ROUTE_GROUPS) + len(WORKERS) + len(ANSWERING_NO_OPERATION)
    assert [name for name in versions if name in policies] == []


def test_what_no_canary_could_judge_moves_at_once(template: Template) -> None:
    at_once = [alias for alias in template.all("AWS::Lambda::Alias") if "UpdatePolicy" not in alias.body]
    seldom_asked = {group.name for group in ROUTE_GROUPS if not group.canary}
    assert seldom_asked == {"carriers", "imports", "operations"}
    moved = {alias.name.partition("Live")[0].lower() for alias in at_once}
    assert moved == seldom_asked | {worker.name for worker in WORKERS} | ANSWERING_NO_OPERATION

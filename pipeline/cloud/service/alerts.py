"""The alerts of the plan as alarms of a stage, and what a deployment says about itself."""

from collections.abc import Sequence

from aws_cdk import Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from pipeline.cloud.service.measures import measured, metric, usually, waiting
from pipeline.cloud.service.series import Formula, Series, watched
from pipeline.cloud.service.topics import Topics
from pipeline.plan.alerts import (
    ALERTS,
    DEAD_LETTERS_RUNBOOK,
    QUIET_MINUTES,
    TOGETHER,
    UNUSUAL,
    Alert,
    Severity,
    Together,
    Unusual,
    Window,
)
from pipeline.plan.model import Delivery, Stage

SIDES = {
    "above": cloudwatch.ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
    "below": cloudwatch.ComparisonOperator.LESS_THAN_LOWER_THRESHOLD,
}


class Alerts(Construct):
    """Every alert of the plan, an alarm for each queue of dead letters, and an event for each deployment that ends."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        delivery: Delivery,
        stage: Stage,
        key: kms.Key,
        dead_letters: Sequence[sqs.IQueue],
    ) -> None:
        super().__init__(scope, name)
        self._stage = stage
        self._source = delivery.source
        self._stack = Stack.of(self).node.path
        self.topics = Topics(self, "Topics", stage, key)
        self._actions = {severity: actions.SnsAction(topic) for severity, topic in self.topics.by_severity.items()}
        self._tell_of_deployments("DeploymentStarted", "deployment-started", ["START"])
        self._tell_of_deployments("DeploymentEnded", "deployment-ended", ["SUCCESS", "FAILURE", "STOP"])
        under_way = self._deployment_under_way()
        parts: dict[str, cloudwatch.IAlarm] = {alert.name: self._alarm(alert) for alert in ALERTS}
        parts |= {unusual.name: self._unusual(unusual) for unusual in UNUSUAL}
        for together in TOGETHER:
            self._together(together, [parts[each] for each in together.parts], under_way)
        for queue in dead_letters:
            self._dead_letters(queue)

    def _alarm(self, alert: Alert) -> cloudwatch.Alarm:
        alarm = self._on(
            alert.name,
            measured(self._stage, alert),
            alert.threshold,
            alert.window,
            self._description(alert.summary, alert.runbook, alert.dashboard),
        )
        if alert.severity is not None:
            self._tell(alarm, alert.severity)
        return alarm

    def _on(
        self, name: str, series: Series | Formula, threshold: float, window: Window, description: str
    ) -> cloudwatch.Alarm:
        return cloudwatch.Alarm(
            self,
            _id(name),
            alarm_name=self._name(name),
            alarm_description=description,
            metric=watched(series),
            threshold=threshold,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            evaluation_periods=window.periods,
            datapoints_to_alarm=window.datapoints,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _unusual(self, unusual: Unusual) -> cloudwatch.AnomalyDetectionAlarm:
        return cloudwatch.AnomalyDetectionAlarm(
            self,
            _id(unusual.name),
            alarm_name=self._name(unusual.name),
            alarm_description=self._description(unusual.summary, unusual.runbook, unusual.dashboard),
            metric=watched(usually(self._stage, unusual)),
            std_devs=unusual.deviations,
            comparison_operator=SIDES[unusual.side],
            evaluation_periods=unusual.window.periods,
            datapoints_to_alarm=unusual.window.datapoints,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )

    def _together(self, together: Together, parts: Sequence[cloudwatch.IAlarm], under_way: cloudwatch.IAlarm) -> None:
        fires = [cloudwatch.AlarmRule.from_alarm(part, cloudwatch.AlarmState.ALARM) for part in parts]
        join = cloudwatch.AlarmRule.all_of if together.rule == "all" else cloudwatch.AlarmRule.any_of
        alarm = cloudwatch.CompositeAlarm(
            self,
            _id(together.name),
            composite_alarm_name=self._name(together.name),
            alarm_description=self._description(together.summary, together.runbook, together.dashboard),
            alarm_rule=join(*fires),
            actions_suppressor=under_way,
            actions_suppressor_wait_period=Duration.minutes(1),
            actions_suppressor_extension_period=Duration.minutes(2),
        )
        self._tell(alarm, together.severity)

    def _dead_letters(self, queue: sqs.IQueue) -> None:
        place = queue.node.path.removeprefix(f"{self._stack}/")
        summary = f"A message that nobody could handle lies in {place}."
        name = f"dead-letters-{place.replace('/', '-').lower()}"
        alarm = self._on(
            name, waiting(queue), 0, Window(1, 1), self._description(summary, DEAD_LETTERS_RUNBOOK, "delivery")
        )
        self._tell(alarm, "warning")

    def _deployment_under_way(self) -> cloudwatch.Alarm:
        """In alarm from the start of a deployment on, which EventBridge counts by the rule that it triggers."""
        started = metric("AWS/Events", "TriggeredRules", "Sum", {"RuleName": self._name("deployment-started")})
        summary = f"A deployment has started in the last {QUIET_MINUTES} minutes. Tells nobody; keeps others quiet."
        return self._on(
            "deployment-under-way",
            started,
            0,
            Window(1, QUIET_MINUTES),
            self._description(summary, "deployment-under-way", "delivery"),
        )

    def _tell_of_deployments(self, construct: str, name: str, states: Sequence[str]) -> None:
        """CodeDeploy user guide, "Monitoring deployments with Amazon CloudWatch Events".

        Written as CloudFormation has it: the CDK's target would let EventBridge publish for whatever account asks it.
        """
        said = f"orders-{self._stage.name}: deployment <id> of <group>: <state>"
        events.CfnRule(
            self,
            construct,
            name=self._name(name),
            event_pattern={
                "source": ["aws.codedeploy"],
                "detail-type": ["CodeDeploy Deployment State-change Notification"],
                "detail": {"application": [f"orders-{self._stage.name}"], "state": list(states)},
            },
            targets=[
                events.CfnRule.TargetProperty(
                    id="Info",
                    arn=self.topics.by_severity["info"].topic_arn,
                    input_transformer=events.CfnRule.InputTransformerProperty(
                        input_paths_map={
                            "id": "$.detail.deploymentId",
                            "group": "$.detail.deploymentGroup",
                            "state": "$.detail.state",
                        },
                        input_template=f'"{said}"',
                    ),
                )
            ],
        )

    def _tell(self, alarm: cloudwatch.AlarmBase, severity: Severity) -> None:
        alarm.add_alarm_action(self._actions[severity])
        alarm.add_ok_action(self._actions[severity])

    def _name(self, name: str) -> str:
        return f"orders-{self._stage.name}-{name}"

    def _description(self, summary: str, runbook: str, dashboard: str) -> str:
        """What is seen, what to do, where to look: all that somebody has who is woken by it."""
        page = f"https://github.com/{self._source.repository}/blob/{self._source.branch}/pipeline/runbooks/{runbook}.md"
        return f"{summary} Runbook: {page} Dashboard: {dashboard_address(self._stage, dashboard)}"


def dashboard_address(stage: Stage, flow: str) -> str:
    """Where the console shows a dashboard."""
    region = stage.environment.region
    return f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#dashboards/dashboard/orders-{stage.name}-{flow}"


def _id(name: str) -> str:
    return name.title().replace("-", "")

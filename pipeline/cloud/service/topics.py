"""Where alerts go: a topic for each severity, and those who subscribe to it."""

from typing import get_args

from aws_cdk import aws_chatbot as chatbot
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from pipeline.cloud.service.own_role import OwnRole
from pipeline.cloud.service.statement import Statement
from pipeline.plan.alerts import CHANNELS, Severity
from pipeline.plan.model import Addresses, Chat, Stage

SEVERITIES: tuple[Severity, ...] = get_args(Severity.__value__)
PUBLISHERS = ("cloudwatch.amazonaws.com", "events.amazonaws.com")
"""The services that publish: alarms, and how deployments ended."""
OF_COSTS = ("budgets.amazonaws.com", "costalerts.amazonaws.com")
"""And those that publish where a stage has a budget: what it costs, and what costs unusually much."""
READ_IN_CHAT = ("cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics")


class Topics(Construct):
    """`orders-{stage}-{severity}` for each severity, encrypted with the key of the stage's data, over TLS only.

    A topic with a policy of its own has lost the default one, so what publishes is let in by name (Amazon SNS developer
    guide, "Enable compatibility between event sources from AWS services and encrypted topics").
    """

    def __init__(self, scope: Construct, name: str, stage: Stage, key: kms.Key) -> None:
        super().__init__(scope, name)
        publish = PUBLISHERS if not stage.settings.monthly_budget else (*PUBLISHERS, *OF_COSTS)
        self._publish = [iam.ServicePrincipal(service) for service in publish]
        self._account = stage.environment.account
        self.key = key
        self.key.add_to_resource_policy(self._publishers(["kms:Decrypt", "kms:GenerateDataKey*"], "*"))
        self.by_severity = {severity: self._topic(stage, severity) for severity in SEVERITIES}
        self._subscribe(stage.settings.alerts)
        if stage.settings.alerts.chat is not None:
            self._chat(stage, stage.settings.alerts.chat)

    def _topic(self, stage: Stage, severity: Severity) -> sns.Topic:
        topic = sns.Topic(
            self,
            severity.capitalize(),
            topic_name=f"orders-{stage.name}-{severity}",
            master_key=self.key,
            enforce_ssl=True,
        )
        topic.add_to_resource_policy(self._publishers(["sns:Publish"], topic.topic_arn))
        return topic

    def _publishers(self, actions: list[str], resource: str) -> iam.PolicyStatement:
        """Only on behalf of this account: a service's name alone would let in everybody who uses the service."""
        return iam.PolicyStatement(
            actions=actions,
            resources=[resource],
            principals=self._publish,
            conditions={"StringEquals": {"aws:SourceAccount": self._account}},
        )

    def _subscribe(self, addresses: Addresses) -> None:
        for severity, topic in self.by_severity.items():
            if "pager" in CHANNELS[severity] and addresses.pager:
                topic.add_subscription(
                    subscriptions.UrlSubscription(addresses.pager, protocol=sns.SubscriptionProtocol.HTTPS)
                )
            if "mail" in CHANNELS[severity]:
                for address in addresses.mail:
                    topic.add_subscription(subscriptions.EmailSubscription(address))

    def _chat(self, stage: Stage, chat: Chat) -> None:
        """A channel that may read what an alarm shows, and nothing else, whatever is asked of it there."""
        told = [topic for severity, topic in self.by_severity.items() if "chat" in CHANNELS[severity]]
        chatbot.SlackChannelConfiguration(
            self,
            "Chat",
            slack_channel_configuration_name=f"orders-{stage.name}",
            slack_workspace_id=chat.workspace,
            slack_channel_id=chat.channel,
            notification_topics=told,
            role=OwnRole(
                self,
                "ChatRole",
                [Statement(READ_IN_CHAT, ["*"])],  # the last two have none to name (service authorization reference)
                assumed_by=iam.ServicePrincipal("chatbot.amazonaws.com"),
            ),
        )

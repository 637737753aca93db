"""Mail to customers: who writes, how the worker `mail` hears of what is to be written, and of what came back.

The identity's three DNS records (DKIM) are put in by hand: its zone is not the stage's. Until they are there, and SES
has let the account out of its sandbox, SES refuses and the letters wait (pipeline/runbooks/returned-mail.md).
"""

from collections.abc import Mapping
from typing import Final

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from aws_cdk import aws_sns as sns
from constructs import Construct

from api.needs import NEEDS
from pipeline.cloud.service.arrivals import BUS
from pipeline.cloud.service.data import Data
from pipeline.cloud.service.events import EVENTS, target_of
from pipeline.cloud.service.grants import SENDS_MESSAGES
from pipeline.cloud.service.own_role import OwnRole
from pipeline.cloud.service.statement import Statement
from pipeline.cloud.service.work_queue import WorkQueue
from pipeline.plan.model import Stage

TOPICS = iam.ServicePrincipal("sns.amazonaws.com")

RETURNED: Final = ("Email Bounced", "Email Complaint Received")
"""What SES tells of mail that came back, as detail types (api.handlers.mail)."""


class Mail(Construct):
    """The identity and the set of rules that mail is sent by, and the two ways into the worker's queue."""

    def __init__(
        self, scope: Construct, name: str, stage: Stage, data: Data, notices: sns.ITopic, queue: WorkQueue
    ) -> None:
        super().__init__(scope, name)
        self._stage = stage
        self.rules = self._rules()
        self.identity = ses.CfnEmailIdentity(
            self,
            "Identity",
            email_identity=stage.settings.mail.domain,
            configuration_set_attributes=ses.CfnEmailIdentity.ConfigurationSetAttributesProperty(
                configuration_set_name=self.rules.ref
            ),
            dkim_signing_attributes=ses.CfnEmailIdentity.DkimSigningAttributesProperty(
                next_signing_key_length="RSA_2048_BIT"
            ),
            feedback_attributes=ses.CfnEmailIdentity.FeedbackAttributesProperty(email_forwarding_enabled=False),
        )
        self._subscribe(notices, queue, data)
        self._tell_of_returned(queue)

    def told(self) -> Mapping[str, str]:
        """What the worker is told of it."""
        mail = self._stage.settings.mail
        instead = {"MAIL_INSTEAD": mail.instead} if mail.instead else {}
        return {"MAIL_SENDER": mail.sender, "MAIL_CONFIGURATION_SET": self.rules.ref, **instead}

    def let_send(self, role: OwnRole) -> None:
        """Let a role send from the identity's domain, by these rules."""
        by = [self._arn("identity", self.identity.ref), self._arn("configuration-set", self.rules.ref)]
        role.allow(Statement(sorted(NEEDS["mail"].mail), by))

    def _arn(self, kind: str, name: str) -> str:
        return Stack.of(self).format_arn(service="ses", resource=kind, resource_name=name)

    def _rules(self) -> ses.CfnConfigurationSet:
        """Over TLS alone; and an address that was wrong, or did not want it, is not written to again."""
        return ses.CfnConfigurationSet(
            self,
            "Rules",
            name=f"orders-{self._stage.name}",
            delivery_options=ses.CfnConfigurationSet.DeliveryOptionsProperty(tls_policy="REQUIRE"),
            sending_options=ses.CfnConfigurationSet.SendingOptionsProperty(sending_enabled=True),
            suppression_options=ses.CfnConfigurationSet.SuppressionOptionsProperty(
                suppressed_reasons=["BOUNCE", "COMPLAINT"]
            ),
        )

    def _subscribe(self, notices: sns.ITopic, queue: WorkQueue, data: Data) -> None:
        topic = notices.topic_arn
        sns.CfnSubscription(
            self,
            "Notices",
            topic_arn=topic,
            protocol="sqs",
            endpoint=queue.arn,
            raw_message_delivery=True,
            redrive_policy={"deadLetterTargetArn": queue.dead_letters.arn},
        )
        queue.let_send(TOPICS, topic)
        data.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="TopicsEncrypt",
                actions=list(SENDS_MESSAGES),
                principals=[TOPICS],
                resources=["*"],  # in a key's policy: this key
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(data).account}},
            )
        )

    def _tell_of_returned(self, queue: WorkQueue) -> None:
        ses.CfnConfigurationSetEventDestination(
            self,
            "Returned",
            configuration_set_name=self.rules.ref,
            event_destination=ses.CfnConfigurationSetEventDestination.EventDestinationProperty(
                name="returned",
                enabled=True,
                matching_event_types=["BOUNCE", "COMPLAINT"],
                event_bridge_destination=ses.CfnConfigurationSetEventDestination.EventBridgeDestinationProperty(
                    event_bus_arn=Stack.of(self).format_arn(service="events", resource="event-bus", resource_name=BUS)
                ),
            ),
        )
        rule = events.CfnRule(
            self,
            "ReturnedRule",
            name=f"orders-{self._stage.name}-{queue.worker.name}",
            description=f"Mail that came back: for the worker {queue.worker.name}",
            event_bus_name=BUS,
            event_pattern={
                "source": ["aws.ses"],
                "detail-type": list(RETURNED),
                "detail": {"mail": {"tags": {"ses:configuration-set": [f"orders-{self._stage.name}"]}}},
            },
            targets=[target_of(queue)],
        )
        queue.let_send(EVENTS, rule.attr_arn)

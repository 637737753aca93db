"""Types that are kept and answer `Ref` and `Fn::GetAtt`, but do nothing: the rehearsal plays their part itself.

A pipeline's templates hold them, and its self-mutation deploys those; or they watch an account from outside. Source of
names and attributes: the CloudFormation resource reference of each type.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.rehearsal.world.emulator.inside.resources.registry import (
    DELETE_PREDECESSOR,
    Attributes,
    Created,
    Properties,
    here,
    name_of,
    register,
    stable_id,
)
from pipeline.rehearsal.world.emulator.inside.telemetry import Place

type Attribute = Callable[[Place, str, Properties], Attributes]


@dataclass(frozen=True)
class Recorded:
    """A type: which property names it, which properties replace it, what `Fn::GetAtt` gives, and what `Ref` gives.

    `reference` None: the name itself.
    """

    name_property: str
    replaced_by: frozenset[str]
    attributes: Attribute = lambda *_: {}
    reference: Callable[[Place, str], str] | None = None


def _connection_arn(service: str) -> Callable[[Place, str], str]:
    def arn(place: Place, name: str) -> str:
        account, region = place
        return f"arn:aws:{service}:{region}:{account}:connection/{stable_id(account, region, name)}"

    return arn


def _connection(service: str) -> Recorded:
    arn = _connection_arn(service)

    def attributes(place: Place, name: str, _: Properties) -> Attributes:
        return {"ConnectionArn": arn(place, name), "ConnectionStatus": "PENDING", "OwnerAccountId": place[0]}

    return Recorded("ConnectionName", frozenset({"ConnectionName", "HostArn", "ProviderType"}), attributes, arn)


def _rule_arn(place: Place, name: str) -> str:
    account, region = place
    return f"arn:aws:codestar-notifications:{region}:{account}:notificationrule/{stable_id(*place, name)}"


def _arn(service: str, kind: str) -> Callable[[Place, str], str]:
    """ARNs of the form `arn:aws:service:region:account:kind/name`."""
    return lambda place, name: f"arn:aws:{service}:{place[1]}:{place[0]}:{kind}/{name}"


def _with_arn(service: str, kind: str, name_property: str, attribute: str) -> Recorded:
    """A type whose `Ref` and one attribute are its ARN."""
    arn = _arn(service, kind)
    return Recorded(
        name_property, frozenset({name_property}), lambda place, name, _: {attribute: arn(place, name)}, arn
    )


def _chat_arn(place: Place, name: str) -> str:
    return f"arn:aws:chatbot::{place[0]}:chat-configuration/slack-channel/{name}"


TYPES = {
    "AWS::CodePipeline::Pipeline": Recorded("Name", frozenset({"Name"}), lambda *_: {"Version": "1"}),
    "AWS::CodePipeline::Webhook": Recorded(
        "Name",
        frozenset({"Name"}),
        lambda place, name, _: {"Url": f"https://webhooks.domain.{place[1]}.amazonaws.com/{stable_id(*place, name)}"},
    ),
    "AWS::CodeStarConnections::Connection": _connection("codestar-connections"),
    "AWS::CodeConnections::Connection": _connection("codeconnections"),
    "AWS::CodeStarNotifications::NotificationRule": Recorded(
        "Name", frozenset({"Resource"}), lambda place, name, _: {"Arn": _rule_arn(place, name)}, _rule_arn
    ),
    "AWS::CodeBuild::ReportGroup": Recorded(
        "Name",
        frozenset({"Name", "Type"}),
        lambda place, name, _: {"Arn": f"arn:aws:codebuild:{place[1]}:{place[0]}:report-group/{name}"},
    ),
    "AWS::Chatbot::SlackChannelConfiguration": Recorded(
        "ConfigurationName",
        frozenset({"ConfigurationName"}),
        lambda place, name, _: {"Arn": _chat_arn(place, name)},
        _chat_arn,
    ),
    "AWS::AccessAnalyzer::Analyzer": _with_arn("access-analyzer", "analyzer", "AnalyzerName", "Arn"),
    "AWS::Budgets::Budget": Recorded("BudgetName", frozenset()),
    "AWS::CE::AnomalyMonitor": _with_arn("ce", "anomalymonitor", "MonitorName", "MonitorArn"),
    "AWS::CE::AnomalySubscription": _with_arn("ce", "anomalysubscription", "SubscriptionName", "SubscriptionArn"),
    "AWS::Cognito::UserPoolIdentityProvider": Recorded(
        "ProviderName", frozenset({"ProviderName", "ProviderType", "UserPoolId"})
    ),
    # ministack wants the hosted zone, which is never in the stack that writes into it.
    "AWS::Route53::RecordSet": Recorded("Name", frozenset({"HostedZoneId", "Name", "Type"})),
    "AWS::SecretsManager::ResourcePolicy": Recorded("Id", frozenset({"SecretId"})),
    "AWS::XRay::SamplingRule": _with_arn("xray", "sampling-rule", "RuleName", "RuleARN"),
}


class RecordedResources:
    """What was recorded, by type and physical id."""

    def __init__(self) -> None:
        self.kept: dict[tuple[Place, str, str], Properties] = {}

    def install(self) -> None:
        """Register every type."""
        for resource_type, recorded in TYPES.items():
            _Handlers(self, resource_type, recorded).register()


class _Handlers:
    def __init__(self, owner: RecordedResources, resource_type: str, recorded: Recorded) -> None:
        self._owner = owner
        self._type = resource_type
        self._recorded = recorded

    def register(self) -> None:
        register(self._type, self.create, self.update, self.delete)

    def create(self, logical_id: str, properties: Properties, stack_name: str) -> Created:
        return self._keep(name_of(properties, self._recorded.name_property, stack_name, logical_id, 100), properties)

    def update(self, physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str) -> Created:
        if any(old.get(name) != new.get(name) for name in self._recorded.replaced_by):
            created = self.create(logical_id, new, stack_name)
            if created[0] != physical_id:
                DELETE_PREDECESSOR.get()(self.delete, physical_id, old)
            return created
        return self._keep(name_of(new, self._recorded.name_property, stack_name, logical_id, 100), new)

    def delete(self, physical_id: str, _: Properties) -> None:
        self._owner.kept.pop((here(), self._type, physical_id), None)

    def _keep(self, name: str, properties: Properties) -> Created:
        place = here()
        physical_id = self._recorded.reference(place, name) if self._recorded.reference else name
        self._owner.kept[place, self._type, physical_id] = properties
        return physical_id, self._recorded.attributes(place, name, properties)

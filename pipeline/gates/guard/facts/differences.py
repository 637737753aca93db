"""Where stages may differ, as data: each place with the setting of the plan that says how, and why it may.

A setting explains a difference only as far as it goes: stages of which it says the same must still have the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from pipeline.gates.openapi.node import Json
from pipeline.plan.model import Stage


@dataclass(frozen=True)
class May:
    """That what matches `where` may differ between stages for which `setting` of the plan does.

    `where` is a resource's type, what it is called in every stage and the place in it, as file names match; without a
    place, whether it is there at all.
    """

    where: str
    setting: str
    because: str


_ROLLOUT = "AWS::Lambda::Function Rollout/* Properties.Environment.Variables"
_BEFORE_ROLE = "AWS::IAM::Role Rollout/*/Before/Role/Resource *"
_GROUP = "AWS::CodeDeploy::DeploymentGroup *"
_CANARY_ALARM = "AWS::CloudWatch::Alarm Rollout/*/Resource"

MAY = (
    May("AWS::Logs::LogGroup * Properties.RetentionInDays", "settings.log_retention_days", "tests are over sooner"),
    May("AWS::CodeDeploy::DeploymentGroup * Properties.DeploymentConfigName", "rollout.config", "prod goes slowest"),
    May("AWS::Lambda::Function Rollout/* Properties.Environment.Variables.NO_TRAFFIC", "rollout.no_traffic", "see it"),
    May(f"{_ROLLOUT}.INCONCLUSIVE", "rollout.inconclusive", "see it"),
    May(f"{_ROLLOUT}.SHIFT", "rollout.config", "prod goes slowest"),
    May(f"{_ROLLOUT}.BAKE_WAIT_SECONDS", "rollout.config", "nothing is waited for where all moves at once"),
    May(f"{_ROLLOUT}.BAKE_WAIT_SECONDS", "rollout.bake_seconds", "see it"),
    May(f"{_ROLLOUT}.WARM", "rollout.config", "as many as the first step sends requests to"),
    May(f"{_ROLLOUT}.WARM", "rollout.expected_rps", "as many as the first step sends requests to"),
    May(f"{_CANARY_ALARM} Properties.AlarmDescription", "rollout.alarms", "it tells the limit"),
    May(f"{_CANARY_ALARM} Properties.Threshold", "rollout.alarms", "a stage may be stricter"),
    May(f"{_CANARY_ALARM} Properties.DatapointsToAlarm", "rollout.alarms", "a stage may be stricter"),
    May(f"{_CANARY_ALARM} Properties.EvaluationPeriods", "rollout.alarms", "a stage may be stricter"),
    May(f"{_CANARY_ALARM} Properties.Metrics*", "rollout.alarms", "a stage may be stricter"),
    May("AWS::*::* Rollout/Visitor/*", "rollout.visitors", "nobody else asks there"),
    May(f"{_ROLLOUT}.VISITOR", "rollout.visitors", "who is called"),
    May(_BEFORE_ROLE, "rollout.visitors", "who may be called"),
    May(_BEFORE_ROLE, "rollout.alarm_names", "which alarms it may ask for"),
    May(f"{_ROLLOUT}.BREAK_GLASS", "rollout.break_glass", "an emergency is where it is"),
    May(f"{_GROUP} Properties.AlarmConfiguration.Enabled", "rollout.break_glass", "no alarm stops it then"),
    May(_CANARY_ALARM, "rollout.alarm_names", "a stage may watch more"),
    May(f"{_ROLLOUT}.ALARMS", "rollout.alarm_names", "they are told"),
    May(f"{_GROUP} Properties.AlarmConfiguration.Alarms*", "rollout.alarm_names", "they are watched"),
    May("AWS::ApiGateway::Stage * Properties.MethodSettings.*Throttling*", "settings.throttle_rate", "fewer ask"),
    May("AWS::ApiGateway::Stage * Properties.MethodSettings.*Throttling*", "settings.throttle_burst", "fewer ask"),
    May("AWS::DynamoDB::Table * *Throughput.*", "settings.most_table_units", "fewer ask"),
    May(
        "AWS::Lambda::Function * Properties.ReservedConcurrentExecutions", "settings.most_table_units", "what it backs"
    ),
    May("AWS::Lambda::Function * Properties.ReservedConcurrentExecutions", "settings.concurrency_limit", "a quota"),
    May("AWS::CloudWatch::Alarm Observability/*", "settings.concurrency_limit", "a part of it"),
    May("AWS::CloudWatch::Dashboard *", "settings.concurrency_limit", "a line of it"),
    May("AWS::DynamoDB::Table * Properties.DeletionProtectionEnabled", "settings.deletion_protection", "as planned"),
    May("AWS::Cognito::UserPool * Properties.DeletionProtection", "settings.deletion_protection", "as planned"),
    May("AWS::Cognito::UserPoolClient * Properties.ExplicitAuthFlows", "settings.test_sign_in", "tests sign in"),
    May("AWS::IAM::Role Auth/Tester/*", "settings.test_sign_in", "tests sign in"),
    May(
        "AWS::Lambda::Function * Properties.Environment.Variables.PAYMENT_PROVIDER_URL",
        "settings.payment_provider",
        "no money",
    ),
    May("AWS::Lambda::Function * Properties.Environment.Variables.SELLER", "settings.seller", "no real invoices"),
    May("AWS::Lambda::Function * Properties.Environment.Variables.MAIL_*", "settings.mail", "no real customers"),
    May("AWS::SES::EmailIdentity * Properties.EmailIdentity", "settings.mail", "no real customers"),
    May("AWS::Cognito::* Auth/*", "settings.social", "accounts elsewhere, where they are set up"),
    May("AWS::IAM::Policy Auth/*", "settings.social", "accounts elsewhere, where they are set up"),
    May("* Observability/Alerts/Topics/*", "settings.alerts", "who is told"),
    May(
        "AWS::Lambda::Function * Properties.Environment.Variables.ALLOWED_ORIGINS",
        "settings.origins",
        "which sites call",
    ),
    May("AWS::S3::Bucket * Properties.CorsConfiguration*", "settings.origins", "which sites call"),
    May("AWS::ApiGateway::Method */OPTIONS/Resource*", "settings.origins", "which sites call"),
    May("AWS::ApiGateway::GatewayResponse * Properties.ResponseParameters.*", "settings.origins", "which sites call"),
    May("AWS::ApiGateway::GatewayResponse * Properties.ResponseParameters.*", "settings.domain", "which name it has"),
    May("* Api/Domain/*", "settings.domain", "which name it has"),
    May("AWS::ApiGateway::RestApi * Properties.DisableExecuteApiEndpoint", "settings.domain", "which name it has"),
    May(
        "AWS::Lambda::Function * Properties.Environment.Variables.STRICT_TRANSPORT_SECURITY",
        "settings.domain",
        "its name",
    ),
    May("AWS::XRay::SamplingRule * Properties.SamplingRule.FixedRate", "settings.traced", "what tracing costs"),
    May("AWS::Lambda::Function * Properties.Environment.Variables.TRACING", "settings.spans", "what tracing costs"),
    May("AWS::AccessAnalyzer::Analyzer *", "settings.analyze_access", "once in an account"),
    May("AWS::Budgets::Budget *", "settings.monthly_budget", "once in an account"),
    May("AWS::CE::*", "settings.monthly_budget", "once in an account"),
    May(
        "AWS::KMS::Key Data/Key/Resource Properties.KeyPolicy.*Principal.Service",
        "settings.monthly_budget",
        "who tells",
    ),
    May("AWS::SNS::TopicPolicy * *Principal.Service", "settings.monthly_budget", "who tells"),
    May("* Data/*Replica*", "settings.replicas", "what the law wants twice"),
    May("AWS::S3::Bucket * Properties.ReplicationConfiguration", "settings.replicas", "what the law wants twice"),
)


def explained(where: str, values: Mapping[str, Json], stages: Mapping[str, Stage]) -> bool:
    """Whether settings of the plan explain that stages have these values at a place: where all of them say the same
    of two stages, these have the same value."""
    settings = sorted({may.setting for may in MAY if fnmatchcase(where, may.where)})
    if not settings:
        return False
    seen: dict[str, Json] = {}
    for stage, value in values.items():
        if stage not in stages:
            return False
        said = repr([_setting(stages[stage], setting) for setting in settings])
        if said in seen and seen[said] != value:
            return False
        seen[said] = value
    return True


def _setting(stage: Stage, name: str) -> object:
    value: object = stage
    for part in name.split("."):
        value = getattr(value, part)
    return value

"""Where stages may differ is said twice: whoever lets them differ somewhere else says so here as well, in plain sight.

Nothing else holds that list: a stage that differs where it may is one that the guard no longer compares.
"""

from collections.abc import Mapping

import pytest

from pipeline.gates.guard.facts.differences import MAY, May, explained
from pipeline.plan.delivery import DELIVERY

VARIABLES = "AWS::Lambda::Function * Properties.Environment.Variables."
OF_ROLLOUTS = "AWS::Lambda::Function Rollout/* Properties.Environment.Variables."
OF_CANARIES = "AWS::CloudWatch::Alarm Rollout/*/Resource"
PLACES: Mapping[str, tuple[str, ...]] = {
    "settings.log_retention_days": ("AWS::Logs::LogGroup * Properties.RetentionInDays",),
    "rollout.config": (
        "AWS::CodeDeploy::DeploymentGroup * Properties.DeploymentConfigName",
        f"{OF_ROLLOUTS}SHIFT",
        f"{OF_ROLLOUTS}BAKE_WAIT_SECONDS",
        f"{OF_ROLLOUTS}WARM",
    ),
    "rollout.no_traffic": (f"{OF_ROLLOUTS}NO_TRAFFIC",),
    "rollout.inconclusive": (f"{OF_ROLLOUTS}INCONCLUSIVE",),
    "rollout.bake_seconds": (f"{OF_ROLLOUTS}BAKE_WAIT_SECONDS",),
    "rollout.expected_rps": (f"{OF_ROLLOUTS}WARM",),
    "rollout.alarms": (
        f"{OF_CANARIES} Properties.AlarmDescription",
        f"{OF_CANARIES} Properties.Threshold",
        f"{OF_CANARIES} Properties.DatapointsToAlarm",
        f"{OF_CANARIES} Properties.EvaluationPeriods",
        f"{OF_CANARIES} Properties.Metrics*",
    ),
    "rollout.alarm_names": (
        OF_CANARIES,
        f"{OF_ROLLOUTS}ALARMS",
        "AWS::CodeDeploy::DeploymentGroup * Properties.AlarmConfiguration.Alarms*",
        "AWS::IAM::Role Rollout/*/Before/Role/Resource *",
    ),
    "rollout.visitors": (
        "AWS::*::* Rollout/Visitor/*",
        f"{OF_ROLLOUTS}VISITOR",
        "AWS::IAM::Role Rollout/*/Before/Role/Resource *",
    ),
    "rollout.break_glass": (
        f"{OF_ROLLOUTS}BREAK_GLASS",
        "AWS::CodeDeploy::DeploymentGroup * Properties.AlarmConfiguration.Enabled",
    ),
    "settings.throttle_rate": ("AWS::ApiGateway::Stage * Properties.MethodSettings.*Throttling*",),
    "settings.throttle_burst": ("AWS::ApiGateway::Stage * Properties.MethodSettings.*Throttling*",),
    "settings.most_table_units": (
        "AWS::DynamoDB::Table * *Throughput.*",
        "AWS::Lambda::Function * Properties.ReservedConcurrentExecutions",
    ),
    "settings.concurrency_limit": (
        "AWS::Lambda::Function * Properties.ReservedConcurrentExecutions",
        "AWS::CloudWatch::Alarm Observability/*",
        "AWS::CloudWatch::Dashboard *",
    ),
    "settings.deletion_protection": (
        "AWS::DynamoDB::Table * Properties.DeletionProtectionEnabled",
        "AWS::Cognito::UserPool * Properties.DeletionProtection",
    ),
    "settings.test_sign_in": (
        "AWS::Cognito::UserPoolClient * Properties.ExplicitAuthFlows",
        "AWS::IAM::Role Auth/Tester/*",
    ),
    "settings.payment_provider": (f"{VARIABLES}PAYMENT_PROVIDER_URL",),
    "settings.seller": (f"{VARIABLES}SELLER",),
    "settings.mail": (
        f"{VARIABLES}MAIL_*",
        "AWS::SES::EmailIdentity * Properties.EmailIdentity",
    ),
    "settings.social": (
        "AWS::Cognito::* Auth/*",
        "AWS::IAM::Policy Auth/*",
    ),
    "settings.alerts": ("* Observability/Alerts/Topics/*",),
    "settings.origins": (
        f"{VARIABLES}ALLOWED_ORIGINS",
        "AWS::S3::Bucket * Properties.CorsConfiguration*",
        "AWS::ApiGateway::Method */OPTIONS/Resource*",
        "AWS::ApiGateway::GatewayResponse * Properties.ResponseParameters.*",
    ),
    "settings.domain": (
        "AWS::ApiGateway::GatewayResponse * Properties.ResponseParameters.*",
        "* Api/Domain/*",
        "AWS::ApiGateway::RestApi * Properties.DisableExecuteApiEndpoint",
        f"{VARIABLES}STRICT_TRANSPORT_SECURITY",
    ),
    "settings.traced": ("AWS::XRay::SamplingRule * Properties.SamplingRule.FixedRate",),
    "settings.spans": (f"{VARIABLES}TRACING",),
    "settings.analyze_access": ("AWS::AccessAnalyzer::Analyzer *",),
    "settings.monthly_budget": (
        "AWS::Budgets::Budget *",
        "AWS::CE::*",
        "AWS::KMS::Key Data/Key/Resource Properties.KeyPolicy.*Principal.Service",
        "AWS::SNS::TopicPolicy * *Principal.Service",
    ),
    "settings.replicas": (
        "* Data/*Replica*",
        "AWS::S3::Bucket * Properties.ReplicationConfiguration",
    ),
}
"""By the setting of the plan, what it explains where stages are not alike."""
STAGES = {stage.name: stage for stage in DELIVERY.stages}


@pytest.mark.parametrize("setting", sorted({may.setting for may in MAY} | PLACES.keys()))
def test_a_setting_explains_what_it_is_for_and_nothing_else(setting: str) -> None:
    explains = [may.where for may in MAY if may.setting == setting]
    assert sorted(explains) == sorted(PLACES.get(setting, ()))


@pytest.mark.parametrize("may", MAY, ids=lambda may: f"{may.setting}: {may.where}")
def test_whatever_may_differ_names_a_place_and_has_its_reason(may: May) -> None:
    assert may.where.replace("AWS::", "").strip("* ")
    assert may.because.strip()


@pytest.mark.parametrize("name", ["FEATURE_REFUNDS", "TABLE_NAME"])
@pytest.mark.parametrize("alone", STAGES)
def test_what_the_code_does_is_the_same_in_every_stage(name: str, alone: str) -> None:
    """A switch that is on where nobody has tried it is the difference that this list must never explain."""
    values = {stage: "on" if stage == alone else "off" for stage in STAGES}
    assert not explained(f"{VARIABLES.replace('*', 'Orders/Function/Resource')}{name}", values, STAGES)

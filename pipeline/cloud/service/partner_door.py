"""How partners come in: the authorizer of their routes, and the usage plans of their tiers."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from constructs import Construct

from api.domain.partners import LIMITS, Tier
from pipeline.cloud.service.data import Data
from pipeline.cloud.service.functions import ServiceFunction
from pipeline.cloud.service.grants import WRITES_ENCRYPTED, use_of_key
from pipeline.cloud.service.own_role import OwnRole
from pipeline.cloud.service.partner_grants import gateway_keys, partner_secrets
from pipeline.cloud.service.statement import Statement
from pipeline.plan.model import Stage

HIGHEST = max(LIMITS.values(), key=lambda limits: limits.per_second)
"""The plan with the highest rate: each route by which partners read lets as much in, or the plan would promise more."""

KEPT = Duration.minutes(5)
"""How long the gateway keeps the authorizer's answer: for the same token with the same key, on every route."""


def partner_authorizer(scope: Construct, function: ServiceFunction) -> apigateway.RequestAuthorizer:
    """The function behind its alias. A request without both headers never reaches it."""
    return apigateway.RequestAuthorizer(
        scope,
        "Partners",
        handler=function.alias,
        identity_sources=[
            apigateway.IdentitySource.header("Authorization"),
            apigateway.IdentitySource.header("X-Api-Key"),
        ],
        results_cache_ttl=KEPT,
    )


def usage_plans(scope: Construct, stage: Stage, api: apigateway.RestApi) -> dict[Tier, apigateway.UsagePlan]:
    """A plan per tier, with its limits for each key. Keys join when a partner is taken on or its key rotates."""
    return {
        tier: apigateway.UsagePlan(
            scope,
            f"{tier.value.capitalize()}Plan",
            name=f"orders-{stage.name}-{tier.value}",
            description=f"Partners of the tier {tier.value}",
            api_stages=[apigateway.UsagePlanPerApiStage(api=api, stage=api.deployment_stage)],
            throttle=apigateway.ThrottleSettings(rate_limit=limits.per_second, burst_limit=limits.burst),
            quota=apigateway.QuotaSettings(limit=limits.per_day, period=apigateway.Period.DAY),
        )
        for tier, limits in LIMITS.items()
    }


def let_take_on(tester: OwnRole, stage: Stage, data: Data) -> None:
    """Let the gates take partners of their own on and let them go: those whose ids begin with `gate-`."""
    tester.allow(
        _keeps(data, "PARTNER#gate-*"),
        use_of_key(data.key_arn, stage, "dynamodb", WRITES_ENCRYPTED),
        *gateway_keys(stage),
    )


def let_bring(tester: OwnRole, data: Data) -> None:
    """Let the gates be carriers: they keep clients of their own as a carrier's, and take them away."""
    tester.allow(_keeps(data, "CARRIER#*"))


def _keeps(data: Data, partitions: str) -> Statement:
    """Writing and deleting in partitions of this form alone."""
    return Statement(
        ["dynamodb:PutItem", "dynamodb:DeleteItem"],
        [data.table.table_arn],
        {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [partitions]}},
    )


def listed(plans: Mapping[Tier, apigateway.UsagePlan]) -> str:
    """The ids of the plans as one text, `basic=id,premium=id,enterprise=id`, for those who take partners on."""
    return ",".join(f"{tier.value}={plan.usage_plan_id}" for tier, plan in plans.items())


def let_secrets_rotate(rotation: ServiceFunction, stage: Stage) -> None:
    """Let Secrets Manager call the function, for the partners' secrets of this account alone.

    A secret is made, and its schedule with it, when its partner is taken on; no template names it.
    """
    environment = stage.environment
    rotation.alias.add_permission(
        "Rotate",
        principal=iam.ServicePrincipal("secretsmanager.amazonaws.com"),
        action="lambda:InvokeFunction",
        source_account=environment.account,
        source_arn=f"arn:aws:secretsmanager:{environment.region}:{environment.account}:secret:{partner_secrets(stage)}",
    )

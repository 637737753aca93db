"""The key that signs cursors gets a new value every month, by a function that may do that and nothing else."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from pipeline.cloud.service.data import Data
from pipeline.cloud.service.functions import ServiceFunction
from pipeline.plan.model import Stage

RENEWED_AFTER = Duration.days(30)
"""Much longer than a cursor lives: the key before is readable for as long (`api.adapters.signing_keys`)."""


class KeyRenewal(Construct):
    """Secrets Manager calls `function` for the one secret; what the function may do stands in `api.needs`."""

    def __init__(self, scope: Construct, name: str, stage: Stage, data: Data, function: ServiceFunction) -> None:
        super().__init__(scope, name)
        secret = data.cursor_secret.secret_arn
        function.alias.add_permission(
            "Renew",
            principal=iam.ServicePrincipal("secretsmanager.amazonaws.com"),
            action="lambda:InvokeFunction",
            source_account=stage.environment.account,
            source_arn=secret,
        )
        # The bare resource: the construct of the library grants what it supposes, GetRandomPassword on all among it.
        schedule = secretsmanager.CfnRotationSchedule(
            self,
            "Schedule",
            secret_id=secret,
            rotation_lambda_arn=function.alias.function_arn,
            rotation_rules=secretsmanager.CfnRotationSchedule.RotationRulesProperty(
                automatically_after_days=RENEWED_AFTER.to_days()
            ),
            rotate_immediately_on_update=False,
        )
        schedule.node.add_dependency(function)  # Secrets Manager tries whether it may call it

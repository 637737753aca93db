"""The role whose sessions read the orders of one partner: the one that their tag names."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from constructs import Construct

from api.domain.partners import SESSION_TAG
from api.needs import NEEDS
from pipeline.cloud.service.data import Data
from pipeline.cloud.service.grants import READS_ENCRYPTED, use_of_key
from pipeline.cloud.service.own_role import OwnRole
from pipeline.cloud.service.statement import Statement
from pipeline.plan.model import Stage


class PartnerData(Construct):
    """Assumed by the function `partners` alone, for a session with exactly the tag `partner`.

    Source: IAM user guide, "Passing session tags in AWS STS"; DynamoDB developer guide, "Using IAM policy conditions
    for fine-grained access control".
    """

    def __init__(self, scope: Construct, name: str, stage: Stage, data: Data) -> None:
        super().__init__(scope, name)
        self.role_name = f"orders-{stage.name}-partner-data"
        self.role_arn = f"arn:aws:iam::{stage.environment.account}:role/{self.role_name}"
        own = f"PARTNER#${{aws:PrincipalTag/{SESSION_TAG}}}"
        self._grants = [
            Statement(
                sorted(NEEDS["partners"].partner_orders),
                [data.table.table_arn],
                {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [own]}},
            ),
            use_of_key(data.key_arn, stage, "dynamodb", READS_ENCRYPTED),
        ]

    def lend_to(self, function: OwnRole) -> None:
        """Make the role, and let the function have its sessions."""
        OwnRole(
            self,
            "Role",
            self._grants,
            role_name=self.role_name,
            description="Reads the orders of the partner that the session's tag names",
            assumed_by=iam.SessionTagsPrincipal(iam.ArnPrincipal(function.role_arn)).with_conditions(
                {
                    "StringLike": {f"aws:RequestTag/{SESSION_TAG}": "?*"},
                    "ForAllValues:StringEquals": {"aws:TagKeys": [SESSION_TAG]},
                }
            ),
            max_session_duration=Duration.hours(1),
        )
        function.allow(Statement(["sts:AssumeRole", "sts:TagSession"], [self.role_arn]))

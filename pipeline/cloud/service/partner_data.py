"""The role whose sessions read the orders of one partner: the one that their tag names."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct

from api.domain.partners import SESSION_TAG
from api.needs import NEEDS
from pipeline.cloud.service.data import Data
from pipeline.cloud.service.grants import READS_ENCRYPTED
from pipeline.cloud.service.own_role import OwnRole
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
        self._data = data

    def lend_to(self, function: iam.Role) -> None:
        """Make the role, and let the function have its sessions."""
        role = OwnRole(
            self,
            "Role",
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
        own = f"PARTNER#${{aws:PrincipalTag/{SESSION_TAG}}}"
        role.add_to_policy(
            iam.PolicyStatement(
                actions=sorted(NEEDS["partners"].partner_orders),
                resources=[self._data.table.table_arn],
                conditions={"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [own]}},
            )
        )
        via = f"dynamodb.{Stack.of(self).region}.amazonaws.com"
        role.add_to_policy(
            iam.PolicyStatement(
                actions=list(READS_ENCRYPTED),
                resources=[self._data.key.key_arn],
                conditions={"StringEquals": {"kms:ViaService": via}},
            )
        )
        function.add_to_policy(
            iam.PolicyStatement(actions=["sts:AssumeRole", "sts:TagSession"], resources=[self.role_arn])
        )

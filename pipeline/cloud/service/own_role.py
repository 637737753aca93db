"""A role whose grants are part of it, and not a resource beside it.

A stack may have 500 resources (CloudFormation user guide, "Understand CloudFormation quotas"), and the CDK makes a
policy of its own for each role; where nobody has to wait for the one without the other, that is half too many. A role's
own policies may have 10,240 characters together (IAM user guide, "IAM and AWS STS quotas").
"""

from collections.abc import Iterable
from typing import Any

import jsii
from aws_cdk import aws_iam as iam
from constructs import Construct

from pipeline.cloud.service.statement import Statement, policy


class OwnRole(iam.Role):
    """A role that keeps whatever is granted to it, by us or by the CDK, in one policy of its own."""

    def __init__(self, scope: Construct, name: str, grants: Iterable[Statement], **properties: Any) -> None:
        self._grants = policy(grants)
        super().__init__(scope, name, inline_policies={"grants": self._grants}, **properties)

    def allow(self, *statements: Statement) -> None:
        """Grant what the statements say, besides what the role was made with."""
        self._grants.add_statements(*(iam.PolicyStatement.from_json(each.to_json()) for each in statements))

    @jsii.member(jsii_name="addToPrincipalPolicy")
    def add_to_principal_policy(self, statement: iam.PolicyStatement) -> iam.AddToPrincipalPolicyResult:
        """Grant what the statement says."""
        self._grants.add_statements(statement)
        return iam.AddToPrincipalPolicyResult(statement_added=True, policy_dependable=self)

    @jsii.member(jsii_name="addToPolicy")
    def add_to_policy(self, statement: iam.PolicyStatement) -> bool:
        """Grant what the statement says."""
        self._grants.add_statements(statement)
        return True

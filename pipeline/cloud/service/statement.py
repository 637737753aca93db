"""Statements of policies as plain data: the CDK is told of a whole policy at once.

The CDK's own objects live in another process. Each that is made, and each question to one, is a way there and back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aws_cdk import aws_iam as iam


@dataclass(frozen=True)
class Statement:
    """Leave to do `actions` on `resources`, where the conditions hold."""

    actions: Iterable[str]
    resources: Sequence[str]
    conditions: Mapping[str, Mapping[str, str | Sequence[str]]] = field(default_factory=dict)

    def to_json(self) -> Mapping[str, object]:
        """As IAM writes it (IAM user guide, "IAM JSON policy elements reference")."""
        said = {"Effect": "Allow", "Action": list(self.actions), "Resource": list(self.resources)}
        return {**said, "Condition": self.conditions} if self.conditions else said


def policy(statements: Iterable[Statement]) -> iam.PolicyDocument:
    """A document of these statements."""
    return iam.PolicyDocument.from_json({"Statement": [each.to_json() for each in statements]})

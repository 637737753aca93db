"""Policies on the things themselves: what is refused whoever asks, besides what roles are granted."""

from typing import Final

from aws_cdk import aws_iam as iam

ANYBODY: Final = iam.AnyPrincipal()


def only_over_tls(actions: str) -> iam.PolicyStatement:
    """Refuses what doesn't come over TLS. The resource is the one that the policy is on."""
    return _deny("OnlyOverTls", actions, {"Bool": {"aws:SecureTransport": "false"}})


def only_from_account(actions: str, account: str) -> iam.PolicyStatement:
    """Refuses who belongs to another account; services of AWS act for ours and have none."""
    return _deny(
        "OnlyFromThisAccount",
        actions,
        {"StringNotEquals": {"aws:PrincipalAccount": account}, "Bool": {"aws:PrincipalIsAWSService": "false"}},
    )


def _deny(sid: str, actions: str, conditions: dict[str, dict[str, str]]) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=sid,
        effect=iam.Effect.DENY,
        principals=[ANYBODY],
        actions=[actions],
        resources=["*"],
        conditions=conditions,
    )

"""The secret with a partner's key: it rotates by itself, and the partner's own account may read it.

The role that reads it is assumed from the partner's account with an external id that only the partner and we know (IAM
user guide, "Access to AWS accounts owned by third parties"), for an hour at most, and opens this secret alone.
"""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import boto3

type Json = dict[str, Any]

ROTATES_AFTER_DAYS = 30
SESSION_SECONDS = 3_600


def secret_name(stage: str, partner: str) -> str:
    """Where the key is: below the prefix that the function `rotation` may use."""
    return f"orders-{stage}/partner/{partner}/api-key"


def reader_name(stage: str, partner: str) -> str:
    """The role by which the partner reads it."""
    return f"orders-{stage}-partner-{partner}-key"


def keep(session: "boto3.Session", stage: str, partner: str, key: str, rotation: str, kms_key: str | None) -> str:
    """Keep the key in a secret that the function `rotation` (an ARN) rotates; the secret's ARN."""
    client: Any = session.client("secretsmanager")
    encrypted = {"KmsKeyId": kms_key} if kms_key else {}
    text = json.dumps({"partner": partner, "key": key})
    made = client.create_secret(Name=secret_name(stage, partner), SecretString=text, **encrypted)
    client.rotate_secret(
        SecretId=made["ARN"],
        RotationLambdaARN=rotation,
        RotationRules={"AutomaticallyAfterDays": ROTATES_AFTER_DAYS},
        RotateImmediately=False,  # only its testSecret is tried now: the partner has yet to read the first key
    )
    return str(made["ARN"])


def let_read(session: "boto3.Session", stage: str, partner: str, secret: str, account: str, external_id: str) -> str:
    """Make the role by which the partner's account reads the secret; its ARN."""
    client: Any = session.client("iam")
    name = reader_name(stage, partner)
    role = client.create_role(
        RoleName=name,
        Description=f"Reads the API key of the partner {partner}",
        AssumeRolePolicyDocument=json.dumps(trust(account, external_id)),
        MaxSessionDuration=SESSION_SECONDS,
    )["Role"]
    client.put_role_policy(RoleName=name, PolicyName="read-key", PolicyDocument=json.dumps(reading(secret)))
    return str(role["Arn"])


def trust(account: str, external_id: str) -> Json:
    """Who may assume the reading role: the partner's account, which must say the external id."""
    return _policy(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
        }
    )


def reading(secret: str) -> Json:
    """What the reading role may do: read the current value of one secret."""
    region = secret.split(":")[3]
    return _policy(
        {
            "Effect": "Allow",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": secret,
            "Condition": {"StringEquals": {"secretsmanager:VersionStage": "AWSCURRENT"}},
        },
        {
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": "*",
            "Condition": {
                "StringEquals": {
                    "kms:ViaService": f"secretsmanager.{region}.amazonaws.com",
                    "kms:EncryptionContext:SecretARN": secret,
                }
            },
        },
    )


def _policy(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}

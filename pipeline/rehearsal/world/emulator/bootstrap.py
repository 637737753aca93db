"""What `cdk bootstrap` leaves in an account, made over the AWS API: as much of its template as a deployment uses.

Source: the bootstrap template of aws-cdk 2.1148.1 (`lib/api/bootstrap/bootstrap-template.yaml`), version 30, with its
default qualifier; the rehearsal trusts every account of the plan.
"""

import json
from collections.abc import Sequence
from typing import Any, Protocol

QUALIFIER = "hnb659fds"
VERSION = "30"
ROLES = ("deploy-role", "file-publishing-role", "image-publishing-role", "lookup-role", "cfn-exec-role")
TAKEN = frozenset({"BucketAlreadyOwnedByYou", "EntityAlreadyExists", "ParameterAlreadyExists"})


class Clients(Protocol):
    """Gives a boto3 client for an account and a region."""

    def client(self, service: str, account: str, region: str) -> Any:
        """The client."""
        ...


def bootstrap(clients: Clients, account: str, region: str) -> None:
    """Make what isn't there yet."""
    s3 = clients.client("s3", account, region)
    location = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    bucket = assets_bucket(account, region)
    _once(s3.create_bucket, Bucket=bucket, **location)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    iam = clients.client("iam", account, region)
    for role in ROLES:
        _once(
            iam.create_role, RoleName=role_name(role, account, region), AssumeRolePolicyDocument=_trust(role, account)
        )
    _once(
        iam.attach_role_policy,
        RoleName=role_name("cfn-exec-role", account, region),
        PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess",
    )
    for role, policy in (("deploy-role", _may_deploy(account, region)), ("file-publishing-role", _may_publish(bucket))):
        iam.put_role_policy(RoleName=role_name(role, account, region), PolicyName="default", PolicyDocument=policy)
    ssm = clients.client("ssm", account, region)
    ssm.put_parameter(Name=f"/cdk-bootstrap/{QUALIFIER}/version", Value=VERSION, Type="String", Overwrite=True)


def assets_bucket(account: str, region: str) -> str:
    """Where file assets go."""
    return f"cdk-{QUALIFIER}-assets-{account}-{region}"


def role_name(role: str, account: str, region: str) -> str:
    """A role of the bootstrap stack."""
    return f"cdk-{QUALIFIER}-{role}-{account}-{region}"


def _trust(role: str, account: str) -> str:
    """CloudFormation takes the execution role; people and pipelines of any account of the plan take the others."""
    principal = {"Service": "cloudformation.amazonaws.com"} if role == "cfn-exec-role" else {"AWS": "*"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement], "Id": f"trust-of-{account}"})


PUBLISHING = (
    *("s3:GetObject*", "s3:GetBucket*", "s3:GetEncryptionConfiguration", "s3:List*"),
    *("s3:DeleteObject*", "s3:PutObject*", "s3:Abort*"),
)


DEPLOYING = (
    *("CreateChangeSet", "DeleteChangeSet", "ExecuteChangeSet", "CreateStack", "UpdateStack", "RollbackStack"),
    *("ContinueUpdateRollback", "DeleteStack", "UpdateTerminationProtection"),
)
READING = ("Describe*", "Detect*", "EstimateTemplateCost", "Get*", "List*", "ValidateTemplate")
"""Of AWSCloudFormationReadOnlyAccess, which the bootstrap template attaches to the same role."""


def _may_deploy(account: str, region: str) -> str:
    """What the bootstrap template grants to whoever deploys; it counts where IAM is enforced."""
    bucket, execution = assets_bucket(account, region), role_name("cfn-exec-role", account, region)
    version = f"arn:aws:ssm:{region}:{account}:parameter/cdk-bootstrap/{QUALIFIER}/version"
    return _policy(
        ([f"cloudformation:{action}" for action in (*DEPLOYING, *READING)], ["*"]),
        (["sts:GetCallerIdentity"], ["*"]),
        (["iam:PassRole"], [f"arn:aws:iam::{account}:role/{execution}"]),
        (["s3:GetObject*", "s3:GetBucket*", "s3:List*"], [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]),
        (["ssm:GetParameter", "ssm:GetParameters"], [version]),
    )


def _may_publish(bucket: str) -> str:
    """What the bootstrap template grants to whoever publishes files; it counts where IAM is enforced."""
    return _policy((PUBLISHING, [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]))


def _policy(*allowed: tuple[Sequence[str], Sequence[str]]) -> str:
    """A document that allows actions on resources."""
    statements = [{"Effect": "Allow", "Action": [*actions], "Resource": [*on]} for actions, on in allowed]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _once(make: Any, **what: Any) -> None:
    """Make it, unless it is there."""
    try:
        make(**what)
    except make.__self__.exceptions.ClientError as error:
        if error.response["Error"]["Code"] not in TAKEN:
            raise

"""Parameter Store and Secrets Manager of the rehearsal's AWS, by boto3."""

from collections.abc import Mapping
from typing import Protocol, TypedDict, cast

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.runners.codebuild.secrets import NotKept, SecretReference

ABSENT = frozenset({"ParameterNotFound", "ParameterVersionNotFound", "ResourceNotFoundException"})


class _Parameter(TypedDict):
    Value: str


class _GetParameter(TypedDict):
    Parameter: _Parameter


class _GetSecretValue(TypedDict, total=False):
    SecretString: str


class _Ssm(Protocol):
    def get_parameter(self, *, Name: str, WithDecryption: bool) -> _GetParameter: ...  # noqa: N803  AWS's own words


class _SecretsManager(Protocol):
    def get_secret_value(self, **request: str) -> _GetSecretValue: ...


class AwsVault:
    """Values kept in one account and region: `environment` is what leads a client there.

    That is AWS_ENDPOINT_URL, keys, and AWS_CA_BUNDLE where it speaks TLS.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        session = boto3.session.Session(
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            aws_session_token=environment.get("AWS_SESSION_TOKEN"),
            region_name=environment["AWS_DEFAULT_REGION"],
        )
        endpoint, trusted = environment["AWS_ENDPOINT_URL"], environment.get("AWS_CA_BUNDLE")
        self._ssm = cast(_Ssm, session.client("ssm", endpoint_url=endpoint, verify=trusted))
        self._secrets = cast(_SecretsManager, session.client("secretsmanager", endpoint_url=endpoint, verify=trusted))

    def parameter(self, name: str) -> str:
        """The decrypted value of a parameter; NotKept if there is none."""
        try:
            return self._ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
        except (ClientError, BotoCoreError) as problem:
            raise _explain(problem) from problem

    def secret(self, reference: SecretReference) -> str:
        """The text of a secret's version (AWSCURRENT unless told); NotKept if there is none."""
        request = {
            "SecretId": reference.secret_id,
            "VersionStage": reference.stage,
            "VersionId": reference.version,
        }
        try:
            found = self._secrets.get_secret_value(**{key: value for key, value in request.items() if value})
        except (ClientError, BotoCoreError) as problem:
            raise _explain(problem) from problem
        if "SecretString" not in found:
            raise NotKept("the secret is binary, and a variable holds text")
        return found["SecretString"]


def _explain(problem: ClientError | BotoCoreError) -> Exception:
    """NotKept if AWS says that it has no such thing; Broke if AWS could not be asked."""
    if isinstance(problem, ClientError):
        error = problem.response.get("Error", {})
        if error.get("Code") in ABSENT:
            return NotKept("not there")
        return NotKept(f"{error.get('Code')}: {error.get('Message')}")
    return Broke(f"the rehearsal's AWS could not be asked for a build's variables: {problem}")

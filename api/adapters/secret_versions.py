"""A secret that rotates: its versions by Secrets Manager's labels, and the steps from one to the next.

Source: AWS Secrets Manager user guide, "Rotation by Lambda function": the version in the making is AWSPENDING, and who
moves AWSCURRENT to it leaves AWSPREVIOUS where AWSCURRENT was.
"""

from typing import Any, Final

CURRENT: Final = "AWSCURRENT"
PENDING: Final = "AWSPENDING"
PREVIOUS: Final = "AWSPREVIOUS"


class SecretVersions:
    """Reads and writes the versions of secrets. `client` is boto3's, for which there are no stubs here."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def labels(self, secret: str) -> dict[str, list[str]]:
        """The labels of each version. Raises ValueError for a secret that is not to rotate."""
        told = self._client.describe_secret(SecretId=secret)
        if not told.get("RotationEnabled"):
            raise ValueError("the secret is not set to rotate")
        return {str(version): list(labels) for version, labels in told["VersionIdsToStages"].items()}

    def current(self, secret: str) -> str:
        """The version that is in use."""
        return str(self._client.get_secret_value(SecretId=secret, VersionStage=CURRENT)["SecretString"])

    def previous(self, secret: str) -> str | None:
        """The version that was in use before; None before the first rotation."""
        return self._told(SecretId=secret, VersionStage=PREVIOUS)

    def pending(self, secret: str, version: str) -> str | None:
        """The version that a rotation makes; None before it has a value."""
        return self._told(SecretId=secret, VersionId=version, VersionStage=PENDING)

    def propose(self, secret: str, version: str, text: str) -> None:
        """Keep the version that a rotation makes."""
        self._client.put_secret_value(
            SecretId=secret, ClientRequestToken=version, SecretString=text, VersionStages=[PENDING]
        )

    def promote(self, secret: str, version: str) -> None:
        """Let the version be the one that is in use."""
        (before,) = [name for name, labels in self.labels(secret).items() if CURRENT in labels]
        self._client.update_secret_version_stage(
            SecretId=secret, VersionStage=CURRENT, MoveToVersionId=version, RemoveFromVersionId=before
        )

    def _told(self, **asked: str) -> str | None:
        try:
            answer = self._client.get_secret_value(**asked)
        except self._client.exceptions.ResourceNotFoundException:
            return None
        return str(answer["SecretString"]) if answer.get("SecretString") else None

"""The secret that holds a partner's key: JSON {"partner", "key"}, with Secrets Manager's labels for its versions."""

import json
from dataclasses import dataclass
from typing import Any, Final

CURRENT: Final = "AWSCURRENT"
PENDING: Final = "AWSPENDING"


@dataclass(frozen=True, slots=True)
class KeySecret:
    """Whose key it is, and the key."""

    partner: str
    key: str

    def __repr__(self) -> str:
        return f"KeySecret(partner={self.partner!r})"


class PartnerSecrets:
    """Reads and writes the versions of such secrets. `client` is boto3's, for which there are no stubs here."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def versions(self, secret: str) -> dict[str, list[str]]:
        """The labels of each version. Raises ValueError for a secret that is not to rotate."""
        told = self._client.describe_secret(SecretId=secret)
        if not told.get("RotationEnabled"):
            raise ValueError("the secret is not set to rotate")
        return {str(version): list(labels) for version, labels in told["VersionIdsToStages"].items()}

    def current(self, secret: str) -> KeySecret:
        """The version that partners read."""
        return _read(self._client.get_secret_value(SecretId=secret, VersionStage=CURRENT))

    def pending(self, secret: str, version: str) -> KeySecret | None:
        """The version that a rotation makes; None before it has a value."""
        try:
            answer = self._client.get_secret_value(SecretId=secret, VersionId=version, VersionStage=PENDING)
        except self._client.exceptions.ResourceNotFoundException:
            return None
        return _read(answer) if answer.get("SecretString") else None

    def propose(self, secret: str, version: str, value: KeySecret) -> None:
        """Keep the version that a rotation makes."""
        text = json.dumps({"partner": value.partner, "key": value.key})
        self._client.put_secret_value(
            SecretId=secret, ClientRequestToken=version, SecretString=text, VersionStages=[PENDING]
        )

    def promote(self, secret: str, version: str, before: str) -> None:
        """Let the version be the one that partners read."""
        self._client.update_secret_version_stage(
            SecretId=secret, VersionStage=CURRENT, MoveToVersionId=version, RemoveFromVersionId=before
        )


def _read(answer: Any) -> KeySecret:
    told = json.loads(answer["SecretString"])
    return KeySecret(str(told["partner"]), str(told["key"]))

"""Secrets Manager's part in a rotation, played for what the emulator does not do."""

from typing import Any
from uuid import uuid4

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


class Manager:
    """Secrets Manager as the emulator has it, which rotates at once and asks no function: so its part is played here.

    RotateSecret labels a version without a value as pending (API reference, RotateSecret; DescribeSecret lists it).
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._begun: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def begin(self) -> str:
        """The id of a version that is to be made."""
        version = str(uuid4())
        self._begun.add(version)
        return version

    def describe_secret(self, **asked: str) -> Any:
        """The secret with the versions that were begun."""
        told = self._client.describe_secret(**asked)
        begun = {version: ["AWSPENDING"] for version in self._begun}
        return {**told, "VersionIdsToStages": {**begun, **told["VersionIdsToStages"]}}


def set_to_rotate(client: Any, secret: str) -> None:
    """Let the secret have a schedule; nothing rotates yet."""
    arn = "arn:aws:lambda:eu-west-1:222222222222:function:orders-beta-rotation:live"
    client.rotate_secret(
        SecretId=secret, RotationLambdaARN=arn, RotationRules={"AutomaticallyAfterDays": 30}, RotateImmediately=False
    )

"""API keys of partners in API Gateway: what its usage plans count by."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ClientError


class GatewayKeys:
    """Makes, checks and removes keys. A name stands for one key, so that a step may be done again.

    `client` is boto3's, for which there are no stubs here.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def ensure(self, name: str, value: str, plan: str) -> str:
        """The id of the key of that name in the plan, made now unless it is there."""
        found = [key for key in self._client.get_api_keys(nameQuery=name)["items"] if key["name"] == name]
        made = (
            found[0]
            if found
            else self._client.create_api_key(name=name, description="A partner's key", enabled=True, value=value)
        )
        with _unless("ConflictException"):  # it is in the plan already
            self._client.create_usage_plan_key(usagePlanId=plan, keyId=made["id"], keyType="API_KEY")
        return str(made["id"])

    def is_ready(self, key: str, plan: str) -> bool:
        """Whether the key is enabled and in the plan."""
        try:
            self._client.get_usage_plan_key(usagePlanId=plan, keyId=key)
            enabled = self._client.get_api_key(apiKey=key)["enabled"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "NotFoundException":
                return False
            raise
        return bool(enabled)

    def remove(self, key: str) -> None:
        """Delete the key, and with it its place in the plan; nothing if it is gone."""
        with _unless("NotFoundException"):
            self._client.delete_api_key(apiKey=key)


@contextmanager
def _unless(code: str) -> Iterator[None]:
    """Let this refusal of API Gateway pass."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            raise

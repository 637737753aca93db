"""The user pool, behind the domain's port Accounts."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


class PoolAccounts:
    """api.domain.ports.Accounts on one user pool."""

    def __init__(self, client: "CognitoIdentityProviderClient", pool_id: str) -> None:
        self._client = client
        self._pool_id = pool_id

    def delete(self, username: str) -> None:
        """AdminDeleteUser. Tokens that are out already stay good until they expire, within the hour."""
        try:
            self._client.admin_delete_user(UserPoolId=self._pool_id, Username=username)
        except self._client.exceptions.UserNotFoundException:
            return

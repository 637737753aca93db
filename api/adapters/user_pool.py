"""The user pool, behind the domain's port Accounts."""

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


class PoolAccounts:
    """api.domain.ports.Accounts on one user pool."""

    def __init__(self, client: "CognitoIdentityProviderClient", pool_id: str) -> None:
        self._client = client
        self._pool_id = pool_id

    def has_one_time_passwords(self, username: str) -> bool:
        """Whether the account signs in with a one-time password (TOTP) as its second factor: AdminGetUser.

        Where it is enrolled, the pool asks for it at every sign-in with a password.
        """
        answer = self._client.admin_get_user(UserPoolId=self._pool_id, Username=username)
        return "SOFTWARE_TOKEN_MFA" in answer.get("UserMFASettingList", [])

    def has(self, customer: str) -> bool:
        """ListUsers by `sub`, which finds whoever signs in elsewhere, too: AdminGetUser knows those by other names.

        Source: Amazon Cognito API reference, AdminGetUser (Username) and ListUsers, which is consistent a little later
        and does not say whether capitals count here.
        """
        found = self._client.list_users(
            UserPoolId=self._pool_id, Filter=f"sub = {json.dumps(customer)}", AttributesToGet=["sub"], Limit=1
        )
        return any({"Name": "sub", "Value": customer} in user["Attributes"] for user in found["Users"])

    def delete(self, username: str) -> None:
        """AdminDeleteUser. Tokens that are out already stay good until they expire, within the hour."""
        try:
            self._client.admin_delete_user(UserPoolId=self._pool_id, Username=username)
        except self._client.exceptions.UserNotFoundException:
            return

"""What each function needs of AWS, and nothing more: the stack grants exactly this. Standard library only.

`table` and `index` are actions on the one table and on its index GSI1; `idempotency` on the idempotency table; `secret`
on the secret that CURSOR_SECRET_ARN names, `email_index` on that of EMAIL_INDEX_SECRET_ARN; `fields` on the key that
seals personal data; `users` on the user pool. A transaction is allowed by the actions of its parts. Keys of KMS that
encrypt these need the usual grants besides. The one table: partition key PK, sort key SK, index GSI1 (GSI1PK, GSI1SK,
all attributes), time to live in `expires_at`. The idempotency table: partition key `id`, time to live in `expiration`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Needs:
    """IAM actions by resource."""

    table: frozenset[str] = frozenset()
    index: frozenset[str] = frozenset()
    idempotency: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()
    email_index: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()


_IDEMPOTENCY: Final = frozenset({"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:GetItem"})
"""GetItem is Powertools' second way to an earlier record, when the refused write did not return it."""

_READ_SECRET: Final = frozenset({"secretsmanager:GetSecretValue"})

NEEDS: Final[Mapping[str, Needs]] = {
    "products": Needs(
        table=frozenset({"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}),
        index=frozenset({"dynamodb:Query"}),
        idempotency=_IDEMPOTENCY,
        secret=_READ_SECRET,
    ),
    "orders": Needs(
        table=frozenset(
            {
                "dynamodb:BatchGetItem",
                "dynamodb:Query",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
                "dynamodb:DeleteItem",
            }
        ),
        index=frozenset({"dynamodb:Query"}),
        idempotency=_IDEMPOTENCY,
        secret=_READ_SECRET,
    ),
    "customers": Needs(
        table=frozenset({"dynamodb:GetItem", "dynamodb:PutItem"}),
        index=frozenset({"dynamodb:Query"}),
        email_index=_READ_SECRET,
        fields=frozenset({"kms:GenerateDataKey", "kms:Decrypt"}),
        users=frozenset({"cognito-idp:AdminDeleteUser"}),
    ),
    "service": Needs(),
}

IDENTITY: Final = Needs(
    table=frozenset({"dynamodb:GetItem", "dynamodb:PutItem"}),
    email_index=_READ_SECRET,
    fields=frozenset({"kms:GenerateDataKey"}),
    users=frozenset({"cognito-idp:AdminGetUser"}),
)
"""The function that the user pool asks at sign-up, sign-in and for every token: it seals, and opens nothing."""

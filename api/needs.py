"""What each function needs of AWS, and nothing more: the stack grants exactly this. Standard library only.

`table` and `index` are actions on the one table and on its index GSI1; `idempotency` on the idempotency table; `secret`
on the secret that CURSOR_SECRET_ARN names. `partner_orders` are actions on one partner's part of the one table, for a
session of the role that PARTNER_ROLE_ARN names; a function with any of them may query no such part by itself. `usage`
is reading what API Gateway has counted of usage plans, `partner_keys` making and removing keys and their secrets. A
transaction is allowed by the actions of its parts. Keys of KMS that encrypt these need the usual grants besides. The
one table: partition key PK, sort key SK, index GSI1 (GSI1PK, GSI1SK, all attributes), time to live in `expires_at`. The
idempotency table: partition key `id`, time to live in `expiration`.
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
    partner_orders: frozenset[str] = frozenset()
    usage: bool = False
    partner_keys: bool = False


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
    "partners": Needs(
        table=frozenset(
            {
                "dynamodb:BatchGetItem",
                "dynamodb:GetItem",
                "dynamodb:Query",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
            }
        ),
        idempotency=_IDEMPOTENCY,
        secret=_READ_SECRET,
        partner_orders=frozenset({"dynamodb:Query"}),
        usage=True,
    ),
    "authorizer": Needs(index=frozenset({"dynamodb:Query"})),
    "rotation": Needs(table=frozenset({"dynamodb:GetItem", "dynamodb:UpdateItem"}), partner_keys=True),
    "service": Needs(),
}

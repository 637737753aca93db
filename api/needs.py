"""What each function needs of AWS, and nothing more: the stack grants exactly this. Standard library only.

`table`, `index` and `sweep_index` are actions on the one table and on its indexes GSI1 and GSI2; `idempotency` on the
idempotency table; `circuit` on the table of circuits that CIRCUIT_TABLE_NAME names; `secret` on the secret that
CURSOR_SECRET_ARN names, `email_index` on that of EMAIL_INDEX_SECRET_ARN; `provider_secret` on the payment provider's
key, to be used at PAYMENT_PROVIDER_URL; `fields` on the key of KMS that seals personal data; `users` on the user pool;
`claims` on the photographs in the bucket that CLAIMS_BUCKET_NAME names, `claims_bucket` on that bucket (without
s3:ListBucket, S3 answers for what is gone as for what is forbidden); `imports` and `imports_bucket` likewise on the
files of imports and the bucket that IMPORTS_BUCKET_NAME names, which IMPORTS_KEY_ARN encrypts; `invoices` and
`invoices_bucket` the same of the bucket that INVOICES_BUCKET_NAME names;
`queues` on queues, by the names of their workers (a function that sends to one finds its address in <NAME>_QUEUE_URL);
`mail` on the identity and the set of rules in SES by which customers are written to (from MAIL_SENDER);
`bus` on the event bus that BUS_NAME names; `notices` on the topic that NOTICES_TOPIC_ARN names. `redrives` are the
queues whose dead letters it may send back; REDRIVES says from where to where. `partner_orders` are actions on one
partner's part of the one table, for a session of the role that PARTNER_ROLE_ARN names; a function with any of them may
query no such part by itself. `usage` is reading what API Gateway has counted of usage plans, `partner_keys` making and
removing keys and their secrets. A worker does not say that it is fed from its queue: the stack grants that to whoever
is. A transaction is allowed by the actions of its parts. Keys of KMS that encrypt these need the usual grants besides.

The one table: partition key PK, sort key SK, index GSI1 (GSI1PK, GSI1SK, all attributes), index GSI2 (status and
sweep_shard, placed_at, all attributes), time to live in `expires_at`. The idempotency table: partition key `id`, time
to live in `expiration`. The table of circuits: partition key `id`, time to live in `expires_at`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Needs:
    """IAM actions by resource."""

    table: frozenset[str] = frozenset()
    index: frozenset[str] = frozenset()
    idempotency: frozenset[str] = frozenset()
    secret: frozenset[str] = frozenset()
    sweep_index: frozenset[str] = frozenset()
    circuit: frozenset[str] = frozenset()
    provider_secret: frozenset[str] = frozenset()
    queues: Mapping[str, frozenset[str]] = field(default_factory=dict)
    bus: frozenset[str] = frozenset()
    notices: frozenset[str] = frozenset()
    redrives: frozenset[str] = frozenset()
    email_index: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    partner_orders: frozenset[str] = frozenset()
    usage: bool = False
    partner_keys: bool = False
    claims: frozenset[str] = frozenset()
    claims_bucket: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    imports_bucket: frozenset[str] = frozenset()
    invoices: frozenset[str] = frozenset()
    invoices_bucket: frozenset[str] = frozenset()
    mail: frozenset[str] = frozenset()


_IDEMPOTENCY: Final = frozenset({"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:GetItem"})
"""GetItem is Powertools' second way to an earlier record, when the refused write did not return it."""

_READ_SECRET: Final = frozenset({"secretsmanager:GetSecretValue"})

_RENEW_SECRET: Final = _READ_SECRET | {
    "secretsmanager:DescribeSecret",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
}

_CIRCUIT: Final = frozenset({"dynamodb:GetItem", "dynamodb:PutItem"})

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
                "dynamodb:ConditionCheckItem",
                "dynamodb:Query",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
                "dynamodb:DeleteItem",
            }
        ),
        index=frozenset({"dynamodb:Query"}),
        idempotency=_IDEMPOTENCY,
        secret=_READ_SECRET,
        circuit=_CIRCUIT,
        provider_secret=_READ_SECRET,
        queues={"payments": frozenset({"sqs:SendMessage"})},
        invoices=frozenset({"s3:GetObject"}),
        invoices_bucket=frozenset({"s3:ListBucket"}),
    ),
    "customers": Needs(
        table=frozenset({"dynamodb:GetItem", "dynamodb:PutItem"}),
        index=frozenset({"dynamodb:Query"}),
        email_index=_READ_SECRET,
        fields=frozenset({"kms:GenerateDataKey", "kms:Decrypt"}),
        users=frozenset({"cognito-idp:AdminDeleteUser", "cognito-idp:ListUsers"}),
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
    "renewal": Needs(secret=_RENEW_SECRET),
    "service": Needs(),
    "operations": Needs(
        idempotency=_IDEMPOTENCY,
        redrives=frozenset(
            {"fulfilment", "importer", "invoices", "mail", "notifier", "payments", "photographs", "webhooks"}
        ),
    ),
    "imports": Needs(
        table=frozenset({"dynamodb:GetItem", "dynamodb:PutItem"}),
        idempotency=_IDEMPOTENCY,
        imports=frozenset({"s3:PutObject"}),
    ),
    "importer": Needs(
        table=frozenset({"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem"}),
        queues={"importer": frozenset({"sqs:SendMessage"})},
        imports=frozenset({"s3:GetObject", "s3:GetObjectVersion", "s3:DeleteObject", "s3:DeleteObjectVersion"}),
        imports_bucket=frozenset({"s3:ListBucket"}),
    ),
    "carriers": Needs(
        table=frozenset(
            {
                "dynamodb:GetItem",
                "dynamodb:Query",
                "dynamodb:PutItem",
                "dynamodb:UpdateItem",
                "dynamodb:DeleteItem",
            }
        ),
        index=frozenset({"dynamodb:Query"}),
    ),
    "fulfilment": Needs(table=frozenset({"dynamodb:PutItem", "dynamodb:ConditionCheckItem"})),
    "invoices": Needs(
        table=frozenset({"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem"}),
        invoices=frozenset({"s3:PutObject"}),
    ),
    "mail": Needs(
        table=frozenset({"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"}),
        fields=frozenset({"kms:Decrypt"}),
        mail=frozenset({"ses:SendEmail"}),
    ),
    "notifier": Needs(table=frozenset({"dynamodb:GetItem", "dynamodb:PutItem"}), notices=frozenset({"sns:Publish"})),
    "payments": Needs(
        table=frozenset({"dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}),
        sweep_index=frozenset({"dynamodb:Query"}),
        circuit=_CIRCUIT,
        provider_secret=_READ_SECRET,
        queues={"payments": frozenset({"sqs:ChangeMessageVisibility", "sqs:SendMessage"})},
    ),
    "webhooks": Needs(
        table=frozenset(
            {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
        ),
        index=frozenset({"dynamodb:Query"}),
        provider_secret=_READ_SECRET,
    ),
    "photographs": Needs(
        table=frozenset({"dynamodb:PutItem", "dynamodb:UpdateItem"}),
        claims=frozenset({"s3:GetObject", "s3:GetObjectVersion", "s3:DeleteObject", "s3:DeleteObjectVersion"}),
        claims_bucket=frozenset({"s3:ListBucket"}),
    ),
}

TOLD: Final[Mapping[str, str]] = {
    "BUS_NAME": "bus",
    "CIRCUIT_TABLE_NAME": "circuit",
    "EMAIL_INDEX_SECRET_ARN": "email_index",
    "FIELD_KEY_ARN": "fields",
    "IMPORTER_QUEUE_URL": "queues",
    "IMPORTS_BUCKET_NAME": "imports",
    "IMPORTS_KEY_ARN": "imports",
    "INVOICES_BUCKET_NAME": "invoices",
    "NOTICES_TOPIC_ARN": "notices",
    "PAYMENTS_QUEUE_URL": "queues",
    "PAYMENT_PROVIDER_SECRET_ARN": "provider_secret",
    "PAYMENT_PROVIDER_URL": "provider_secret",
    "REDRIVES": "redrives",
    "USER_POOL_ID": "users",
}
"""Which variable a function is told for which need: who declares the need no more is not told any more."""

IDENTITY: Final = Needs(
    table=frozenset({"dynamodb:GetItem", "dynamodb:PutItem"}),
    email_index=_READ_SECRET,
    fields=frozenset({"kms:GenerateDataKey"}),
    users=frozenset({"cognito-idp:AdminGetUser"}),
)
"""The function that the user pool asks at sign-up, sign-in and for every token: it seals, and opens nothing."""

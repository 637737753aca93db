"""What a request says that policies may ask for and ministack does not tell them. Pure.

Sources: KMS developer guide, "AWS KMS condition keys": `kms:EncryptionContext:<key>` is the value that the request's
encryption context has for that key, `kms:EncryptionContextKeys` the names of all; without a context there are none.
Service authorization reference, "Condition keys for AWS Secrets Manager": the version that the request asks for;
"Condition keys for Amazon S3": the key of KMS and the storage class that an upload asks for. Amazon S3 user guide,
"Enforce conditional writes on Amazon S3 buckets": `s3:if-none-match` is a write's header.
"Condition keys for Amazon CloudWatch": the namespace of the metrics that a request puts.
The keys of DynamoDB are those of `leading_keys`, table by table: see `of_resource`.
"""

import json
from collections.abc import Mapping
from typing import Any

from pipeline.rehearsal.world.emulator.inside.leading_keys import KeyOf, leading_keys, name_of

BY_TABLE = "leading keys by table"
"""Not a key of AWS: what a request's context holds until it is known which table is asked for."""
LEADING_KEYS = "dynamodb:LeadingKeys"
KMS_KEY = "x-amz-server-side-encryption-aws-kms-key-id"
STORAGE_CLASS = "x-amz-storage-class"
IF_NONE_MATCH = "if-none-match"
VERSION = ("VersionStage", "VersionId")


def of_request(service: str, body: bytes, key_of: KeyOf) -> dict[str, Any]:
    """The further keys of a request, for its context; none where the body is not a JSON object."""
    try:
        told = json.loads(body or b"{}")
    except (ValueError, RecursionError):  # a tower of lists
        return {}
    if not isinstance(told, dict):
        return {}
    if service == "kms":
        return _encryption_context(told.get("EncryptionContext"))
    if service == "secretsmanager":
        return {f"secretsmanager:{name}": told[name] for name in VERSION if isinstance(told.get(name), str)}
    if service == "monitoring":
        return {"cloudwatch:namespace": told["Namespace"]} if isinstance(told.get("Namespace"), str) else {}
    if service == "dynamodb":
        return {BY_TABLE: leading_keys(told, key_of)}
    return {}


def of_upload(action: str, headers: Mapping[str, str]) -> dict[str, str]:
    """The further keys of an upload to S3; `headers` by their names in lower case."""
    told = (KMS_KEY, STORAGE_CLASS, IF_NONE_MATCH) if action == "s3:PutObject" else ()
    return {f"s3:{name}": headers[name] for name in told if headers.get(name)}


def of_resource(context: Mapping[str, Any], resource: str) -> dict[str, Any]:
    """The context as it is for one of the resources: a request of many tables names each its own keys."""
    told = {key: value for key, value in context.items() if key != BY_TABLE}
    keys = context.get(BY_TABLE, {}).get(name_of(resource))
    return {**told, LEADING_KEYS: keys} if keys else told


def _encryption_context(context: object) -> dict[str, Any]:
    if not isinstance(context, dict) or not context:
        return {}
    pairs = {f"kms:EncryptionContext:{name}": value for name, value in context.items()}
    return {**pairs, "kms:EncryptionContextKeys": list(context)}

"""DynamoDB tables: time to live, point-in-time recovery, encryption and deletion protection, which ministack drops.

Source: CloudFormation resource reference of AWS::DynamoDB::Table and AWS::DynamoDB::GlobalTable; DynamoDB Developer
Guide, "Using deletion protection to protect your table".
"""

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.rehearsal.world.emulator.inside.resources.registry import HANDLERS, Created, Properties, here
from pipeline.rehearsal.world.emulator.inside.seams import Seam

MODULE = "ministack.services.dynamodb"
TABLES = Seam(MODULE, "_tables")
TTL = Seam(MODULE, "_ttl_settings")
PITR = Seam(MODULE, "_pitr_settings")
GLOBAL_UPDATE = Seam(
    "ministack.services.cloudformation.provisioners",
    "_ddb_global_table_update",
    ("physical_id", "old_props", "new_props", "stack_name"),
)
UPDATE = Seam(
    "ministack.services.cloudformation.provisioners",
    "_ddb_update",
    ("physical_id", "old_props", "new_props", "stack_name", "logical_id"),
)
SEAMS = (TABLES, TTL, PITR, GLOBAL_UPDATE, UPDATE)

TABLE = "AWS::DynamoDB::Table"
GLOBAL = "AWS::DynamoDB::GlobalTable"


def install() -> None:
    """Wrap both types."""
    GLOBAL_UPDATE.wrap(_global_update)
    for resource_type in (TABLE, GLOBAL):
        handlers = HANDLERS.get()[resource_type]
        handlers |= {
            "create": _creating(handlers["create"]),
            "update": _updating(handlers["update"], resource_type),
            "update_with_logical_id": True,
            "delete": _deleting(handlers["delete"]),
        }


def _global_update(_: Callable[..., Any]) -> Callable[..., Any]:
    """Hand the logical id on: without it ministack takes an unnamed table's own name for a new one and replaces it."""
    plain = UPDATE.get()

    def update(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str) -> Any:
        def translate(given: Properties) -> dict[str, Any]:
            return {name: value for name, value in given.items() if name != "Replicas"}

        return plain(physical_id, translate(old), translate(new), stack_name, logical_id)

    return update


def _creating(original: Callable[..., Created]) -> Callable[..., Created]:
    def create(logical_id: str, properties: Properties, stack_name: str) -> Created:
        name, attributes = original(logical_id, properties, stack_name)
        settings = own_settings(properties, here()[1])
        _apply(name, settings)
        record = TABLES.get()[name]
        if (encryption := settings.get("SSESpecification")) and encryption.get("SSEEnabled", True):
            record["SSEDescription"] = {
                "Status": "ENABLED",
                "SSEType": "KMS",
                "KMSMasterKeyArn": encryption.get("KMSMasterKeyId"),
            }
        return name, attributes | {"TableId": record["TableId"]}

    return create


def _updating(original: Callable[..., Created], resource_type: str) -> Callable[..., Created]:
    def update(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str) -> Created:
        change = GLOBAL_UPDATE.get() if resource_type == GLOBAL else original
        name, attributes = change(physical_id, old, new, stack_name, logical_id)
        _apply(name, own_settings(new, here()[1]))
        return name, attributes | {"TableId": TABLES.get()[name]["TableId"]}

    return update


def _deleting(original: Callable[..., None]) -> Callable[..., None]:
    def delete(physical_id: str, properties: Properties) -> None:
        record = TABLES.get().get(physical_id)
        if record is not None and record.get("DeletionProtectionEnabled"):
            raise ValueError(
                "Resource cannot be deleted as it is currently protected against deletion. "
                f"Disable deletion protection first. (table {physical_id})"
            )
        original(physical_id, properties)

    return delete


def own_settings(properties: Properties, region: str) -> Mapping[str, Any]:
    """The properties, and for a global table those of its replica in this region on top. Pure."""
    replicas: list[dict[str, Any]] = [each for each in properties.get("Replicas") or () if each["Region"] == region]
    replica = replicas[0] if replicas else {}
    return {**properties, **{name: value for name, value in replica.items() if name != "Region"}}


def _apply(name: str, settings: Mapping[str, Any]) -> None:
    ttl = settings.get("TimeToLiveSpecification") or {}
    if ttl.get("AttributeName"):
        enabled = str(ttl.get("Enabled", True)).lower() == "true"
        TTL.get()[name] = {
            "TimeToLiveStatus": "ENABLED" if enabled else "DISABLED",
            "AttributeName": ttl["AttributeName"],
        }
    else:
        TTL.get().pop(name, None)
    recovery = settings.get("PointInTimeRecoverySpecification") or {}
    PITR.get()[name] = str(recovery.get("PointInTimeRecoveryEnabled", False)).lower() == "true"
    protected = str(settings.get("DeletionProtectionEnabled", False)).lower() == "true"
    TABLES.get()[name]["DeletionProtectionEnabled"] = protected

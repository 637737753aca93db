"""How a resource type is registered with ministack's CloudFormation."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.emulator.inside.telemetry import Place

PROVISIONERS = "ministack.services.cloudformation.provisioners"
HANDLERS = Seam(PROVISIONERS, "_RESOURCE_HANDLERS")
PHYSICAL_NAME = Seam(PROVISIONERS, "_physical_name", ("stack_name", "logical_id", "lowercase", "max_len", "seeded"))
DELETE_PREDECESSOR = Seam(PROVISIONERS, "_delete_predecessor", ("delete_fn", "args", "kwargs"))
ACCOUNT = Seam("ministack.core.responses", "get_account_id", ())
REGION = Seam("ministack.core.responses", "get_region", ())
SEAMS = (HANDLERS, PHYSICAL_NAME, DELETE_PREDECESSOR, ACCOUNT, REGION)

type Properties = Mapping[str, Any]
type Attributes = dict[str, Any]
type Created = tuple[str, Attributes]
type Create = Callable[[str, Properties, str], Created]
type Update = Callable[[str, Properties, Properties, str, str], Created]
type Delete = Callable[[str, Properties], None]


def register(resource_type: str, create: Create, update: Update, delete: Delete) -> None:
    """Let these provision a type; ministack's own, if it has any, are replaced."""
    HANDLERS.get()[resource_type] = {
        "create": create,
        "update": update,
        "update_with_logical_id": True,
        "delete": delete,
    }


def here() -> Place:
    """The account and region that the running request is for."""
    return ACCOUNT.get()(), REGION.get()()


def name_of(properties: Properties, name_property: str, stack_name: str, logical_id: str, most: int = 128) -> str:
    """The name the template gives, or one that CloudFormation would make."""
    return str(properties.get(name_property) or PHYSICAL_NAME.get()(stack_name, logical_id, max_len=most))


def stable_id(*parts: str) -> str:
    """An id that the same parts always get, in the form of a UUID."""
    digest = hashlib.sha256(":".join(parts).encode()).hexdigest()
    return "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))


def refuse_unknown(resource_type: str, properties: Properties, known: frozenset[str]) -> None:
    """A property that we would ignore is an error, with its name."""
    if unknown := sorted(set(properties) - known):
        raise ValueError(f"{resource_type}: {', '.join(unknown)} is not rehearsed")

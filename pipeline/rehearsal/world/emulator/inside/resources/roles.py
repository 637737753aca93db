"""AWS::IAM::Role: its permissions boundary, which ministack drops; where IAM is enforced the role is held to it.

Source: CloudFormation resource reference of AWS::IAM::Role, PermissionsBoundary (updated in place); IAM user guide,
"Permissions boundaries for IAM entities".
"""

from pipeline.rehearsal.world.emulator.inside.resources.registry import HANDLERS, Created, Properties
from pipeline.rehearsal.world.emulator.inside.seams import Seam

ROLES = Seam("ministack.services.iam", "_roles")
SEAMS = (ROLES,)

ROLE = "AWS::IAM::Role"


def install() -> None:
    """Wrap the type."""
    handlers = HANDLERS.get()[ROLE]
    create, update = handlers["create"], handlers["update"]

    def created(logical_id: str, properties: Properties, stack_name: str) -> Created:
        return _bounded(create(logical_id, properties, stack_name), properties)

    def updated(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str) -> Created:
        return _bounded(update(physical_id, old, new, stack_name, logical_id), new)

    handlers |= {"create": created, "update": updated}


def _bounded(made: Created, properties: Properties) -> Created:
    ROLES.get()[made[0]]["PermissionsBoundary"] = properties.get("PermissionsBoundary")
    return made

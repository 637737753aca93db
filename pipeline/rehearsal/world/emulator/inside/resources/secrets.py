"""AWS::SecretsManager::Secret: `Ref` gives its ARN, so that a policy which names the secret by it grants something.

Source: CloudFormation resource reference of AWS::SecretsManager::Secret, return values. ministack gives the name.
"""

from typing import Any

from pipeline.rehearsal.world.emulator.inside.resources.registry import HANDLERS, Created, Properties
from pipeline.rehearsal.world.emulator.inside.seams import Seam

SECRETS = Seam("ministack.services.secretsmanager", "_secrets")
SEAMS = (SECRETS,)

SECRET = "AWS::SecretsManager::Secret"  # noqa: S105  (the name of a type)


def install() -> None:
    """Wrap the type."""
    handlers = HANDLERS.get()[SECRET]
    create, update, delete = handlers["create"], handlers["update"], handlers["delete"]

    def created(logical_id: str, properties: Properties, stack_name: str) -> Created:
        return _by_arn(create(logical_id, properties, stack_name))

    def updated(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str) -> Created:
        return _by_arn(update(_name(physical_id), old, new, stack_name, logical_id))

    def deleted(physical_id: str, properties: Properties) -> Any:
        return delete(_name(physical_id), properties)

    handlers |= {"create": created, "update": updated, "delete": deleted}


def _by_arn(made: Created) -> Created:
    return str(made[1]["Arn"]), made[1]


def _name(arn: str) -> str:
    """The name by which ministack keeps it: the ARN ends in `:secret:<name>-<six characters>`."""
    return arn.rpartition(":secret:")[2][: -len("-123456")]

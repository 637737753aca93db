"""AWS::Lambda::Function: what can't be run is refused when it is deployed, and what ministack drops is kept.

Source: CloudFormation resource reference of AWS::Lambda::Function.
"""

from collections.abc import Callable
from typing import Any

from pipeline.rehearsal.world.emulator.inside.resources.registry import HANDLERS, Properties, refuse_unknown
from pipeline.rehearsal.world.emulator.inside.seams import Seam

FUNCTIONS = Seam("ministack.services.lambda_svc", "_functions")
SEAMS = (FUNCTIONS,)

FUNCTION = "AWS::Lambda::Function"
RUNTIMES = ("python3.13",)
KNOWN = frozenset({
    "Architectures", "Code", "CodeSigningConfigArn", "DeadLetterConfig", "Description", "Environment",
    "EphemeralStorage", "FunctionName", "Handler", "KmsKeyArn", "LoggingConfig", "MemorySize", "PackageType",
    "RecursiveLoop", "ReservedConcurrentExecutions", "Role", "Runtime", "RuntimeManagementConfig", "SnapStart", "Tags",
    "Timeout", "TracingConfig", "VpcConfig",
})  # fmt: skip
KEPT = {"DeadLetterConfig": "DeadLetterConfig", "KmsKeyArn": "KMSKeyArn", "VpcConfig": "VpcConfig"}
"""What the function's configuration shows, by the template's name."""


def install() -> None:
    """Wrap the type."""
    handlers = HANDLERS.get()[FUNCTION]
    handlers |= {"create": _creating(handlers["create"]), "update": _updating(handlers["update"])}


def check(properties: Properties) -> None:
    """Raise for a function that the rehearsal can't run."""
    refuse_unknown(FUNCTION, properties, KNOWN)
    runtime = properties.get("Runtime")
    if properties.get("PackageType", "Zip") != "Zip":
        raise ValueError(f"{FUNCTION}: container images can't be rehearsed; package the function as a zip")
    if runtime not in RUNTIMES:
        raise ValueError(f"{FUNCTION}: runtime {runtime} can't be rehearsed; only {', '.join(RUNTIMES)} can")


def _creating(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(logical_id: str, properties: Properties, stack_name: str) -> Any:
        check(properties)
        name, attributes = original(logical_id, properties, stack_name)
        _complete(name, properties)
        return name, attributes

    return create


def _updating(original: Callable[..., Any]) -> Callable[..., Any]:
    def update(physical_id: str, old: Properties, new: Properties, stack_name: str, logical_id: str) -> Any:
        check(new)
        name, attributes = original(physical_id, old, new, stack_name, logical_id)
        _complete(name, new)
        return name, attributes

    return update


def _complete(name: str, properties: Properties) -> None:
    """Reserved concurrency belongs to the function, the rest to its configuration, and so to its versions."""
    record = FUNCTIONS.get()[name]
    reserved = properties.get("ReservedConcurrentExecutions")
    record["concurrency"] = None if reserved is None else int(reserved)
    for theirs, shown in KEPT.items():
        if theirs in properties:
            record["config"][shown] = properties[theirs]
        else:
            record["config"].pop(shown, None)

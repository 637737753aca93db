"""The promise (`contracts/openapi.yaml`) as the live suites use it: its operations, and whether an answer keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml

PROMISE = Path(__file__).parents[2] / "contracts" / "openapi.yaml"
METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True)
class Operation:
    """One operation of the promise.

    `group` is the group that its caller must be in, `partner` and `carrier` say that it is for those.
    """

    name: str
    method: str
    path: str
    secured: bool
    group: str | None
    partner: bool
    carrier: bool

    def filled(self, **values: str) -> str:
        """The path with its parameters put in (by default ones that are well-formed and lead nowhere)."""
        no_such = "01JDA7C0R00000000000000000"
        nowhere = {"sku": "NO-SUCH-SKU", "id": no_such, "payment_id": no_such, "name": "no-such-queue"}
        return self.path.format_map({**nowhere, **values})


@cache
def promise() -> dict[str, Any]:
    """The document, read once."""
    document: dict[str, Any] = yaml.load(PROMISE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return document


def operations() -> tuple[Operation, ...]:
    """Every operation, in the order of the document."""
    everywhere = promise().get("security", [])
    return tuple(
        Operation(
            str(operation["operationId"]),
            method.upper(),
            path,
            bool(operation.get("security", everywhere)),
            operation.get("x-group"),
            any("partner" in each for each in operation.get("security", everywhere)),
            any("carrier" in each for each in operation.get("security", everywhere)),
        )
        for path, item in promise()["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    )


def secured() -> tuple[Operation, ...]:
    """The operations that ask which user is calling."""
    return tuple(
        operation for operation in operations() if operation.secured and not (operation.partner or operation.carrier)
    )


def for_partners() -> tuple[Operation, ...]:
    """The operations that ask which partner is calling."""
    return tuple(operation for operation in operations() if operation.partner)


def for_carriers() -> tuple[Operation, ...]:
    """The operations that ask which carrier is calling."""
    return tuple(operation for operation in operations() if operation.carrier)


@cache
def _validator(name: str) -> jsonschema_rs.Draft4Validator:
    schema = {"$ref": f"#/components/schemas/{name}", "components": promise()["components"]}
    return jsonschema_rs.Draft4Validator(schema)


def breaches(name: str, body: object) -> list[str]:
    """What `body` has against the schema `name`; empty if nothing."""
    return [f"{list(error.instance_path)}: {error.message}" for error in _validator(name).iter_errors(body)]


def assert_is(name: str, body: Mapping[str, Any]) -> None:
    """Fail with every breach unless `body` keeps the schema `name`."""
    found = breaches(name, body)
    assert not found, f"not a {name}: {found}"

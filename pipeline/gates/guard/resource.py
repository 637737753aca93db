"""One resource of a template, and where it stands."""

from dataclasses import dataclass

from pipeline.gates.guard.values import at
from pipeline.gates.openapi.node import Json, Mapped, mapped


@dataclass(frozen=True)
class Resource:
    """A resource: its stack (`prod/orders`, or `pipeline`), its stage ("" for the pipeline's own), id and type.

    `body` is all that the template says of it; `path` is its construct's (`Rollout/Orders/Errors/Resource`), "" where
    the assembly does not tell.
    """

    stage: str
    stack: str
    logical_id: str
    type: str
    body: Mapped
    path: str = ""

    @property
    def place(self) -> str:
        """Where it stands, as waivers and findings name it: `prod/orders:RolloutOrdersErrors7FFCD317`."""
        return f"{self.stack}:{self.logical_id}"

    @property
    def properties(self) -> Mapped:
        """Its properties; none is an empty object."""
        return mapped(self.body.get("Properties"))

    def at(self, *names: str | int) -> Json:
        """The property under `names`, as `resource.at("AlarmConfiguration", "Alarms", 0, "Name")`; None if none."""
        return at(self.properties, *names)

"""What the rules look at: the candidate's assembly, the base's if there is one, the plan, and what the API promises."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.gates.breaking import PROMISE
from pipeline.gates.context import Context, GateBroke
from pipeline.gates.guard import doors
from pipeline.gates.guard.assembly import MANIFEST, Assembly, Stack, read_assembly
from pipeline.gates.guard.doors import Doors
from pipeline.gates.guard.resource import Resource
from pipeline.gates.openapi.node import Mapped, mapped
from pipeline.gates.openapi.reading import parsed
from pipeline.plan.model import Delivery

ASSEMBLY = "cdk.out"
"""Where the base release's assembly stands in SLIPWAY_BASE."""


@dataclass(frozen=True)
class Subject:
    """The `candidate` and its plan; `base` is the release that it is to replace, None if there is none.

    The plan is the candidate's own word: a rule that holds the templates against it sees what the plan does not say,
    and one about what the plan may say holds it against an invariant, or against the base. `promise` is the contract's
    OpenAPI document (empty if there is none), and `doors` says how the API keeps what it promises of who may ask.
    """

    delivery: Delivery
    candidate: Assembly
    base: Assembly | None = None
    promise: Mapped = field(default_factory=dict)
    doors: Doors = field(default_factory=Doors)

    def before(self, resource: Resource) -> Resource | None:
        """The base's resource of the same stack and logical id; None if it is new."""
        stack = self.base and self.base.stack(resource.stack)
        return stack.resources.get(resource.logical_id) if stack else None

    def after(self, resource: Resource) -> Resource | None:
        """The candidate's resource of the same stack and logical id; None if it is gone."""
        stack = self.candidate.stack(resource.stack)
        return stack.resources.get(resource.logical_id) if stack else None

    def stack_before(self, stack: Stack) -> Stack | None:
        """The base's stack of the same stage and name."""
        return self.base.stack(stack.name) if self.base else None

    def of_base(self, *types: str) -> Iterator[Resource]:
        """The resources of these types that the base has; none on a first release."""
        for stack in self.base.stacks if self.base else ():
            yield from stack.all(*types)

    def of_candidate(self, *types: str) -> Iterator[Resource]:
        """The resources of these types that the candidate has, in all its stacks."""
        for stack in self.candidate.stacks:
            yield from stack.all(*types)


def subject_of(context: Context, delivery: Delivery) -> Subject:
    """What the context names; GateBroke if the candidate has no assembly, or if a base is named that has none."""
    return Subject(
        delivery,
        read_assembly(context.assembly),
        _base(context),
        promise_in(context.root),
        doors.read(context.root),
    )


def promise_in(root: Path) -> Mapped:
    """The OpenAPI document of the source, empty without one; GateBroke if it can't be read."""
    return mapped(parsed(root / PROMISE)) if (root / PROMISE).exists() else {}


def _base(context: Context) -> Assembly | None:
    if context.base is None:
        return None
    folder = context.base / ASSEMBLY
    if not (folder / MANIFEST).is_file():
        raise GateBroke(
            f"the base release has no assembly in {folder}: is SLIPWAY_BASE ({context.base}) its folder? "
            "Synthesize the base into it, or unset SLIPWAY_BASE on a first release"
        )
    return read_assembly(folder)

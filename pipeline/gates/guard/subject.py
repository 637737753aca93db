"""What the rules look at: the candidate's assembly, the base's if there is one, and the plan."""

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.guard.assembly import MANIFEST, Assembly, Stack, read_assembly
from pipeline.gates.guard.resource import Resource
from pipeline.plan.model import Delivery

ASSEMBLY = "cdk.out"
"""Where the base release's assembly stands in SLIPWAY_BASE."""


@dataclass(frozen=True)
class Subject:
    """The `candidate` and its plan; `base` is the release that it is to replace, None if there is none.

    The plan is the candidate's own word: a rule that holds the templates against it sees what the plan does not say,
    and one about what the plan may say holds it against an invariant, or against the base.
    """

    delivery: Delivery
    candidate: Assembly
    base: Assembly | None = None

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
    return Subject(delivery, read_assembly(context.assembly), _base(context))


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

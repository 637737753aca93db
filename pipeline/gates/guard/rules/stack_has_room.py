"""Who approves a release knows when a stack is nearly full."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.rule import About, Looked, Note
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="pipeline",
    what="Who approves a release knows when a stack has little room left for more",
    why="CloudFormation and the CDK refuse a stack of more than 500 resources, and then no release gets through",
    fix="let resources be shared, or move what holds no data into a stack of its own, while there is time for it",
    models="A stack at its limit: a good change refused for its size (CloudFormation quotas, cfn-lint I3010)",
    needs="every stage",
)
MOST = 500
"""Resources of one stack (CloudFormation user guide, "Understand CloudFormation quotas")."""
NEARLY = 20
"""So many are left when it is told: half a dozen operations on paths of their own, of three resources each."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each stack. A note, since the release itself fits."""
    for stack in subject.candidate.stacks:
        yield Looked(stack.stage, stack.name, notes=tuple(_nearly_full(stack, subject.stack_before(stack))))


def _nearly_full(stack: Stack, before: Stack | None) -> Iterator[Note]:
    count = len(stack.resources)
    if MOST - count <= NEARLY:
        was = f", was {len(before.resources)}" if before else ""
        yield Note(f"it has {count} resources of {MOST} that a stack may have{was}")

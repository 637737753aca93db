"""A stack has room for all its resources, and who fills it is told before it is full."""

from collections.abc import Iterator

from pipeline.gates.guard.rule import About, Looked, Note, Wrong
from pipeline.gates.guard.subject import Subject
from pipeline.record.counting import plural

ABOUT = About(
    kind="pipeline",
    what="A stack holds no more resources than CloudFormation takes",
    why="CloudFormation takes 500 in a stack and refuses the whole release of one with more",
    fix="let what is alike share a resource (a role, a log group, a policy), or give a part a stack of its own",
    models="CloudFormation's quotas: a stack that has grown with every operation",
    needs="every stage",
)
MOST = 500
"""Resources of one stack (CloudFormation user guide, "Understand CloudFormation quotas")."""
ROOM = 16
"""Four operations on paths of their own: each is a path, a method, a preflight, and a model of its body."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each stack. One that is nearly full is noted where the change is what made it larger."""
    for stack in subject.candidate.stacks:
        before = subject.stack_before(stack)
        held = len(stack.resources)
        grows = before is None or held > len(before.resources)
        yield Looked(stack.stage, stack.name, wrong=tuple(_over(held)), notes=tuple(_nearly(held)) if grows else ())


def _over(held: int) -> Iterator[Wrong]:
    if held > MOST:
        yield Wrong(f"{plural(held, 'resource')}, at most {MOST}")


def _nearly(held: int) -> Iterator[Note]:
    if MOST - ROOM < held <= MOST:
        yield Note(f"{plural(held, 'resource')}: room for {MOST - held} more")

"""What people may do with AWS's own interfaces, they may do with what is theirs."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.holders import Holder, grants, holders
from pipeline.gates.guard.facts.sessions import is_on_the_callers_own, is_taken_on_by_people
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="iam",
    what="A role that people take on through an identity pool allows nothing but on what its caller's name stands in",
    why="everybody who signs in has that one role: what it may read or list is read and listed by all of them",
    fix="name the caller in the thing, or in a condition on it (${aws:PrincipalTag/…}); or answer it by the API",
    models="CWE-639, CWE-200: a browser that may list the whole bucket, to show what is its own",
    needs="nothing",
)


def look(subject: Subject) -> Iterator[Looked]:
    """Each role that an identity pool gives."""
    for stack in subject.candidate.stacks:
        for holder in holders(stack):
            if is_taken_on_by_people(holder.resource):
                yield looked(holder.resource, *dict.fromkeys(_wrong(holder)))


def _wrong(holder: Holder) -> Iterator[Wrong]:
    for statement in holder.statements:
        if statement.allows and statement.but:
            yield Wrong("everybody may do all but what it names", statement.but[0])
    for grant in grants(holder):
        if not is_on_the_callers_own(grant):
            yield Wrong(f"everybody who signs in may {grant.action} on {grant.on}, not on their own alone", "Resource")

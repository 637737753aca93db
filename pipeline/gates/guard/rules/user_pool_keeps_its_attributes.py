"""What a user pool knows of its users, and how they sign in, stays."""

from collections.abc import Iterator

from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed
from pipeline.gates.openapi.node import Json, listed

ABOUT = About(
    kind="data",
    what="The sign-in names and the attributes of a user pool are those of the base; attributes may be added",
    why="Cognito can change neither in a pool that is there: the update fails halfway, or wants another, empty pool",
    fix="leave them; add an attribute under a new name",
    models="A user pool's attribute removed or retyped, or its sign-in names changed",
    needs="nothing",
)
POOL = "AWS::Cognito::UserPool"
FIXED = ("AliasAttributes", "UsernameAttributes", "UsernameConfiguration")
"""What CreateUserPool takes and UpdateUserPool does not (Cognito API reference)."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each pool that both have."""
    for old in subject.of_base(POOL):
        new = subject.after(old)
        if new and new.type == old.type:
            yield looked(new, *_wrong(old, new))


def _wrong(old: Resource, new: Resource) -> Iterator[Wrong]:
    for name in FIXED:
        if old.at(name) != new.at(name):
            yield Wrong(f"users sign in by other names: {changed(old.at(name), new.at(name))}", name)
    after = {str(at(each, "Name")): each for each in listed(new.at("Schema"))}
    for attribute in listed(old.at("Schema")):
        name = str(at(attribute, "Name"))
        now: Json = after.get(name)
        if now != attribute:
            yield Wrong(f"the attribute {name} is another: {changed(attribute, now)}", "Schema")

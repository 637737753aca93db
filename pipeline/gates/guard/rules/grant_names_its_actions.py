"""A policy names the actions that it allows."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.holders import Holder, holders
from pipeline.gates.guard.facts.powers import READING_VERBS
from pipeline.gates.guard.facts.statements import Statement
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="iam",
    what="A policy allows named actions: no *, no whole service, no family of writing actions, no everything but",
    why="whoever gets hold of the role may do what nobody thought of when it was given",
    fix="name the actions that the code calls",
    models="I01, R18: dynamodb:* or *:* allowed; CWE-269",
    needs="every stage",
)
SHORTEST = 3
"""Letters of a verb before a wildcard."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each role, user, group and policy; what is wrong stands under its action (`prod/orders:OrdersRole/s3:*`)."""
    for stack in subject.candidate.stacks:
        for holder in holders(stack):
            yield from _looked(holder)


def _looked(holder: Holder) -> Iterator[Looked]:
    resource = holder.resource
    wrong = dict(each for statement in holder.statements if statement.allows for each in _wrong(statement))
    if not wrong:
        yield looked(resource)
    for name, told in wrong.items():
        yield Looked(resource.stage, f"{resource.place}/{name}", resource.path, wrong=(told,))


def _wrong(statement: Statement) -> Iterator[tuple[str, Wrong]]:
    if "NotAction" in statement.but:
        yield "NotAction", Wrong("it allows everything but what it names", "NotAction")
    for action in statement.actions:
        service, _, name = action.partition(":")
        if "*" in service or not name.strip("*?"):
            yield (
                action,
                Wrong(f"it allows {action}: {'everything' if '*' in service else 'a whole service'}", "Action"),
            )
        elif ("*" in name or "?" in name) and not _is_reading(name) and not _is_one_thing(name):
            yield action, Wrong(f"it allows {action}, which nobody can list", "Action")


def _is_reading(name: str) -> bool:
    return name.startswith(READING_VERBS)


def _is_one_thing(name: str) -> bool:
    """Whether the wildcard comes after a verb and what it is done to, as in `DeleteObject*`."""
    verbs = ("put", "delete", "create", "update", "set", "add", "remove", "attach", "admin", "tag", "untag")
    before = name.replace("?", "*").split("*")[0]
    return len(before) >= SHORTEST and before not in verbs

"""An update of a table makes or drops one index, and changes none in place."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.tables import TABLES, indexes
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed

ABOUT = About(
    kind="data",
    what="A release makes or drops at most one global secondary index of a table, and keys of none change",
    why="DynamoDB makes or drops one index in an update, and nothing can be queried by an index until it is filled",
    fix="add one index in a release, under a new name; drop an old one in a later release than the code that used it",
    models="I16: two global secondary indexes in one update; an index whose key changes is dropped and made again",
    needs="nothing",
)
REMADE = ("KeySchema", "Projection")
"""What is fixed when an index is made (DynamoDB developer guide, "Managing global secondary indexes")."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each table that both have."""
    for old in subject.of_base(*TABLES):
        new = subject.after(old)
        if new and new.type == old.type:
            yield looked(new, *_said(old, new))


def _said(old: Resource, new: Resource) -> Iterator[Wrong | Note]:
    before, after = indexes(old), indexes(new)
    made, dropped = sorted(after.keys() - before.keys()), sorted(before.keys() - after.keys())
    if len(made) + len(dropped) > 1:
        yield Wrong(
            f"{len(made) + len(dropped)} indexes in one update: {_told(made, dropped)}",
            "GlobalSecondaryIndexes",
        )
    elif dropped:
        yield Note(
            f"the index {dropped[0]} goes before the old version does: it must not query it any more",
            "GlobalSecondaryIndexes",
        )
    for name in sorted(before.keys() & after.keys()):
        for part in REMADE:
            was, now = at(before[name], part), at(after[name], part)
            if was != now:
                yield Wrong(
                    f"the index {name} would be dropped and made again: {changed(was, now)}",
                    f"GlobalSecondaryIndexes.{name}.{part}",
                )


def _told(made: list[str], dropped: list[str]) -> str:
    verbs = (("makes", made), ("drops", dropped))
    return " and ".join(f"{verb} {', '.join(names)}" for verb, names in verbs if names)

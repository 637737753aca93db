"""No code of a custom resource runs while a stack changes, unless somebody said yes to it."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.custom import is_custom
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="data",
    what="The update runs no custom resource: none is new, none changes, and none goes",
    why="it may rewrite or empty what is there in the middle of an update, half of which then rolls back",
    fix="migrate in a job of its own that can be run again; if it must be, waive it with who approved it",
    models="M12: a migration that rewrites all items in a custom resource's on_update",
    needs="nothing",
)


def look(subject: Subject) -> Iterator[Looked]:
    """Each custom resource of either."""
    for stack in subject.candidate.stacks:
        for resource in filter(is_custom, stack.resources.values()):
            yield looked(resource, _runs(subject.before(resource), resource))
    for stack in subject.base.stacks if subject.base else ():
        for old in filter(is_custom, stack.resources.values()):
            if subject.after(old) is None:
                yield looked(old, Wrong(f"{old.type} runs its on_delete"))


def _runs(old: Resource | None, new: Resource) -> Wrong | None:
    if old is None:
        return Wrong(f"{new.type} is new, and runs its on_create in every stage: it needs an approval")
    if old.properties != new.properties or old.type != new.type:
        return Wrong(f"{new.type} changes, and runs its on_update: it needs an approval")
    return None

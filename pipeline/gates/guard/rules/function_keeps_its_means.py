"""A function has as much memory and time as in the base."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.amounts import is_less, number
from pipeline.gates.guard.facts.api import FUNCTION
from pipeline.gates.guard.facts.functions import MEMORY, TIMEOUT, behind_api
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, said

ABOUT = About(
    kind="timeouts",
    what="No function gets less memory or disk, or less than half of its time, and one behind the API has 512 MB",
    why="memory is also its share of a processor: each request takes longer, and what took its time is cut off",
    fix="leave memory_size and timeout; lower them only with figures of a load test, and waive this with them",
    models="I40: memory from 512 to 128 MB",
    needs="every stage",
)
API_MEMORY = 512
"""MB below which a Python function behind an API spends its time importing."""
DISK = 512


def look(subject: Subject) -> Iterator[Looked]:
    """Each function of the stages."""
    for stack in subject.candidate.of_stages():
        waited_for = {function.logical_id for function in behind_api(stack)}
        for function in stack.all(FUNCTION):
            yield looked(function, *_wrong(function, subject.before(function), function.logical_id in waited_for))


def _wrong(function: Resource, old: Resource | None, waited_for: bool) -> Iterator[Wrong]:
    memory = function.at("MemorySize")
    if old and is_less(memory, old.at("MemorySize"), MEMORY):
        yield Wrong(f"less memory: {changed(old.at('MemorySize'), memory)}", "MemorySize")
    elif waited_for and (number(memory, MEMORY) or 0) < API_MEMORY:
        yield Wrong(f"the API waits for it, and it has {said(memory or MEMORY)} MB", "MemorySize")
    if old is None:
        return
    disk = ("EphemeralStorage", "Size")
    if is_less(function.at(*disk), old.at(*disk), DISK):
        yield Wrong(f"less disk: {changed(old.at(*disk), function.at(*disk))}", ".".join(disk))
    was, now = number(old.at("Timeout"), TIMEOUT), number(function.at("Timeout"), TIMEOUT)
    if was is not None and now is not None and now < was / 2:
        yield Wrong(f"less than half of its time: {changed(old.at('Timeout'), function.at('Timeout'))}", "Timeout")

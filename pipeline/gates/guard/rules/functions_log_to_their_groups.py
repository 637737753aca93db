"""What a function logs goes into a log group that its stack looks after, and says as much as before."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.api import FUNCTION
from pipeline.gates.guard.facts.logs import TOLD, group_of, told_group
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, said

ABOUT = About(
    kind="logs",
    what="Every function logs into a group of its own stack, in the format and at the levels that the base has",
    why="Lambda makes another group, which nobody's retention, encryption or filters know: its alarms fall silent",
    fix="give the function its log_group, and leave its logging format and levels",
    models="I33: a function whose log group is the one that Lambda makes, kept for ever",
    needs="every stage",
)
CONFIG = "LoggingConfig"
LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
DEFAULT = "INFO"


def look(subject: Subject) -> Iterator[Looked]:
    """Each function of the stages."""
    for stack in subject.candidate.of_stages():
        for function in stack.all(FUNCTION):
            old = subject.before(function)
            yield looked(function, _nowhere(stack, function), *(_against(old, function) if old else ()))


def _nowhere(stack: Stack, function: Resource) -> Wrong | None:
    if group_of(stack, function):
        return None
    return Wrong(f"it logs into {said(told_group(function))}, of which its stack knows nothing", ".".join(TOLD))


def _against(old: Resource, new: Resource) -> Iterator[Wrong]:
    was, now = old.at(CONFIG, "LogFormat"), new.at(CONFIG, "LogFormat")
    if was is not None and was != now:
        yield Wrong(f"filters can't read it any more: {changed(was, now)}", f"{CONFIG}.LogFormat")
    for name in ("ApplicationLogLevel", "SystemLogLevel"):
        was, now = old.at(CONFIG, name), new.at(CONFIG, name)
        if _rank(now) > _rank(was):
            yield Wrong(f"it logs less: {changed(was, now)}", f"{CONFIG}.{name}")


def _rank(level: object) -> int:
    return LEVELS.index(str(level)) if str(level) in LEVELS else LEVELS.index(DEFAULT)

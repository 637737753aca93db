"""What a policy denies in the base release, it denies in this one: by TLS alone, by this account alone."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.denials import denials, denies_as_much
from pipeline.gates.guard.facts.statements import Statement
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said

ABOUT = About(
    kind="iam",
    what="Each denial of the base's policies is still there, for as many actions, things and callers, as often",
    why="a denial is the one word that no grant anywhere can overrule, and nothing fails when it is gone",
    fix="bring the statement back, or waive this with a reason",
    models="Deny statements removed: TLS-only, account-only, boundaries; CWE-732",
    needs="nothing",
)


def look(subject: Subject) -> Iterator[Looked]:
    """Each thing, role or boundary of the base at which something is denied, and which is still there."""
    for stack in subject.candidate.stacks:
        before = subject.stack_before(stack)
        now = {each.guarded: each.statements for each in denials(stack)}
        for was in denials(before) if before else ():
            if was.guarded in stack.resources:
                yield looked(was.resource, *_missing(was.statements, now.get(was.guarded, ())))


def _missing(denied: tuple[Statement, ...], kept: tuple[Statement, ...]) -> Iterator[Wrong]:
    for was in denied:
        if not any(denies_as_much(now, was) for now in kept):
            yield Wrong(f"it no longer denies {_told(was)}")


def _told(statement: Statement) -> str:
    when = statement.told.get("Condition")
    what = ", ".join(statement.actions) or "what it denied"
    return f"{what} where {said(when)}" if when else what

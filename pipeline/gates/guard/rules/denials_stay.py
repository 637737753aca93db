"""What a policy denies in the base release, it denies in this one: by TLS alone, by this account alone."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.holders import boundaries, holders
from pipeline.gates.guard.facts.kept_policies import kept_policies
from pipeline.gates.guard.facts.statements import Statement, covers, statements
from pipeline.gates.guard.resource import Resource
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

type Denials = dict[str, tuple[Resource, tuple[Statement, ...]]]


def look(subject: Subject) -> Iterator[Looked]:
    """Each thing, role or boundary of the base at which something is denied, and which is still there."""
    for stack in subject.candidate.stacks:
        before = subject.stack_before(stack)
        now = _denials(stack)
        for guarded, (old, denied) in (_denials(before) if before else {}).items():
            if guarded in stack.resources:
                _, kept = now.get(guarded, (old, ()))
                yield looked(old, *_missing(denied, kept))


def _missing(denied: tuple[Statement, ...], kept: tuple[Statement, ...]) -> Iterator[Wrong]:
    for was in denied:
        if not any(_denies_as_much(now, was) for now in kept):
            yield Wrong(f"it no longer denies {_told(was)}")


def _denials(stack: Stack) -> Denials:
    """What is denied, by the logical id of what it is denied at (or to)."""
    found: Denials = {}

    def add(guarded: str, resource: Resource, told: tuple[Statement, ...]) -> None:
        denied = tuple(each for each in told if not each.allows)
        if denied:
            first, known = found.get(guarded, (resource, ()))
            found[guarded] = (first, known + denied)

    for policy in kept_policies(stack):
        for guarded in policy.guarded:
            add(guarded, policy.resource, policy.statements)
    for holder in holders(stack):
        add(holder.resource.logical_id, holder.resource, holder.statements)
    for name in boundaries(stack):
        if boundary := stack.resources.get(name):
            add(name, boundary, statements(boundary.at("PolicyDocument")))
    return found


def _denies_as_much(now: Statement, was: Statement) -> bool:
    if now.but != was.but or any(now.told.get(name) != was.told.get(name) for name in was.but):
        return False
    same_or_more = all(
        any(covers(new, old) for new in news)
        for news, olds in ((now.actions, was.actions), (now.resources, was.resources))
        for old in olds
    )
    everybody = any(who == "*" for _, who in now.principals)
    return (
        same_or_more
        and (everybody or set(was.principals) <= set(now.principals))
        and all(was.conditions.get(key) == asked for key, asked in now.conditions.items())
    )


def _told(statement: Statement) -> str:
    when = statement.told.get("Condition")
    what = ", ".join(statement.actions) or "what it denied"
    return f"{what} where {said(when)}" if when else what

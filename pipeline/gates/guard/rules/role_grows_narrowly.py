"""What a role may do more than in the base release is named, on things of its own stack, and known to who approves."""

import re
from collections.abc import Iterator

from pipeline.gates.guard.facts.holders import Grant, Holder, grants, holders
from pipeline.gates.guard.facts.statements import Statement, covers, dropped
from pipeline.gates.guard.facts.texts import accounts_in, arn
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="iam",
    what="No grant loses a condition, reaches another account, or grows from one name or the caller's own to a pattern",
    why="a role that grew unseen is found out by whoever misuses it",
    fix="name what is really needed, on the same conditions as before",
    models="I01, R18: a role widened against the base; conditions dropped; CWE-269",
    needs="nothing",
)
TOLD = 4
"""New rights that a note tells one by one."""
_VARIABLE = re.compile(r"\$\{(?!AWS::)[\w.-]+:[^}]*\}")
"""`${aws:PrincipalTag/customer}` (IAM user guide, "IAM policy elements: Variables and tags")."""
OWN = "${"
"""How a name begins that the stack itself gives: the ARN of its own table, bucket or queue."""
_BEGINS_ALIKE = re.compile(r"\}\*")
"""A wildcard right behind a name that is filled in: `${table}*` is also the table whose name goes on from there."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each role, user, group and policy, against what it had."""
    ours = accounts_in(subject)
    for stack in subject.candidate.stacks if subject.base else ():
        before = subject.stack_before(stack)
        known = {each.resource.logical_id: tuple(grants(each)) for each in holders(before)} if before else {}
        for holder in holders(stack):
            yield _looked(holder, known.get(holder.resource.logical_id, ()), ours)


def _looked(holder: Holder, had: tuple[Grant, ...], ours: frozenset[str]) -> Looked:
    told = {(grant.action, grant.on, tuple(grant.statement.conditions.items())) for grant in had}
    new = [
        grant
        for grant in grants(holder)
        if (grant.action, grant.on, tuple(grant.statement.conditions.items())) not in told
    ]
    wrong = [each for grant in new for each in _wrong(grant, had, ours)]
    return looked(holder.resource, *dict.fromkeys(wrong), *_notes(new, had))


def _wrong(new: Grant, had: tuple[Grant, ...], ours: frozenset[str]) -> Iterator[Wrong]:
    same = [old.statement for old in had if covers(new.action, old.action) and new.on == old.on]
    if same and all(any(dropped(old, new.statement)) for old in same):
        for told in dropped(same[0], new.statement):
            yield Wrong(f"{new.action} on {new.on}: {told}", "Condition")
    account = arn(new.on)[4] if arn(new.on) else ""
    if account.isdigit() and account not in ours:
        yield Wrong(f"it reaches an account that is not ours: {new.action} on {new.on}", "Resource")
    own = [
        old.on for old in had if covers(new.action, old.action) and _of_the_caller(old.on) and covers(new.on, old.on)
    ]
    if own and not _of_the_caller(new.on):
        yield Wrong(f"{new.action} was on what is the caller's own, {own[0]}, is on {new.on}", "Resource")
    narrower = [old.on for old in had if old.action == new.action and old.on != new.on and covers(new.on, old.on)]
    own_thing = new.on.startswith(OWN) and not _BEGINS_ALIKE.search(new.on)
    if narrower and not own_thing and not _is_on_the_same(new.statement, had):
        yield Wrong(f"{new.action} was on {narrower[0]}, is on {new.on}", "Resource")


def _of_the_caller(resource: str) -> bool:
    """Whether its name holds a policy variable: then each session reaches its own things alone."""
    return _VARIABLE.search(resource) is not None


def _is_on_the_same(statement: Statement, had: tuple[Grant, ...]) -> bool:
    """Whether the statement's things were all in another one of the base: its actions were put together anew."""
    return set(statement.resources) <= {grant.on for grant in had}


def _notes(new: list[Grant], had: tuple[Grant, ...]) -> Iterator[Note]:
    services = sorted({_service(grant) for grant in new} - {_service(grant) for grant in had})
    if new:
        more = [f"{grant.action} on {grant.on}" for grant in new]
        rest = f" and {len(more) - TOLD} more" if len(more) > TOLD else ""
        first = f" (new for it: {', '.join(services)})" if services and had else ""
        yield Note(f"it may now{first}: {'; '.join(more[:TOLD])}{rest}")


def _service(grant: Grant) -> str:
    return grant.action.partition(":")[0]

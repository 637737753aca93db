"""A role is taken on by whom it was made for, and by nobody else."""

from collections.abc import Iterator

from pipeline.gates.guard.comparing import grew
from pipeline.gates.guard.facts.principals import FEDERATED, is_whole_account, strangers
from pipeline.gates.guard.facts.statements import Statement, loosened, statements
from pipeline.gates.guard.facts.texts import accounts_in
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="iam",
    what="A role trusts named roles and services; an account or a provider of identities only on conditions",
    why="whoever is trusted has all rights of the role, from anywhere",
    fix="name who may take the role on, and bring back the conditions",
    models="I04: trust of *; another account, a service, an identity provider's whole audience trusted; CWE-284",
    needs="every stage",
)
ROLE, WHERE = "AWS::IAM::Role", "AssumeRolePolicyDocument"
SUBJECT, AUDIENCE = (":sub", ":amr"), (":aud",)


def look(subject: Subject) -> Iterator[Looked]:
    """Each role."""
    ours = accounts_in(subject)
    for role in subject.of_candidate(ROLE):
        old = subject.before(role)
        trusted = [each for each in statements(role.at(WHERE)) if each.allows]
        wrong = [told for each in trusted for told in _wrong(each, ours)]
        yield looked(role, *wrong, *(_since(old, role) if old else ()))


def _wrong(statement: Statement, ours: frozenset[str]) -> Iterator[Wrong]:
    for who in strangers(statement, ours):
        yield Wrong(f"it trusts {who}", WHERE)
    if any(who == "*" for _, who in statement.principals) and not any(strangers(statement, ours)):
        yield Wrong("it trusts everybody, on a condition that must never be wrong", WHERE)
    for kind, who in statement.principals:
        if is_whole_account(who) and not statement.conditions:
            yield Wrong(f"it trusts all of the account: {who}", WHERE)
        if kind == FEDERATED:
            yield from _federated(statement, who)


def _federated(statement: Statement, who: str) -> Iterator[Wrong]:
    for names, told in ((AUDIENCE, "for whom a token was made"), (SUBJECT, "who signed in")):
        values = [value for (_, key), asked in statement.conditions.items() if key.endswith(names) for value in asked]
        if not values:
            yield Wrong(f"it does not ask {who} {told}", WHERE)
        elif any(_is_anybody(value) for value in values):
            yield Wrong(f"it takes any answer to {told}: {', '.join(values)}", WHERE)


def _is_anybody(value: str) -> bool:
    """Whether a subject such as `repo:owner/name:ref` leaves open whose it is: a wildcard in its first two parts."""
    owner, _, rest = value.removeprefix("repo:").partition("/")
    return "*" in owner or "*" in rest.partition(":")[0] or (":" in rest and not rest.partition(":")[2].strip("*"))


def _since(old: Resource, new: Resource) -> Iterator[Wrong | Note]:
    before = [each for each in statements(old.at(WHERE)) if each.allows]
    known = {who for each in before for who in each.principals}
    for statement in statements(new.at(WHERE)):
        if not statement.allows:
            continue
        for who in statement.principals:
            if who not in known:
                yield Wrong(f"it trusts {who[1]} now, who was not trusted", WHERE)
        for was in before:
            if set(was.principals) & set(statement.principals) and set(was.actions) & set(statement.actions):
                yield from (Wrong(told, WHERE) for told in loosened(was, statement))
    if longer := grew(new, old, "MaxSessionDuration"):
        yield Note(longer.what, longer.where)

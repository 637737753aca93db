"""No role may give itself more rights, change what is delivered, or take away what protects the rest."""

from collections.abc import Iterator
from functools import cache

from pipeline.gates.guard.facts.holders import Grant, Holder, grants, holders
from pipeline.gates.guard.facts.powers import POWERS
from pipeline.gates.guard.facts.statements import covers
from pipeline.gates.guard.facts.texts import accounts_in, arn
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="iam",
    what="No policy allows an action by which its holder gets more rights, or opens or destroys what is kept",
    why="one hole in one function is then a hole in the whole account",
    fix="take the action away; what is needed once is done by hand, or by the pipeline's own role",
    models="I01, I02, R18: iam:PassRole on *, privilege escalation; CWE-250",
    needs="every stage",
)
PASS, ASSUME = "iam:passrole", "sts:assumerole"


def look(subject: Subject) -> Iterator[Looked]:
    """Each role, user, group and policy; what is wrong stands under its action."""
    ours = accounts_in(subject)
    for stack in subject.candidate.stacks:
        for holder in holders(stack):
            yield from _looked(holder, ours)


def _looked(holder: Holder, ours: frozenset[str]) -> Iterator[Looked]:
    resource = holder.resource
    told = {grant.action: wrong for grant in grants(holder) if (wrong := _wrong(grant, ours))}
    if not told:
        yield looked(resource)
    for action, wrong in told.items():
        yield Looked(resource.stage, f"{resource.place}/{action}", resource.path, wrong=(wrong,))


def _wrong(grant: Grant, ours: frozenset[str]) -> Wrong | None:
    if covers(grant.action, PASS):
        named = "*" not in grant.on and grant.statement.asks_for("iam:passedtoservice")
        told = "it may hand any role to any service" if "*" in grant.on else "it may hand a role to any service"
        return None if named else Wrong(f"{told}: {grant.action} on {grant.on}", "Action", "name role and service")
    if covers(grant.action, ASSUME):
        return _assumes(grant, ours)
    return Wrong(f"it allows {grant.action} on {grant.on}", "Action") if _is_power(grant.action) else None


@cache
def _is_power(action: str) -> bool:
    return any(covers(action, each) or covers(each, action) for each in POWERS)


def _assumes(grant: Grant, ours: frozenset[str]) -> Wrong | None:
    parts = arn(grant.on)
    account, name = (parts[4], parts[5]) if parts else ("", grant.on)
    if not name.removeprefix("role").strip("*?/") and not grant.statement.asks_for(
        "iam:resourcetag/", "aws:resourcetag/"
    ):
        return Wrong(f"it may become anybody: {grant.action} on {grant.on}", "Resource")
    if account and account not in ours and not account.startswith("${"):
        return Wrong(f"it may become a role of an account that is not ours: {grant.on}", "Resource")
    return None

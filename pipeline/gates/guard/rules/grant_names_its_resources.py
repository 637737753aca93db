"""A policy names the things on which it allows its actions."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.holders import Grant, Holder, grants, holders
from pipeline.gates.guard.facts.powers import EVERYTHING_ALONE
from pipeline.gates.guard.facts.statements import covers
from pipeline.gates.guard.facts.texts import arn
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="iam",
    what="A policy allows its actions on named things, where AWS lets it: not on *, nor on all of a kind",
    why="whoever gets hold of the role reaches other people's data, of other services and stages too",
    fix="name the table, queue, key or bucket",
    models="I01, R18: an action on Resource *; CWE-732",
    needs="every stage",
)
NARROWED_BY = ("aws:resourcetag/", "iam:resourcetag/", "cloudwatch:namespace", "ecr:resourcetag/", "ec2:vpc")
"""Conditions that say which things, where the resource does not."""

KINDLESS = ("apigateway", "execute-api", "s3", "sns", "sqs")
"""Services whose names begin without their kind."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each role, user, group and policy; what is wrong stands under its action."""
    for stack in subject.candidate.stacks:
        for holder in holders(stack):
            yield from _looked(holder)


def _looked(holder: Holder) -> Iterator[Looked]:
    resource = holder.resource
    wrong = {grant.action: _wrong(grant) for grant in grants(holder) if _is_broad(grant)}
    if any("NotResource" in each.but for each in holder.statements if each.allows):
        wrong["NotResource"] = Wrong("it allows its actions on everything but what it names", "NotResource")
    if not wrong:
        yield looked(resource)
    for name, told in wrong.items():
        yield Looked(resource.stage, f"{resource.place}/{name}", resource.path, wrong=(told,))


def _wrong(grant: Grant) -> Wrong:
    return Wrong(f"it allows {grant.action} on {grant.on}", "Resource")


def _is_broad(grant: Grant) -> bool:
    if any(covers(pattern, grant.action) for pattern in EVERYTHING_ALONE):
        return False
    return is_all_of_a_kind(grant.on) and not grant.statement.asks_for(*NARROWED_BY)


def is_all_of_a_kind(on: str) -> bool:
    """Whether a resource is everything, or everything of a kind (`arn:aws:dynamodb:eu-west-1:111:table/*`)."""
    match arn(on):
        case (_, _, service, _, account, name):
            if "*" in service or "*" in account:
                return True
            return not (name if service in KINDLESS else _without_kind(name)).strip("*?/:")
    return not on.strip("*?:/")


def _without_kind(name: str) -> str:
    """The name without its kind: `orders` of `table/orders`, `*` of `log-group:*`."""
    cut = min((name.index(mark) for mark in "/:" if mark in name.lstrip("/")), default=-1)
    return name[cut + 1 :] if cut > 0 else name

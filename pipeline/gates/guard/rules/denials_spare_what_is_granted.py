"""A denial that is new, or denies more, does not deny what the stack's own roles and services are granted."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.api import FUNCTION
from pipeline.gates.guard.facts.denials import denials, denies_as_much
from pipeline.gates.guard.facts.holders import BOUNDARY, ROLE, Holder, grants, holders
from pipeline.gates.guard.facts.kept_policies import KeptPolicy, kept_policies
from pipeline.gates.guard.facts.principals import AWS, is_whole_account
from pipeline.gates.guard.facts.statements import Statement, covers
from pipeline.gates.guard.facts.usual_requests import Request, holds, of_any, of_role
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said

ABOUT = About(
    kind="iam",
    what="No denial that is new, or wider than the base's, covers what roles of the stack are granted, or services",
    why="a denial wins over every grant: all versions are refused at once, before any shift",
    fix="name the actions that nobody needs, or ask in its condition for what the denied request has (Null: false)",
    models="Outages by denial: Delete* for DeleteTable; StringNotEquals without Null; kms:ViaService of services",
    needs="nothing",
)
NAMED = 4


def look(subject: Subject) -> Iterator[Looked]:
    """Each thing, role and boundary at which something is denied that the base does not deny."""
    accounts = {stage.name: stage.environment.account for stage in subject.delivery.stages}
    for stack in subject.candidate.stacks:
        before = subject.stack_before(stack)
        if before is None:
            continue
        known = {each.guarded: each.statements for each in denials(before)}
        own = _Own(stack, accounts.get(stack.stage, subject.delivery.environment.account))
        for each in denials(stack):
            was = known.get(each.guarded, ())
            new = [now for now in each.statements if not any(denies_as_much(old, now) for old in was)]
            if new:
                yield looked(each.resource, *(told for now in new if (told := own.refused(each.guarded, now))))


class _Own:
    """The roles of a stack, and the services that policies at its things let in."""

    def __init__(self, stack: Stack, account: str) -> None:
        self.stack = stack
        self.account = account
        self.holders = [each for each in holders(stack) if each.resource.type == ROLE]
        self.kept = [each for each in kept_policies(stack) if any(told.allows for told in each.statements)]
        self.in_network = any(each.at("VpcConfig") is not None for each in stack.all(FUNCTION))

    def refused(self, guarded: str, denial: Statement) -> Wrong | None:
        """Wrong if the denial at (or to) `guarded` covers what somebody of the stack is granted, for certain."""
        thing = self.stack.resources.get(guarded)
        to = thing is not None and thing.type == ROLE
        let_in = () if to else self._let_in(guarded, denial)
        found = list(dict.fromkeys((*let_in, *self._of_roles(guarded, denial))))
        if not found:
            return None
        more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
        when = denial.told.get("Condition")
        where = f", where {said(when)}" if when else ""
        return Wrong(f"it denies now what is granted: {'; '.join(found[:NAMED])}{more}{where}")

    def _of_roles(self, guarded: str, denial: Statement) -> Iterator[str]:
        for holder in self.holders:
            here = self._bounds(guarded, holder)
            for grant in grants(holder):
                on = grant.on if here else self._at(guarded, grant.on)
                if on is None or not _speaks_of(denial, grant.action, on):
                    continue
                if not here and not self._is_denied(denial, holder):
                    continue
                request = of_role(holder.resource, self.account, grant.statement, self.in_network)
                if holds(denial, request):
                    yield f"{holder.resource.logical_id} {grant.action}"

    def _bounds(self, guarded: str, holder: Holder) -> bool:
        """Whether a denial at `guarded` is about whatever the holder does: its own policies, or its boundary."""
        bound = self.stack.target(holder.resource.at(BOUNDARY))
        return guarded == holder.resource.logical_id or bool(bound and bound.logical_id == guarded)

    def _at(self, guarded: str, on: str) -> str | None:
        """What a grant is on, if it is `guarded` or a part of it."""
        return on if on.startswith((f"${{{guarded}}}", f"${{{guarded}.")) else None

    def _is_denied(self, denial: Statement, holder: Holder) -> bool:
        arn = f"${{{holder.resource.logical_id}.Arn}}"
        if "NotPrincipal" in denial.but:
            return arn not in str(denial.told)
        return any(
            kind == AWS and (who in ("*", arn) or (is_whole_account(who) and self.account in who))
            for kind, who in denial.principals
        )

    def _let_in(self, guarded: str, denial: Statement) -> Iterator[str]:
        """Whom the policy at the same thing lets in by name."""
        for policy in self.kept:
            if guarded in policy.guarded:
                yield from self._let_in_by(policy, denial)

    def _let_in_by(self, policy: KeptPolicy, denial: Statement) -> Iterator[str]:
        for grant in policy.statements:
            for kind, who in grant.principals if grant.allows else ():
                if kind == AWS and is_whole_account(who):
                    continue  # which leaves it to its roles, and those are looked at by themselves
                everybody = any(each == "*" for _, each in denial.principals)
                named = "NotPrincipal" in denial.but or everybody or (kind, who) in denial.principals
                request: Request = of_any(kind, who, self.account, grant)
                for action in grant.actions:
                    on_all = any(_speaks_of(denial, action, on) for on in grant.resources or ("*",))
                    if named and on_all and holds(denial, request):
                        yield f"{who} {action}"


def _speaks_of(denial: Statement, action: str, on: str) -> bool:
    """Whether a denial covers an action on a thing as a whole: where it covers a part, it may be meant."""
    if "NotAction" in denial.but:
        acts = not _covered(_named(denial, "NotAction"), action)
    else:
        acts = _covered(denial.actions, action)
    if "NotResource" in denial.but:
        return acts and not any(covers(each, on) for each in _named(denial, "NotResource", lower=False))
    return acts and any(each == "*" or covers(each, on) for each in denial.resources or ("*",))


def _covered(patterns: tuple[str, ...], action: str) -> bool:
    """Whether patterns take in an action; `kms:GenerateDataKey*` is GenerateDataKey, and more."""
    whole = action if action.endswith(":*") else action.removesuffix("*")
    return any(covers(each, action) or covers(each, whole) for each in patterns)


def _named(denial: Statement, element: str, lower: bool = True) -> tuple[str, ...]:
    other = {"NotAction": "Action", "NotResource": "Resource"}[element]
    read = Statement({other: denial.told.get(element)})
    return read.actions if lower else read.resources

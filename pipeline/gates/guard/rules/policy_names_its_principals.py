"""A policy at a bucket, queue, topic, key, table or API lets in named callers, and services for our sake alone."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.kept_policies import KeptPolicy, kept_policies
from pipeline.gates.guard.facts.principals import is_for_a_named_source, is_whole_account, services, sources, strangers
from pipeline.gates.guard.facts.statements import Statement, dropped
from pipeline.gates.guard.facts.texts import accounts_in
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="network",
    what="A policy at a thing allows named callers of our accounts, and services for a named source alone",
    why="whoever knows the name reads, writes or decrypts what is there, from any account",
    fix="name the callers, and bring back the conditions on the source",
    models="I09: a key policy of *; buckets, queues and topics open to everybody; CWE-732",
    needs="every stage",
)
KEY, API = "AWS::KMS::Key", "AWS::ApiGateway::RestApi"
SERVED_FOR_ANYBODY = ("logs.", "delivery.logs.", "cloudfront.")
"""Services that name whom they serve elsewhere: in the encryption context, or by the distribution."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each policy that stands at a thing."""
    ours = accounts_in(subject)
    for stack in subject.candidate.stacks:
        before = subject.stack_before(stack)
        known = {each.resource.logical_id: each for each in kept_policies(before)} if before else {}
        for policy in kept_policies(stack):
            old = known.get(policy.resource.logical_id)
            yield looked(policy.resource, *_wrong(policy, ours), *(_since(old, policy) if old else ()))


def _wrong(policy: KeptPolicy, ours: frozenset[str]) -> Iterator[Wrong]:
    for statement in policy.statements:
        if not statement.allows or (policy.resource.type == API and not _is_private(policy)):
            continue
        for who in strangers(statement, ours):
            yield Wrong(f"it lets in {who}: {_actions(statement)}", policy.where)
        for service in services(statement):
            if not is_for_a_named_source(statement) and not service.startswith(SERVED_FOR_ANYBODY):
                yield Wrong(f"it lets in {service} for whoever asks: {_actions(statement)}", policy.where)
        for account in sorted(sources(statement) - ours):
            yield Wrong(f"it lets in whom {account} sends, which is not ours: {_actions(statement)}", policy.where)
        others = [who for _, who in statement.principals if not is_whole_account(who)]
        if policy.resource.type == KEY and "kms:*" in statement.actions and others:
            yield Wrong(f"it lets {', '.join(others)} do anything with the key", policy.where)


def _is_private(policy: KeptPolicy) -> bool:
    """Whether an API answers within a network alone: one for everybody has its authorizers, and a policy narrows it."""
    return policy.resource.at("EndpointConfiguration", "Types", 0) == "PRIVATE"


def _since(old: KeptPolicy, new: KeptPolicy) -> Iterator[Wrong | Note]:
    before = [each for each in old.statements if each.allows]
    known = {(who, action) for each in before for who in each.principals for action in each.actions}
    for statement in new.statements:
        if not statement.allows:
            continue
        same = [
            was
            for was in before
            if set(was.principals) & set(statement.principals) and set(was.actions) & set(statement.actions)
        ]
        if same and all(any(dropped(was, statement)) for was in same):
            yield from (Wrong(f"{_actions(statement)}: {told}", new.where) for told in dropped(same[0], statement))
        more = sorted(
            {
                f"{who[1]}: {action}"
                for who in statement.principals
                for action in statement.actions
                if (who, action) not in known
            }
        )
        if more:
            yield Note(f"it lets in more: {', '.join(more)}", new.where)


def _actions(statement: Statement) -> str:
    return ", ".join(statement.actions) or "everything but what it names"

"""A route that asks who is calling goes on asking, and asks the same authorizer."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.methods import Method, methods_of
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, named_by
from pipeline.gates.openapi.node import Mapped

ABOUT = About(
    kind="authorization",
    what="A route that asks who is calling in the base release asks as much in this one, of the same authorizer",
    why="callers that were turned away until now are let in, and no test of the new version knows of it",
    fix="give the method back what it asked for; if it is meant to be public, waive this with a reason",
    models="Z01, Z02: AuthorizationType NONE, whatever the contract says of it; an authorizer exchanged",
    needs="nothing",
)


def look(subject: Subject) -> Iterator[Looked]:
    """Each route of the base that asks who is calling and is still there."""
    for stack in subject.candidate.of_stages():
        before = subject.stack_before(stack)
        known = {method.route: method for method in methods_of(before)} if before else {}
        for method in methods_of(stack):
            old = known.get(method.route)
            if old and not (old.is_open and not old.asks_for_key):
                same = before is not None and _is_the_same(before, old, stack, method)
                yield looked(method.resource, *_said(old, method, same_authorizer=same))


def _said(old: Method, new: Method, *, same_authorizer: bool) -> Iterator[Wrong | Note]:
    if old.authorization != new.authorization:
        told = f"{new.route} asked by {old.authorization}, and asks by {new.authorization}"
        yield Wrong(told, "AuthorizationType")
    elif not same_authorizer:
        was, now = (named_by(each.resource.at("AuthorizerId")) for each in (old, new))
        yield Wrong(f"{new.route} asks another authorizer: {changed(was, now)}", "AuthorizerId")
    if old.scopes and (not new.scopes or new.scopes - old.scopes):
        scopes = changed(", ".join(sorted(old.scopes)), ", ".join(sorted(new.scopes)) or None)
        yield Wrong(
            f"{new.route} takes other tokens: the scopes, of which one is enough, {scopes}", "AuthorizationScopes"
        )
    if old.asks_for_key and not new.asks_for_key:
        yield Wrong(f"{new.route} asked for a key, and asks for none", "ApiKeyRequired")


def _is_the_same(before: Stack, old: Method, after: Stack, new: Method) -> bool:
    """Under the same logical id it is the same authorizer, of which `authorizer_stays_strict` tells more; under another
    it is if it asks the same by the same, whatever it is called."""
    was, now = (each.resource.at("AuthorizerId") for each in (old, new))
    if named_by(was) == named_by(now):
        return True
    one, other = before.target(was), after.target(now)
    return one is not None and other is not None and one.type == other.type and _asks(one) == _asks(other)


def _asks(authorizer: Resource) -> Mapped:
    return {name: value for name, value in authorizer.properties.items() if name != "Name"}

"""An authorizer asks the stage's own users, by a header, and keeps its answers for one caller alone."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.comparing import differs, grew, number
from pipeline.gates.guard.facts.api import AUTHORIZER
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, names_in, said
from pipeline.gates.openapi.node import listed

ABOUT = About(
    kind="authorization",
    what="An authorizer asks this stage's users by the header Authorization, and no answer serves another caller",
    why="tokens of another pool, or of whoever asked a moment ago, open what is somebody else's",
    fix="bring back its pool or function, its identity source and its time to live",
    models="Z14 for authorizers: answers kept without the token in their key; CWE-524, CWE-287",
    needs="every stage",
)
POOLS, TOKEN, REQUEST = "COGNITO_USER_POOLS", "TOKEN", "REQUEST"
HEADER = "method.request.header.authorization"
LONGEST = 300
"""Seconds for which an answer may be kept: API Gateway's own default. For so long a token taken back is still good."""
USER_POOL = "AWS::Cognito::UserPool"


def look(subject: Subject) -> Iterator[Looked]:
    """Each authorizer, and each of the base's that is gone or of another kind."""
    for stack in subject.candidate.of_stages():
        for authorizer in stack.all(AUTHORIZER):
            old = subject.before(authorizer)
            yield looked(
                authorizer, *_always(stack, authorizer), *_since(old, authorizer), _code(subject, stack, authorizer)
            )


def _always(stack: Stack, authorizer: Resource) -> Iterator[Wrong]:
    kind = authorizer.at("Type")
    sources = _sources(authorizer)
    if kind == POOLS:
        for pool in listed(authorizer.at("ProviderARNs")) or [None]:
            target = stack.target(pool)
            if target is None or target.type != USER_POOL:
                yield Wrong(f"it trusts {said(pool)}, which is no user pool of this stage", "ProviderARNs")
    elif kind not in (TOKEN, REQUEST):
        yield Wrong(f"it is of type {said(kind)}, which asks nobody", "Type")
    kept = number(authorizer.at("AuthorizerResultTtlInSeconds"))
    kept = LONGEST if kept is None else kept
    if kept > LONGEST:
        told = f"its answers are kept for {kept:g} s, at most {LONGEST} are right"
        yield Wrong(told, "AuthorizerResultTtlInSeconds")
    if HEADER not in sources and (kind != REQUEST or kept > 0):
        told = f"callers are told apart by {', '.join(sorted(sources)) or 'nothing'}, not by their token"
        yield Wrong(told, "IdentitySource")
    if any(".querystring." in source for source in sources):
        yield Wrong("a token stands in the address, where every log keeps it", "IdentitySource")


def _since(old: Resource | None, new: Resource) -> Iterator[Wrong | None]:
    if old is None:
        return
    yield differs(new, old, "Type")
    yield grew(new, old, "AuthorizerResultTtlInSeconds")
    yield differs(new, old, "IdentityValidationExpression")
    gone = _sources(old) - _sources(new)
    if gone:
        yield Wrong(f"it no longer asks for {', '.join(sorted(gone))}", "IdentitySource")
    was, now = (tuple(names_in(each.at("AuthorizerUri"))) for each in (old, new))
    if was != now:
        told = f"another function answers: {changed(', '.join(was[:1]), ', '.join(now[:1]) or None)}"
        yield Wrong(told, "AuthorizerUri")


def _code(subject: Subject, stack: Stack, authorizer: Resource) -> Note | None:
    """A note if the function behind the authorizer starts elsewhere in its code: who approves should read it."""
    for name in names_in(authorizer.at("AuthorizerUri")):
        alias = stack.resources.get(name)
        version = stack.target(alias.at("FunctionVersion")) if alias else None
        function = stack.target(alias.at("FunctionName")) if alias else None
        function = function or (stack.target(version.at("FunctionName")) if version else None)
        old = subject.before(function) if function else None
        if function and old and old.at("Handler") != function.at("Handler"):
            return Note(f"its function starts elsewhere: {changed(old.at('Handler'), function.at('Handler'))}")
    return None


def _sources(authorizer: Resource) -> frozenset[str]:
    """What an answer is kept by. Names of headers are without case."""
    text = authorizer.at("IdentitySource")
    return frozenset(part.strip().lower() for part in text.split(",")) if isinstance(text, str) else frozenset()

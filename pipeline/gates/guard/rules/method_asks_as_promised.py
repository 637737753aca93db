"""Each method of the API asks of its callers what the contract promises."""

from collections.abc import Iterator, Mapping

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.api import AUTHORIZER
from pipeline.gates.guard.facts.methods import Method, methods_of
from pipeline.gates.guard.facts.promise import Promised, promised
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="authorization",
    what="Each method asks who is calling as contracts/openapi.yaml promises, and only listed ones ask nobody",
    why="whoever finds the address reads and changes what is other people's",
    fix="give it what is promised; if anybody may ask, promise that and list it in pipeline/gates/guard/doors.toml",
    models="Z01, Z02, B16: AuthorizationType NONE, a key in place of a token, scopes dropped; CWE-306",
    needs="every stage",
)
KINDS = {"COGNITO_USER_POOLS": ("COGNITO_USER_POOLS",), "CUSTOM": ("TOKEN", "REQUEST")}
"""The types of authorizer that may stand behind an authorization type."""
REST_API, BODIES = "AWS::ApiGateway::RestApi", ("Body", "BodyS3Location")


def look(subject: Subject) -> Iterator[Looked]:
    """Each method, and each API whose methods stand where nobody can look."""
    promises = promised(subject.promise)
    for stack in subject.candidate.of_stages():
        for api in stack.all(REST_API):
            hidden = next((name for name in BODIES if api.at(name) is not None), None)
            yield looked(api, Wrong("its methods stand in a document that no rule reads", hidden) if hidden else None)
        for method in methods_of(stack):
            if not method.is_preflight:
                is_new = subject.base is not None and subject.before(method.resource) is None
                said = _said(subject, method, promises.get(method.route), is_new=is_new)
                yield looked(method.resource, *said, _authorizer(stack, method))


def _said(subject: Subject, method: Method, promise: Promised | None, *, is_new: bool) -> Iterator[Wrong | Note]:
    if promise is None:
        yield Wrong(f"{method.route} is answered and not promised", fix="promise it in contracts/openapi.yaml")
    elif promise.is_public and not subject.doors.is_public(method.route):
        yield Wrong(f"{method.route} is promised to anybody, and not listed as public", "AuthorizationType")
    elif promise.is_public and is_new and method.is_open:
        yield Note(f"{method.route} is new, and anybody may ask it", "AuthorizationType")
    elif not promise.is_public:
        wrongs = [list(_lacks(subject, method, way)) for way in promise.ways]
        yield from min(wrongs, key=len)


def _authorizer(stack: Stack, method: Method) -> Wrong | None:
    """Wrong if what the method asks is no authorizer of this stack, or one of another kind."""
    kinds = KINDS.get(method.authorization)
    if kinds is None:
        return None
    named = stack.target(method.resource.at("AuthorizerId"))
    if named and named.type == AUTHORIZER and named.at("Type") in kinds:
        return None
    return Wrong(f"{method.route} asks an authorizer that is not there, or of another kind", "AuthorizerId")


def _lacks(subject: Subject, method: Method, way: Mapping[str, frozenset[str]]) -> Iterator[Wrong]:
    """What the method does not ask of what one way to say who one is asks."""
    for name, scopes in way.items():
        scheme = subject.doors.scheme.get(name)
        if scheme is None:
            yield Wrong(f"{method.route} is promised by {name}, of which doors.toml says nothing")
            continue
        if scheme.authorization and method.authorization != scheme.authorization:
            told = f"{method.route} asks by {method.authorization}, promised is {name}: {scheme.authorization}"
            yield Wrong(told, "AuthorizationType")
        expected = scopes or frozenset(scheme.scopes)
        if scheme.authorization == method.authorization == "COGNITO_USER_POOLS" and method.scopes != expected:
            told = f"{method.route} takes tokens of scope {_told(method.scopes)}, promised is {_told(expected)}"
            yield Wrong(told, "AuthorizationScopes")
        if scheme.api_key and not method.asks_for_key:
            yield Wrong(f"{method.route} asks for no key, promised is {name}", "ApiKeyRequired")


def _told(scopes: frozenset[str]) -> str:
    return ", ".join(sorted(scopes)) or "none at all"

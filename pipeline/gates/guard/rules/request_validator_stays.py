"""What the API checks before a function is asked, it goes on checking."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.facts.api import METHOD
from pipeline.gates.guard.facts.numbers import is_on
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, names_in
from pipeline.gates.openapi.node import Json, mapped

ABOUT = About(
    kind="authorization",
    what="Every method has a request validator, which checks the body where there is a model, and parameters",
    why="anything reaches the function then, costs its time, and meets code that trusts what was checked before",
    fix="bring back request_validator and request_models of the method (pipeline/cloud/service/api.py)",
    models="I32: the request validator removed on one method",
    needs="every stage",
)
VALIDATOR, BODY, PARAMETERS = "RequestValidatorId", "ValidateRequestBody", "ValidateRequestParameters"
PREFLIGHT = "OPTIONS"


def look(subject: Subject) -> Iterator[Looked]:
    """Each method but those that answer preflights."""
    for stack in subject.candidate.of_stages():
        before = subject.stack_before(stack)
        for method in stack.all(METHOD):
            if method.at("HttpMethod") != PREFLIGHT:
                old = subject.before(method)
                yield looked(method, *_invariants(stack, method, old), *_against(before, old, stack, method))


def _invariants(stack: Stack, method: Resource, old: Resource | None) -> Iterator[Wrong]:
    validator = stack.target(method.at(VALIDATOR))
    if validator is None:
        was = old.at(VALIDATOR) if old else None
        yield Wrong(f"nothing checks its requests: {changed(was, method.at(VALIDATOR))}", VALIDATOR)
        return
    if not is_on(validator.at(PARAMETERS)):
        yield Wrong(f"{validator.logical_id} checks no parameters", VALIDATOR)
    if method.at("RequestModels") and not is_on(validator.at(BODY)):
        yield Wrong(f"{validator.logical_id} does not check the body that it has a model for", VALIDATOR)


def _against(before: Stack | None, old: Resource | None, stack: Stack, method: Resource) -> Iterator[Wrong]:
    if before is None or old is None:
        return
    for kind, model in mapped(old.at("RequestModels")).items():
        now = mapped(method.at("RequestModels")).get(kind)
        if now is None:
            yield Wrong(f"bodies of {kind} have no model any more: {changed(model, now)}", "RequestModels")
        elif _looser(_schema(before, model), _schema(stack, now)):
            yield Wrong(f"bodies of {kind} are not checked any more: {changed(model, now)}", "RequestModels")
    for name, needed in mapped(old.at("RequestParameters")).items():
        now = mapped(method.at("RequestParameters")).get(name)
        if is_on(needed) and not is_on(now):
            yield Wrong(f"{name} may be left out: {changed(needed, now)}", "RequestParameters")


def _schema(stack: Stack, model: Json) -> Json:
    named = next((stack.resources.get(name) for name in names_in(model)), None)
    return named.at("Schema") if named else None


def _looser(old: Json, new: Json) -> bool:
    """Whether a schema said something of bodies, and says nothing now."""
    return bool(old) and not new

"""The gateway turns away what has not the promised form, on every method."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.comparing import is_true
from pipeline.gates.guard.facts.methods import Method, methods_of
from pipeline.gates.guard.facts.promise import Promised, promised
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.openapi.node import Json, mapped

ABOUT = About(
    kind="authorization",
    what="Each method has a validator of its parameters, and of its body by a model where one is promised",
    why="what should have been turned away at the door reaches code that was never tried with it",
    fix="give the method its request validator and its body's model back",
    models="I32: the request validator removed on one method; CWE-20",
    needs="every stage",
)
SAYS = ("type", "properties", "$ref", "allOf", "anyOf", "oneOf")
"""Words of a schema of which one must be there for it to say anything."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each method that is no preflight."""
    promises = promised(subject.promise)
    for stack in subject.candidate.of_stages():
        before = subject.stack_before(stack)
        known = {method.route: method for method in methods_of(before)} if before else {}
        for method in methods_of(stack):
            if not method.is_preflight:
                promise, old = promises.get(method.route), known.get(method.route)
                yield looked(method.resource, *_wrong(stack, method, promise), *_since(promise, old, method))


def _wrong(stack: Stack, method: Method, promise: Promised | None) -> Iterator[Wrong]:
    validator = stack.target(method.resource.at("RequestValidatorId"))
    if validator is None or not is_true(validator.at("ValidateRequestParameters")):
        yield Wrong(f"nobody looks at the parameters of {method.route}", "RequestValidatorId")
    if promise and promise.has_body:
        if validator is None or not is_true(validator.at("ValidateRequestBody")):
            yield Wrong(f"nobody looks at the body of {method.route}", "RequestValidatorId")
        models = mapped(method.resource.at("RequestModels"))
        if not models or not all(_says_something(stack, model) for model in models.values()):
            yield Wrong(f"no model says what the body of {method.route} may be", "RequestModels")


def _says_something(stack: Stack, model: Json) -> bool:
    target = stack.target(model)
    return target is not None and any(word in mapped(target.at("Schema")) for word in SAYS)


def _since(promise: Promised | None, old: Method | None, new: Method) -> Iterator[Wrong]:
    if not (promise and old):
        return
    now = mapped(new.resource.at("RequestParameters"))
    for name, needed in mapped(old.resource.at("RequestParameters")).items():
        place, _, bare = name.removeprefix("method.request.").partition(".")
        if is_true(needed) and not is_true(now.get(name)) and promise.needs(place, bare):
            yield Wrong(f"{new.route} is answered without {bare}, which is promised to be needed", "RequestParameters")

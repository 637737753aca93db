"""What is sent to the API reaches whoever answers as it did in the base, and so do the answers."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.api import METHOD
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed
from pipeline.gates.openapi.node import Json, listed, texts

ABOUT = About(
    kind="network",
    what="The gateway takes the same bodies for text as in the base, and unpacks, packs and converts no more of them",
    why="functions get base64 or other bytes than were signed, and validators and templates see nothing at all",
    fix="leave it; a method that takes files wants its own type of media, not `*/*`, and a waiver",
    models="BinaryMediaTypes of everything; compression or conversion turned on for bodies that are signed",
    needs="every stage",
)
API = "AWS::ApiGateway::RestApi"
BINARY, PACKED, CONVERTED = "BinaryMediaTypes", "MinimumCompressionSize", "ContentHandling"
"""API Gateway developer guide, "Binary media types for REST APIs" (what is binary goes to a function in base64, and
past a template), "Payload compression for REST APIs" (bodies are unpacked before they are mapped)."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each API and each method; what is new in it was made for what it takes."""
    for resource in subject.of_candidate(API, METHOD):
        old = subject.before(resource)
        if old is None or old.type != resource.type:
            yield looked(resource)
        elif resource.type == API:
            yield looked(resource, *_api(old, resource))
        else:
            yield looked(resource, *_method(old, resource))


def _api(old: Resource, new: Resource) -> Iterator[Wrong]:
    was, now = sorted(texts(old.at(BINARY))), sorted(texts(new.at(BINARY)))
    if was != now:
        told = changed(", ".join(was) or None, ", ".join(now) or None)
        yield Wrong(f"other bodies are binary: {told}", BINARY)
    if _size(old) != _size(new):
        told = changed(old.at(PACKED), new.at(PACKED))
        yield Wrong(f"bodies are packed and unpacked from another size on: {told}", PACKED)


def _size(api: Resource) -> str:
    return str(api.at(PACKED))


def _method(old: Resource, new: Resource) -> Iterator[Wrong]:
    was, now = _conversions(old), _conversions(new)
    if was != now:
        yield Wrong(f"bodies are converted in another way: {changed(was, now)}", f"Integration.{CONVERTED}")


def _conversions(method: Resource) -> list[Json]:
    """Of what is asked, and of each answer that is converted."""
    answers = [at(each, CONVERTED) for each in listed(method.at("Integration", "IntegrationResponses"))]
    return [method.at("Integration", CONVERTED), *(each for each in answers if each is not None)]

"""What is sent to the API reaches whoever answers as it did in the base, and so do the answers."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
    Change,
    Template,
    first,
    found,
    look,
    new_in,
    release,
    update,
)

RULE = "bodies_pass_unchanged"
API = "ApiGateway::RestApi"


def api(**settings: Any) -> Change:
    return lambda document: first(document, API)["Properties"].update(settings)


def converted(document: Template) -> None:
    integration = queued(document)
    integration["ContentHandling"] = "CONVERT_TO_BINARY"


def an_answer_converted(document: Template) -> None:
    queued(document)["IntegrationResponses"][0]["ContentHandling"] = "CONVERT_TO_TEXT"


def queued(document: Template) -> Template:
    """The integration that writes into a queue."""
    return next(
        each["Properties"]["Integration"]
        for each in document["Resources"].values()
        if each["Type"] == "AWS::ApiGateway::Method" and each["Properties"]["Integration"]["Type"] == "AWS"
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (api(BinaryMediaTypes=["*/*"]), "other bodies are binary: was nothing, is */*"),
        (api(BinaryMediaTypes=["application/json"]), "other bodies are binary"),
        (api(MinimumCompressionSize=0), "bodies are packed and unpacked from another size on: was nothing, is 0"),
        (converted, "bodies are converted in another way"),
        (an_answer_converted, "bodies are converted in another way"),
    ],
)
def test_other_bodies_are_told(real: Assembly, change: Change, words: str) -> None:
    (told,) = new_in(RULE, real, change)
    assert words in told.what


@pytest.mark.parametrize(
    ("old", "new", "findings"),
    [
        ({"BinaryMediaTypes": ["image/png", "image/jpeg"]}, {"BinaryMediaTypes": ["image/jpeg", "image/png"]}, 0),
        ({"BinaryMediaTypes": ["image/png"]}, {}, 1),
        ({"MinimumCompressionSize": 1_024}, {"MinimumCompressionSize": "1024"}, 0),
        ({"MinimumCompressionSize": 1_024}, {}, 1),
        ({"Description": "a"}, {"Description": "b"}, 0),
    ],
)
def test_an_api_takes_what_it_took(old: Any, new: Any, findings: int) -> None:
    assert len(found(RULE, update(API, old, new))) == findings


def test_the_release_as_it_is_passes_bodies(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked > 90, part.findings) == (True, ())
    assert found(RULE, release(real)) == ()

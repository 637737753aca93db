"""What readers of events rely on, against the schemas: every field that a pact names is one that is always sent.

A pact is verified of one event of each kind. The schema says what all of them hold.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.gates.breaking import EVENTS, SUFFIX
from pipeline.gates.openapi.lines import line_of
from pipeline.gates.openapi.node import Document, Json, join, mapped, texts
from pipeline.gates.openapi.reading import parsed
from pipeline.gates.openapi.schema import flattened
from pipeline.gates.pacts.pact import Pact
from pipeline.record.verdict import Finding

KIND = "detail-type"
"""The metadata of a message that says which event it is (EventBridge's name for it)."""
_FIX = "promise the field, and require it; or have the reader live without it"


def unpromised(pacts: Iterable[Pact], root: Path) -> Iterator[Finding]:
    """The fields that a reader relies on and no schema of `root` promises; GateBroke for a schema that is none."""
    for pact in pacts:
        for interaction in pact.interactions:
            kind = mapped(interaction.get("metadata")).get(KIND)
            if isinstance(kind, str):
                yield from _of_event(pact.consumer, kind, _content(interaction), root)


def _of_event(reader: str, kind: str, content: Json, root: Path) -> Iterator[Finding]:
    name = EVENTS / f"{kind}{SUFFIX}"
    if not (root / name).is_file():
        yield Finding(f"{name}:1", f"event-unpromised: {reader} relies on {kind}, which no schema promises", _FIX)
        return
    document = Document(parsed(root / name))
    for at, field, why in missing(content, document, document.root, ""):
        line = line_of((root / name).read_text(encoding="utf-8"), at)
        yield Finding(f"{name}:{line}", f"field-unpromised: {reader} relies on {field}, which is {why} (#{at})", _FIX)


def _content(interaction: dict[str, Any]) -> Json:
    """The body of a message, as V4 (`contents.content`) and V3 (`contents`) write it."""
    contents: Json = interaction.get("contents")
    return contents["content"] if isinstance(contents, dict) and "contentType" in contents else contents


def missing(content: Json, document: Document, schema: Json, at: str) -> Iterator[tuple[str, str, str]]:
    """Where `schema` does not promise what `content` has: the pointer, the field, and what is wrong with it."""
    if isinstance(content, list):
        found, at = document.resolve(schema, at)
        for each in content:
            yield from missing(each, document, found.get("items", {}), join(at, "items"))
    if not isinstance(content, dict):
        return
    found, at = document.resolve(schema, at)
    found = flattened(found, document, at)
    fields = mapped(found.get("properties"))
    for name, inner in content.items():
        if name not in fields:
            yield at, name, "not promised"
        elif name not in texts(found.get("required")):
            yield join(at, "properties", name), name, "not always sent"
        else:
            yield from missing(inner, document, fields[name], join(at, "properties", name))

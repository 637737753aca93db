"""Compares two versions of an event's JSON Schema. We write events and others read them: the direction of an answer."""

from datetime import date

from pipeline.gates.openapi.change import Change, Direction
from pipeline.gates.openapi.node import Document, Json
from pipeline.gates.openapi.schema import Schemas


def diff_event(base: Json, new: Json, today: date) -> tuple[Change, ...]:
    """Every difference that readers of `base` can notice in `new`, sorted, each told once."""
    schemas = Schemas(Document(base), Document(new), Direction.RESPONSE, today)
    return tuple(sorted(set(schemas.compare(base, new, "", ""))))

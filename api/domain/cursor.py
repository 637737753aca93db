"""What a cursor says and when it still holds. How it is signed is api/adapters/cursors.py's affair."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from api.domain.errors import InvalidCursor
from api.domain.model import Position

LIFETIME: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a cursor is good for: one caller and one query (its operation and every parameter that shapes it)."""

    caller: str
    operation: str
    parameters: Mapping[str, str]

    def digest(self) -> bytes:
        """32 bytes that differ for another caller or another query."""
        plain = json.dumps([self.caller, self.operation, dict(self.parameters)], sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(plain.encode()).digest()


def payload(position: Position, now: datetime) -> bytes:
    """The position and the second it expires, as JSON."""
    expires = int((now + LIFETIME).timestamp())
    return json.dumps({"k": dict(position.key), "x": expires}, sort_keys=True, separators=(",", ":")).encode()


def position(payload: bytes, now: datetime) -> Position:
    """The position in an authentic payload; InvalidCursor if it has expired."""
    content = json.loads(payload)
    if now.timestamp() >= content["x"]:
        raise InvalidCursor
    return Position(content["k"])

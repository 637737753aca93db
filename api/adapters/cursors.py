"""Cursors that nobody can forge, change or hand on.

A cursor is base64url(HMAC-SHA-256 + payload). The scope (caller and query) is signed with the payload but not in it, so
a cursor of another caller or another query fails exactly as a forged one does, and says nothing about anyone.
"""

import base64
import binascii
import hmac
from collections.abc import Callable
from typing import Final

from api.domain import cursor
from api.domain.cursor import Scope
from api.domain.errors import InvalidCursor
from api.domain.model import Position
from api.domain.ports import Clock

_MAC_BYTES: Final = 32


class SignedCursors:
    """api.domain.ports.Cursors. `key` is asked for at each use, so that a rotated one is taken up."""

    def __init__(self, key: Callable[[], bytes], clock: Clock) -> None:
        self._key = key
        self._clock = clock

    def seal(self, position: Position, scope: Scope) -> str:
        """The text for a position, good for an hour."""
        payload = cursor.payload(position, self._clock())
        return base64.urlsafe_b64encode(self._mac(payload, scope) + payload).rstrip(b"=").decode()

    def open(self, text: str, scope: Scope) -> Position:
        """The position; InvalidCursor unless it was sealed for this scope and has not expired."""
        try:
            sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidCursor from error
        mac, payload = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(payload, scope)):
            raise InvalidCursor
        return cursor.position(payload, self._clock())

    def _mac(self, payload: bytes, scope: Scope) -> bytes:
        return hmac.digest(self._key(), scope.digest() + payload, "sha256")

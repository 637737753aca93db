"""Cursors that nobody can forge, change or hand on.

A cursor is base64url(HMAC-SHA-256 + payload). The scope (caller and query) is signed with the payload but not in it, so
a cursor of another caller or another query fails exactly as a forged one does, and says nothing about anyone. A cursor
that was signed before the key rotated is good for the rest of its hour.
"""

import base64
import binascii
import hmac
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from api.domain import cursor
from api.domain.cursor import Scope
from api.domain.errors import InvalidCursor
from api.domain.model import Position
from api.domain.ports import Clock

_MAC_BYTES: Final = 32


class SignedCursors:
    """api.domain.ports.Cursors. `key` is asked for at each use, so that a rotated one is taken up.

    `others` are keys that have signed too; they are asked for only if `key` does not verify a cursor.
    """

    def __init__(self, key: Callable[[], bytes], clock: Clock, others: Callable[[], Iterable[bytes]] = tuple) -> None:
        self._key = key
        self._clock = clock
        self._others = others

    def seal(self, position: Position, scope: Scope) -> str:
        """The text for a position, good for an hour."""
        payload = cursor.payload(position, self._clock())
        return base64.urlsafe_b64encode(_mac(self._key(), payload, scope) + payload).rstrip(b"=").decode()

    def open(self, text: str, scope: Scope) -> Position:
        """The position; InvalidCursor unless it was sealed for this scope and has not expired."""
        try:
            sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidCursor from error
        mac, payload = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:]
        if not any(hmac.compare_digest(mac, _mac(key, payload, scope)) for key in self._keys()):
            raise InvalidCursor
        return cursor.position(payload, self._clock())

    def _keys(self) -> Iterator[bytes]:
        yield self._key()
        yield from self._others()


def _mac(key: bytes, payload: bytes, scope: Scope) -> bytes:
    return hmac.digest(key, scope.digest() + payload, "sha256")

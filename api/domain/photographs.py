"""Photographs of claims: what has been uploaded is recorded with its claim, or taken away again.

Whoever uploads says what it is; here it is looked at how it begins. Pure: the first bytes are passed in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from typing import Final

from api.domain.ports import Clock, PhotographedClaims, Uploads

LARGEST: Final = 10 * 1024 * 1024
MOST: Final = 10
"""So many photographs a claim may have."""
BEGINNING: Final = 16
"""So many bytes tell what a file is."""

_PLACE: Final = re.compile(
    r"claims/(?P<customer>[A-Za-z0-9:_-]{1,128})/(?P<order>[0-7][0-9A-HJKMNP-TV-Z]{25})"
    r"/(?P<claim>[0-7][0-9A-HJKMNP-TV-Z]{25})/(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,99})"
)
_BEGINNINGS: Final[Mapping[str, re.Pattern[bytes]]] = {
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "image/heic": re.compile(rb"....ftyp(heic|heix|mif1)", re.DOTALL),
}


@dataclass(frozen=True, slots=True)
class Uploaded:
    """An object that somebody has put into the bucket; `size` in bytes, `version` "" if nobody has said which."""

    key: str
    size: int
    version: str


@dataclass(frozen=True, slots=True)
class Photograph:
    """One photograph of a claim. Its name is the customer's own, unique in the claim."""

    customer: str
    order_id: str
    claim_id: str
    name: str
    media_type: str
    size: int
    received_at: datetime


class Kept(StrEnum):
    """What became of a photograph that was to be recorded."""

    NEW = auto()
    KNOWN = auto()
    FULL = auto()
    """The claim has as many as it may have."""
    NO_CLAIM = auto()
    """There is no such claim of this customer."""


class Received(StrEnum):
    """What became of an upload. All but the first three were taken away."""

    RECORDED = auto()
    KNOWN = auto()
    GONE = auto()
    """It is there no more: it was taken away before, or replaced."""
    NO_CLAIM = auto()
    TOO_LARGE = auto()
    NO_PHOTOGRAPH = auto()
    TOO_MANY = auto()


def media_type(beginning: bytes) -> str | None:
    """What a file is that begins so; None if it is no photograph that we take."""
    return next((name for name, pattern in _BEGINNINGS.items() if pattern.match(beginning)), None)


@dataclass(frozen=True, slots=True)
class Receiving:
    """The way from an upload to a claim that knows of it."""

    uploads: Uploads
    claims: PhotographedClaims
    clock: Clock

    def receive(self, uploaded: Uploaded) -> Received:
        """Record it, or take it away. Again, it changes nothing. Raises Busy."""
        received = self._looked_at(uploaded)
        if received not in (Received.RECORDED, Received.KNOWN, Received.GONE):
            self.uploads.remove(uploaded)
        return received

    def _looked_at(self, uploaded: Uploaded) -> Received:
        place = _PLACE.fullmatch(uploaded.key)
        if place is None:
            return Received.NO_CLAIM
        if not 0 < uploaded.size <= LARGEST:
            return Received.TOO_LARGE if uploaded.size else Received.NO_PHOTOGRAPH
        beginning = self.uploads.beginning(uploaded, BEGINNING)
        if beginning is None:
            return Received.GONE
        found = media_type(beginning)
        if found is None:
            return Received.NO_PHOTOGRAPH
        customer, order_id, claim_id, name = place.group("customer", "order", "claim", "name")
        kept = self.claims.photographed(
            Photograph(customer, order_id, claim_id, name, found, uploaded.size, self.clock()), MOST
        )
        return _RECEIVED[kept]


_RECEIVED: Final[Mapping[Kept, Received]] = {
    Kept.NEW: Received.RECORDED,
    Kept.KNOWN: Received.KNOWN,
    Kept.FULL: Received.TOO_MANY,
    Kept.NO_CLAIM: Received.NO_CLAIM,
}

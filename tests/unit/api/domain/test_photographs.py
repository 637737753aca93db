"""Photographs of claims: recorded with their claim, or taken away."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.photographs import (
    BEGINNING,
    LARGEST,
    MOST,
    Kept,
    Photograph,
    Received,
    Receiving,
    Uploaded,
    media_type,
)
from tests.unit.api.domain.examples import LATER, ORDER_ID

CLAIM = "01JDA7C0R00000000000000005"
FOLDER = f"claims/ann/{ORDER_ID}/{CLAIM}/"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x02\x00\x00\x01"
BEGINNINGS = {
    "image/jpeg": JPEG,
    "image/png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "image/webp": b"RIFF\x0a\x0d\x00\x00WEBPVP8 ",
    "image/heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00",
}
TAKEN_BY_CAMERAS = {
    "a camera (JFIF)": ("image/jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"),
    "a telephone (Exif)": ("image/jpeg", b"\xff\xd8\xff\xe1\x1c\x45Exif\x00\x00"),
    "an editor (a table first)": ("image/jpeg", b"\xff\xd8\xff\xdb\x00\x43\x00\x08"),
    "a screenshot": ("image/png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    "a messenger (lossy)": ("image/webp", b"RIFF\x0a\x0d\x00\x00WEBPVP8 "),
    "a messenger (lossless)": ("image/webp", b"RIFF\n\n\n\nWEBPVP8L"),
    "a messenger (with more)": ("image/webp", b"RIFF\xff\x00\x0a\x00WEBPVP8X"),
    "a telephone (heic)": ("image/heic", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"),
    "a telephone (ten bits)": ("image/heic", b"\x00\x00\x00\x24ftypheix\x00\x00\x00\x00"),
    "a telephone (mif1)": ("image/heic", b"\x00\x00\x00\x0aftypmif1\x00\x00\x00\x00"),
}
"""How the four kinds of the promise (openClaim) begin, whichever camera they are of: T.81 B.1.1.3 (any marker may be
the first), PNG 5.2, RFC 9649 2.4, and ISO/IEC 23008-12 10.2 and B.4, whose brands of a picture are mif1, heic, heix."""


@dataclass
class Desk:
    """A bucket, the claims, and whoever looks at what arrives."""

    objects: dict[str, bytes] = field(default_factory=dict)
    claims: frozenset[tuple[str, str, str]] = frozenset({("ann", ORDER_ID, CLAIM)})
    recorded: dict[str, Photograph] = field(default_factory=dict)

    def beginning(self, uploaded: Uploaded, count: int) -> bytes | None:
        content = self.objects.get(uploaded.key)
        return None if content is None else content[:count]

    def remove(self, uploaded: Uploaded) -> None:
        self.objects.pop(uploaded.key, None)

    def photographed(self, photograph: Photograph, most: int) -> Kept:
        if (photograph.customer, photograph.order_id, photograph.claim_id) not in self.claims:
            return Kept.NO_CLAIM
        if photograph.name in self.recorded:
            return Kept.KNOWN
        if len(self.recorded) >= most:
            return Kept.FULL
        self.recorded[photograph.name] = photograph
        return Kept.NEW

    def receive(self, key: str, size: int | None = None) -> Received:
        size = len(self.objects.get(key, b"")) if size is None else size
        return Receiving(self, self, lambda: LATER).receive(Uploaded(key, size, ""))

    def put(self, name: str = "door.jpg", content: bytes = JPEG, folder: str = FOLDER) -> str:
        self.objects[folder + name] = content
        return folder + name


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("kind", BEGINNINGS)
def test_a_photograph_is_recorded_with_its_claim_once(desk: Desk, kind: str) -> None:
    key = desk.put(content=BEGINNINGS[kind])
    assert [desk.receive(key) for _ in range(2)] == [Received.RECORDED, Received.KNOWN]
    size = len(BEGINNINGS[kind])
    assert desk.recorded == {"door.jpg": Photograph("ann", ORDER_ID, CLAIM, "door.jpg", kind, size, LATER)}
    assert key in desk.objects


@pytest.mark.parametrize(("kind", "beginning"), TAKEN_BY_CAMERAS.values(), ids=TAKEN_BY_CAMERAS)
def test_no_photograph_of_a_promised_kind_is_thrown_away(desk: Desk, kind: str, beginning: bytes) -> None:
    key = desk.put(content=beginning)
    assert desk.receive(key) is Received.RECORDED
    assert ([each.media_type for each in desk.recorded.values()], set(desk.objects)) == ([kind], {key})


@pytest.mark.parametrize(
    "content",
    [
        b"<html>",
        b"%PDF-1.7",
        b"MZ",
        b"GIF89a",
        b"\xff\xd8",
        b"RIFF\0\0\0\0WAVE",
        b"PK\3\4",
        b"\0\0\0\x18ftypmp42\0\0\0\0",
        b"\0\0\0\x18ftypqt  \0\0\0\0",
    ],
)
def test_what_is_no_photograph_is_taken_away_whatever_it_is_called(desk: Desk, content: bytes) -> None:
    key = desk.put(content=content)
    assert desk.receive(key) is Received.NO_PHOTOGRAPH
    assert (desk.objects, desk.recorded) == ({}, {})


def test_an_empty_file_is_none(desk: Desk) -> None:
    assert desk.receive(desk.put(content=b"")) is Received.NO_PHOTOGRAPH
    assert desk.objects == {}


def test_what_is_too_large_is_taken_away_without_a_look(desk: Desk) -> None:
    assert desk.receive(desk.put("a.jpg"), LARGEST) is Received.RECORDED
    assert desk.receive(desk.put("b.jpg"), LARGEST + 1) is Received.TOO_LARGE
    assert set(desk.objects) == {f"{FOLDER}a.jpg"}


@pytest.mark.parametrize(
    "key",
    [
        f"claims/ben/{ORDER_ID}/{CLAIM}/door.jpg",
        f"claims/ann/{CLAIM}/{CLAIM}/door.jpg",
        f"claims/ann/{ORDER_ID}/{ORDER_ID}/door.jpg",
        f"{FOLDER}more/door.jpg",
        f"{FOLDER}",
        f"{FOLDER}.hidden",
        f"{FOLDER}{'x' * 101}",
        f"{FOLDER}d\u00f6rr.jpg",
        "door.jpg",
        "",
    ],
)
def test_what_belongs_to_no_claim_is_taken_away(desk: Desk, key: str) -> None:
    desk.objects[key] = JPEG
    assert desk.receive(key) is Received.NO_CLAIM
    assert (desk.objects, desk.recorded) == ({}, {})


def test_a_claim_has_ten_photographs_and_no_more(desk: Desk) -> None:
    keys = [desk.put(f"{number}.jpg") for number in range(MOST + 1)]
    assert [desk.receive(key) for key in keys] == [Received.RECORDED] * MOST + [Received.TOO_MANY]
    assert set(desk.objects) == set(keys[:-1])


def test_what_is_gone_is_left_so(desk: Desk) -> None:
    assert desk.receive(f"{FOLDER}door.jpg", 100) is Received.GONE
    assert desk.recorded == {}


@given(st.binary(max_size=BEGINNING))
def test_any_beginning_is_a_photograph_s_or_none(beginning: bytes) -> None:
    assert media_type(beginning) in {None, *BEGINNINGS}

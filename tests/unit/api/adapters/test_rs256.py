"""RS256 takes what the key has signed, in its one form, and nothing that only looks like it."""

import hashlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.adapters.rs256 import PublicKey, verifies
from tests.support.signing import E, signer

INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def key() -> PublicKey:
    return PublicKey(signer("a").n, E)


@given(st.binary(max_size=300))
@settings(max_examples=25, deadline=None)
def test_what_was_signed_is_verified(message: bytes) -> None:
    assert verifies(key(), message, signer("a").sign(message))


@given(message=st.binary(max_size=50), other=st.binary(max_size=50))
@settings(max_examples=25, deadline=None)
def test_another_message_is_not(message: bytes, other: bytes) -> None:
    assert verifies(key(), other, signer("a").sign(message)) is (message == other)


@given(st.integers(0, 2047))
@settings(max_examples=25, deadline=None)
def test_a_signature_with_any_bit_turned_over_is_not(bit: int) -> None:
    number = int.from_bytes(signer("a").sign(b"message")) ^ (1 << bit)
    assert not verifies(key(), b"message", number.to_bytes(256))


def test_another_keys_signature_is_not() -> None:
    assert not verifies(key(), b"message", signer("b").sign(b"message"))


def encoded(padding: bytes, info: bytes = INFO, digest: bytes | None = None, end: bytes = b"") -> bytes:
    """An encoded message that the key signs, right or wrong."""
    return padding + info + (hashlib.sha256(b"message").digest() if digest is None else digest) + end


RIGHT = b"\x00\x01" + b"\xff" * 202 + b"\x00"


def test_the_form_that_the_others_depart_from_is_right() -> None:
    assert verifies(key(), b"message", signer("a").raw(encoded(RIGHT)))


@pytest.mark.parametrize(
    "wrong",
    [
        encoded(b"\x00\x01" + b"\xff" * 8 + b"\x00", end=b"\xaa" * 194),
        encoded(b"\x00\x01" + b"\xff" * 194 + b"\x00", end=b"\x00" * 8),
        encoded(b"\x00\x02" + b"\xff" * 202 + b"\x00"),
        encoded(b"\x00\x01" + b"\xff" * 201 + b"\xfe\x00"),
        encoded(
            b"\x00\x01" + b"\xff" * 204 + b"\x00", info=bytes.fromhex("302f300b0609608648016503040201") + b"\x04\x20"
        ),
        encoded(b"\x00\x01" + b"\xff" * 221 + b"\x00", info=b""),
        encoded(RIGHT, info=bytes.fromhex("3031300d060960864801650304020205000420")),
        b"\x00" * 256,
        b"\x00" * 255 + b"\x01",
    ],
    ids=[
        "short padding and a tail",
        "a tail of zeros",
        "padding for encryption",
        "padding with another byte",
        "parameters left out",
        "no digest info",
        "another hash",
        "zero",
        "one",
    ],
)
def test_a_signed_message_of_another_form_is_not(wrong: bytes) -> None:
    """Forgeries of CVE-2006-4339 and its kin: the private operation is right, what it says is not."""
    assert len(wrong) == 256
    assert not verifies(key(), b"message", signer("a").raw(wrong))


@pytest.mark.parametrize("length", [0, 1, 255, 257, 512])
def test_a_signature_of_another_length_is_not(length: int) -> None:
    assert not verifies(key(), b"message", signer("a").sign(b"message").rjust(length, b"\0")[:length])


def test_a_signature_over_the_modulus_is_not() -> None:
    number = int.from_bytes(signer("a").sign(b"message")) + key().modulus
    if number < 2**2048:  # otherwise it has no 256 bytes, and the length says no
        assert not verifies(key(), b"message", number.to_bytes(256))
    assert not verifies(key(), b"message", key().modulus.to_bytes(256))


@pytest.mark.parametrize(
    ("change", "exponent"),
    [
        (lambda n: n, 3),
        (lambda n: n, 1),
        (lambda n: n >> 8 | 1, E),
        (lambda n: n << 1 | 1, E),
        (lambda n: n ^ 1, E),
        (lambda _: (1 << 8191) | 1, E),
        (lambda _: 0, E),
    ],
    ids=["exponent 3", "exponent 1", "too short", "no whole bytes", "even", "too long", "zero"],
)
def test_an_unusual_key_is_no_key(change: Callable[[int], int], exponent: int) -> None:
    with pytest.raises(ValueError, match="not used here"):
        PublicKey(change(signer("a").n), exponent)


def test_a_key_of_4096_bits_is_one() -> None:
    assert PublicKey((1 << 4095) | 1, E).size == 512

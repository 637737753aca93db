"""RSA keys and tokens for tests, made with the standard library: what a user pool does, for pools of our own.

The keys are made anew in each run, so none stands in this source. Never for anything but tests: nothing here is
constant in time.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

E = 65_537
_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
_SMALL_PRIMES = tuple(n for n in range(3, 2_000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2)))


@dataclass(frozen=True)
class Signer:
    """An RSA key pair and the id by which a JWKS knows it."""

    kid: str
    n: int
    d: int

    @property
    def size(self) -> int:
        """Bytes of a signature."""
        return self.n.bit_length() // 8

    def sign(self, message: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 with SHA-256."""
        told = _DIGEST_INFO + hashlib.sha256(message).digest()
        return self.raw(b"\x00\x01" + b"\xff" * (self.size - len(told) - 3) + b"\x00" + told)

    def raw(self, encoded: bytes) -> bytes:
        """The private operation on whatever is given, also on what nobody should sign."""
        return pow(int.from_bytes(encoded), self.d, self.n).to_bytes(self.size)

    def jwk(self, **other: str) -> dict[str, str]:
        """The public key as it stands in a JWKS."""
        key = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": self.kid, "n": number(self.n), "e": number(E)}
        return {**key, **other}

    def token(self, claims: Mapping[str, object], **header: object) -> str:
        """A token with these claims; `header` changes or adds some of its header."""
        told = {"alg": "RS256", "kid": self.kid, **header}
        signed = f"{part(told)}.{part(claims)}"
        return f"{signed}.{text(self.sign(signed.encode()))}"


@cache
def signer(kid: str, bits: int = 2048) -> Signer:
    """A key pair of this run, always the same for the same id."""
    while True:
        p, q = _prime(bits // 2), _prime(bits // 2)
        n, phi = p * q, (p - 1) * (q - 1)
        if n.bit_length() == bits and p != q and phi % E:
            return Signer(kid, n, pow(E, -1, phi))


def jwks(*signers: Signer) -> str:
    """The document in which a pool publishes its keys."""
    return json.dumps({"keys": [each.jwk() for each in signers]})


def part(content: Mapping[str, object]) -> str:
    """A part of a token."""
    return text(json.dumps(dict(content)).encode())


def text(content: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def number(value: int) -> str:
    """A number as a JWK has it."""
    return text(value.to_bytes((value.bit_length() + 7) // 8))


def _prime(bits: int) -> int:
    while True:
        candidate = secrets.randbits(bits) | (0b11 << (bits - 2)) | 1
        if all(candidate % small for small in _SMALL_PRIMES) and _is_probably_prime(candidate):
            return candidate


def _is_probably_prime(candidate: int, rounds: int = 20) -> bool:
    """Miller and Rabin."""
    odd, twos = candidate - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return all(_passes(candidate, odd, twos) for _ in range(rounds))


def _passes(candidate: int, odd: int, twos: int) -> bool:
    power = pow(secrets.randbelow(candidate - 3) + 2, odd, candidate)
    return power in (1, candidate - 1) or any(
        pow(power, 2**times, candidate) == candidate - 1 for times in range(1, twos)
    )

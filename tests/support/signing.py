"""RSA keys and tokens for tests: what a user pool does, for pools of our own.

The keys are made anew in each run, so none stands in this source. Never for anything but tests: nothing here is
constant in time.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

E = 65_537


@dataclass(frozen=True)
class Signer:
    """An RSA key pair and the id by which a JWKS knows it."""

    kid: str
    pair: rsa.RSAPrivateNumbers = field(repr=False)

    @property
    def n(self) -> int:
        """The modulus."""
        return self.pair.public_numbers.n

    @property
    def size(self) -> int:
        """Bytes of a signature."""
        return self.n.bit_length() // 8

    def sign(self, message: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 with SHA-256."""
        return self._key.sign(message, padding.PKCS1v15(), hashes.SHA256())

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return self.pair.private_key(unsafe_skip_rsa_key_validation=True)  # it comes from the same library

    def raw(self, encoded: bytes) -> bytes:
        """The private operation on whatever is given, also on what nobody should sign (RFC 8017, 5.1.2, 2b)."""
        number, pair = int.from_bytes(encoded), self.pair
        first, second = pow(number, pair.dmp1, pair.p), pow(number, pair.dmq1, pair.q)
        return (second + (first - second) * pair.iqmp % pair.p * pair.q).to_bytes(self.size)

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
    return Signer(kid, rsa.generate_private_key(public_exponent=E, key_size=bits).private_numbers())


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

"""Verifying RS256 (RFC 7518, section 3.3: RSASSA-PKCS1-v1_5 with SHA-256), and nothing else.

Only the public operation, on public numbers, so nothing here has to hide how long it takes. It is strict where
verifiers have been fooled: the whole encoded message is built and compared (RFC 8017, section 8.2.2), none of it is
parsed, so that no padding, digest info or trailing byte can be other than it must be (CVE-2006-4339, CVE-2016-1494).
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

LEAST_BITS: Final = 2048
MOST_BITS: Final = 4096
EXPONENT: Final = 65_537

_DIGEST_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
"""DER of SHA-256's algorithm identifier and the head of the digest (RFC 8017, section 9.2, note 1)."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An RSA key: ValueError unless its exponent is 65537 and its odd modulus has 2048 to 4096 bits, in whole bytes."""

    modulus: int
    exponent: int

    def __post_init__(self) -> None:
        bits = self.modulus.bit_length()
        if not LEAST_BITS <= bits <= MOST_BITS or bits % 8 or self.modulus % 2 == 0:
            raise ValueError(f"a modulus of {bits} bits is not used here")
        if self.exponent != EXPONENT:
            raise ValueError("another exponent than 65537 is not used here")

    @property
    def size(self) -> int:
        """Bytes of the modulus, and so of every signature."""
        return self.modulus.bit_length() // 8


def verifies(key: PublicKey, message: bytes, signature: bytes) -> bool:
    """Whether the signature is the key's on this message."""
    if len(signature) != key.size:
        return False
    number = int.from_bytes(signature)
    if number >= key.modulus:
        return False
    found = pow(number, key.exponent, key.modulus).to_bytes(key.size)
    return hmac.compare_digest(found, _encoded(message, key.size))


def _encoded(message: bytes, size: int) -> bytes:
    """EMSA-PKCS1-v1_5 (RFC 8017, section 9.2)."""
    told = _DIGEST_INFO + hashlib.sha256(message).digest()
    return b"\x00\x01" + b"\xff" * (size - len(told) - 3) + b"\x00" + told

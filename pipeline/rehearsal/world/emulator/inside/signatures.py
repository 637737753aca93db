"""Signatures of tokens are verified once: a client sends the same token with each of its requests.

What a token says, whether it has expired and who issued it is looked at each time.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

from pipeline.rehearsal.world.emulator.inside.seams import Seam

VERIFY = Seam("ministack.services.apigateway_v1", "_verify_rs256_signature", ("token", "jwk"))
SEAMS = (VERIFY,)

MOST_KNOWN = 2_000

type Verify = Callable[[str, Mapping[str, str]], bool]


def install() -> None:
    """Wrap the seam."""
    VERIFY.wrap(remembering)


def remembering(original: Verify) -> Verify:
    """The same verdict for the same token and the same public key, modulus and exponent."""

    @lru_cache(MOST_KNOWN)
    def verified(token: str, modulus: str, exponent: str) -> bool:
        return original(token, {"n": modulus, "e": exponent})

    return lambda token, jwk: verified(token, str(jwk.get("n", "")), str(jwk.get("e", "")))

"""How owner and emulator know each other, so that neither talks to a stranger's server on the same port.

The owner makes a secret and hands it over the child's standard input. Over HTTP the child then shows that it knows it
without saying it: it answers a fresh challenge with the keyed hash. Only then does the owner send the token, which is
itself derived, so that the secret never travels. Standard library only: both sides use this.
"""

import hmac
import secrets

TOKEN_HEADER = "x-slipway-token"  # noqa: S105  (a header's name)


def new_secret() -> str:
    """A secret for one emulator: 256 bits in hex."""
    return secrets.token_hex(32)


def proof(secret: str, challenge: str) -> str:
    """What only someone who knows the secret answers to the challenge."""
    return _keyed(secret, f"challenge:{challenge}")


def token(secret: str) -> str:
    """What a request to the emulator's own pages must carry."""
    return _keyed(secret, "token")


def same(left: str, right: str) -> bool:
    """Whether two proofs are equal, in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def _keyed(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), "sha256").hexdigest()

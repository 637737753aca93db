"""Secrets of known shapes never leave a gate."""

import pytest

from pipeline.gates.redact import MASK, redact

KEY = "AKIA" + "QYLPMN5HHHFPZAM2"
PEM = "-----BEGIN RSA " + "PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("told", "left"),
    [
        (f"found {KEY} in x", f"found {MASK} in x"),
        (f"{PEM}\nabc\n-----END RSA PRIVATE KEY----- after", f"{MASK} after"),
        (f"{PEM}\nnever ended", MASK),
        ("token " + "eyJhbGciOiJub25l" + ".eyJzdWIiOiJhbm4ifQ.c2ln", f"token {MASK}"),
        ("https://ann:" + "secret@example.com/x", f"https://{MASK}@example.com/x"),
        ("Authorization: Bearer abcdefghijkl.mnop", f"Authorization: Bearer {MASK}"),
        ("nothing of the kind: AKIA, api/x.py:3, a@b.c", "nothing of the kind: AKIA, api/x.py:3, a@b.c"),
    ],
    ids=["access key", "private key", "cut private key", "token", "address", "header", "harmless"],
)
def test_what_has_the_shape_of_a_secret_is_masked(told: str, left: str) -> None:
    assert redact(told) == left

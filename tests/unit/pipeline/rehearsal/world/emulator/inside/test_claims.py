"""Claims as a REST API hands them on."""

import pytest

from pipeline.rehearsal.world.emulator.inside.claims import as_text, usable


def test_claims_are_as_recorded_from_a_real_rest_api() -> None:
    claims = {
        "sub": "a993f745",
        "cognito:groups": ["admin", "staging-manager"],
        "email_verified": True,
        "auth_time": 1544112503,
        "exp": 1544116103,
        "iat": 1544112503,
        "nothing": None,
    }
    assert as_text(claims) == {
        "sub": "a993f745",
        "cognito:groups": "admin,staging-manager",
        "email_verified": "true",
        "auth_time": "1544112503",
        "exp": "Thu Dec 06 17:08:23 UTC 2018",
        "iat": "Thu Dec 06 16:08:23 UTC 2018",
    }


@pytest.mark.parametrize(
    ("kind", "scopes", "opens"),
    [("id", (), True), ("access", (), False), ("access", ("a",), True), ("id", ("a",), False), (None, (), False)],
)
def test_scopes_decide_which_kind_of_token_opens_a_method(
    kind: str | None, scopes: tuple[str, ...], opens: bool
) -> None:
    assert usable({"token_use": kind}, scopes) is opens

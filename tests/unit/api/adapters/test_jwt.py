"""Whatever arrives as a token is refused for a reason, unless the key has signed just this."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.adapters import jwt
from api.adapters.rs256 import PublicKey
from api.domain.admission import Refusal, Refused
from tests.support.signing import E, part, signer, text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.text(max_size=8), JSON, max_size=4)
HEADERS = st.fixed_dictionaries({"alg": JSON | st.just("RS256"), "kid": JSON | st.just("a")})


def key_of(kid: str) -> PublicKey | None:
    return PublicKey(signer("a").n, E) if kid == "a" else None


def refusal(token: str) -> Refusal:
    with pytest.raises(Refused) as refused:
        jwt.claims_of(token, key_of)
    return refused.value.reason


@given(OBJECTS)
@settings(max_examples=20, deadline=None)
def test_what_was_signed_is_read_as_it_was_written(claims: Mapping[str, object]) -> None:
    assert jwt.claims_of(signer("a").token(claims), key_of) == claims


@given(st.text(max_size=60) | st.text("AQgw.-_{}", max_size=60))
def test_no_text_is_more_than_refused(token: str) -> None:
    assert refusal(token).token_is_bad


@given(HEADERS, OBJECTS, st.binary(max_size=300))
def test_no_unsigned_content_is_more_than_refused(
    header: Mapping[str, object], claims: Mapping[str, object], signature: bytes
) -> None:
    assert refusal(f"{part(header)}.{part(claims)}.{text(signature)}").token_is_bad


@given(JSON.filter(lambda value: not isinstance(value, dict)))
@settings(max_examples=20, deadline=None)
def test_signed_content_that_is_no_object_is_refused(content: object) -> None:
    signed = f"{part({'alg': 'RS256', 'kid': 'a'})}.{text(json.dumps(content).encode())}"
    assert refusal(f"{signed}.{text(signer('a').sign(signed.encode()))}") is Refusal.MALFORMED_TOKEN


@given(st.text(max_size=20))
def test_only_a_bearers_token_is_taken(scheme: str) -> None:
    if scheme.lower() == "bearer":
        assert jwt.bearer(f"{scheme} token") == "token"
    else:
        with pytest.raises(Refused):
            jwt.bearer(scheme.replace(" ", "") + " token")

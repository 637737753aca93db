"""Who could call an operation still can, or the change says whom it locks out."""

from typing import Any

import pytest

from tests.unit.pipeline.gates.openapi.documents import BASE, GONE, ORDERS, Anything, changed, told

SCHEMES: Anything = {
    "customer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "partner": {
        "type": "oauth2",
        "flows": {"clientCredentials": {"tokenUrl": "/oauth2/token", "scopes": {"read": "Read."}}},
    },
    "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
}
WITH_SCHEMES = changed("/components/securitySchemes", SCHEMES)

OTHER_PROOFS: dict[str, tuple[str, Any]] = {
    "another header": ("key/name", "X-Key"),
    "another place": ("key/in", "query"),
    "another scheme": ("customer/scheme", "basic"),
    "tokens from elsewhere": ("partner/flows/clientCredentials/tokenUrl", "https://login.example.com/token"),
}
THE_SAME_PROOFS: dict[str, tuple[str, Any]] = {
    "other words for people": ("customer/description", "A token."),
    "one more scope": ("partner/flows/clientCredentials/scopes", {"read": "Read.", "write": "Write."}),
    "a hint for tools": ("customer/bearerFormat", "opaque"),
}


@pytest.mark.parametrize("case", OTHER_PROOFS)
def test_a_scheme_that_asks_for_another_proof_locks_its_callers_out(case: str) -> None:
    place, value = OTHER_PROOFS[case]
    new = changed(f"/components/securitySchemes/{place}", value, WITH_SCHEMES)
    assert told(new, WITH_SCHEMES) == [("security-scheme-changed", True)]


@pytest.mark.parametrize("case", THE_SAME_PROOFS)
def test_a_scheme_may_say_the_same_in_other_words(case: str) -> None:
    place, value = THE_SAME_PROOFS[case]
    new = changed(f"/components/securitySchemes/{place}", value, WITH_SCHEMES)
    assert told(new, WITH_SCHEMES) == []


def test_a_scheme_that_is_asked_for_stays_described() -> None:
    new = changed("/components/securitySchemes/customer", GONE, WITH_SCHEMES)
    assert told(new, WITH_SCHEMES) == [("security-scheme-removed", True)]
    assert told(changed("/components/securitySchemes/key", GONE, WITH_SCHEMES), WITH_SCHEMES) == []


def test_a_group_that_is_asked_for_locks_out_who_is_not_in_it() -> None:
    ops = changed(f"{ORDERS}/post/x-group", "ops")
    assert told(ops) == [("security-group-required", True)]
    assert told(changed(f"{ORDERS}/post/x-group", "admins"), ops) == [("security-group-required", True)]
    assert told(BASE, ops) == [("security-loosened", False)]


def test_one_more_scope_that_is_needed_locks_out_who_has_the_old_ones() -> None:
    reads = changed(f"{ORDERS}/get/security", [{"partner": ["read"]}])
    both = changed(f"{ORDERS}/get/security", [{"partner": ["read", "write"]}])
    assert told(both, reads) == [("security-added", True)]
    assert told(reads, both) == [("security-loosened", False)]

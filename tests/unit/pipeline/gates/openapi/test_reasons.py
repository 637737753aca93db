"""Each change that breaks somebody says whom, and what to do instead."""

import pytest

from pipeline.gates.openapi.reasons import reason
from tests.unit.pipeline.gates.openapi import test_operations as operations
from tests.unit.pipeline.gates.openapi.documents import breaking, changed

SHOWN = {**operations.CATALOGUE, **operations.MORE_THAT_BREAKS}
UNKNOWN = reason("no such kind")


@pytest.mark.parametrize("case", SHOWN)
def test_whom_it_breaks_is_said_with_what_to_do(case: str) -> None:
    pointer, value, _ = SHOWN[case]
    for kind in breaking(changed(pointer, value)):
        assert (reason(kind) == UNKNOWN) is (kind == "callbacks-other")


@pytest.mark.parametrize(
    ("kind", "whom"),
    [
        ("operation-removed", "clients that call it get 404"),
        ("request-enum-narrower", "what clients were told they may send is refused"),
        ("request-field-sunset-past", "who plans by the day is too late"),
        ("response-enum-wider", "who reads it was never told of such a value"),
        ("response-required-wider", "who relies on it finds nothing"),
        ("security-added", "clients that could call it are refused (401 or 403)"),
    ],
)
def test_the_reason_fits_the_kind(kind: str, whom: str) -> None:
    assert reason(kind)[0] == whom

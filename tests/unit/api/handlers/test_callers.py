"""Only access tokens, and only members of a group where one is asked for."""

from typing import Any

import pytest

from api.handlers.callers import Caller, caller
from api.handlers.problems import Problem
from tests.support.tokens import ANN, OPS


@pytest.mark.parametrize(
    ("claim", "groups"),
    [
        ("[ops staff]", {"ops", "staff"}),
        ("ops,staff", {"ops", "staff"}),
        ("ops, staff", {"ops", "staff"}),
        ("ops", {"ops"}),
        (["ops", "staff"], {"ops", "staff"}),
        ("[]", set()),
        ("", set()),
        (None, set()),
        ("devops", {"devops"}),
        ("[ops-readers]", {"ops-readers"}),
        (7, set()),
    ],
)
def test_groups_arrive_in_several_forms(claim: Any, groups: set[str]) -> None:
    found = caller({**ANN.claims(), "cognito:groups": claim})
    assert found == Caller(ANN.subject, frozenset(groups), f"{ANN.subject}@example.com")


@pytest.mark.parametrize(
    "claims",
    [
        None,
        "sub=ann",
        {},
        ANN.claims(token_use="id"),
        ANN.claims(token_use="Access"),
        ANN.claims(token_use=""),
        ANN.claims(sub=""),
        ANN.claims(sub="ann#META"),
        ANN.claims(sub="a" * 129),
        {**ANN.claims(), "sub": None},
        {name: value for name, value in OPS.claims().items() if name != "token_use"},
    ],
)
def test_what_is_no_access_token_is_refused(claims: Any) -> None:
    with pytest.raises(Problem) as refused:
        caller(claims)
    assert (refused.value.status, refused.value.slug) == (401, "unauthorized")

"""Conditions of a template: what is known decides, and what isn't stays open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.read.conditions import known_conditions
from pipeline.rehearsal.read.intrinsics import Names
from pipeline.rehearsal.spec import Json

NAMES = Names(
    stack="orders",
    resources=frozenset({"Table"}),
    parameters={"Stage": {"Type": "String", "Default": "prod"}, "Asked": {"Type": "String"}},
    region="eu-west-1",
)
YES: Json = {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}
NO: Json = {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}
OPEN: Json = {"Fn::Equals": [{"Ref": "Asked"}, "yes"]}
CONDITIONS = st.recursive(
    st.sampled_from([YES, NO, OPEN]),
    lambda inner: st.one_of(
        inner.map(lambda part: {"Fn::Not": [part]}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"Fn::And": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"Fn::Or": parts}),
    ),
    max_leaves=8,
)


def holds(value: Json) -> bool | None:
    return known_conditions({"It": value}, NAMES).get("It")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (YES, True),
        (NO, False),
        (OPEN, None),
        ({"Fn::Equals": [True, "true"]}, True),
        ({"Fn::Equals": [{"Ref": "Nobody"}, "x"]}, None),
        ({"Fn::Not": [YES]}, False),
        ({"Fn::Not": [OPEN]}, None),
        ({"Fn::And": [YES, NO, OPEN]}, False),
        ({"Fn::And": [YES, OPEN]}, None),
        ({"Fn::And": [YES, YES]}, True),
        ({"Fn::Or": [NO, OPEN, YES]}, True),
        ({"Fn::Or": [NO, OPEN]}, None),
        ({"Fn::Or": [NO, NO]}, False),
        ({"Fn::Contains": [["a"], "a"]}, None),
    ],
)
def test_a_condition_holds_or_fails_or_is_open(value: Json, expected: bool | None) -> None:
    assert holds(value) is expected


def test_a_condition_may_name_another_but_never_itself() -> None:
    definitions: dict[str, Json] = {
        "Prod": YES,
        "Other": {"Fn::Not": [{"Condition": "Prod"}]},
        "Circle": {"Condition": "Round"},
        "Round": {"Condition": "Circle"},
        "Lost": {"Condition": "Nobody"},
    }
    assert known_conditions(definitions, NAMES) == {"Prod": True, "Other": False}


@given(CONDITIONS)
def test_what_is_known_while_something_is_open_stays_so_whatever_that_becomes(value: Json) -> None:
    known = holds(value)
    for answer in ("yes", "no"):
        answered = Names(
            "orders",
            frozenset(),
            {**NAMES.parameters, "Asked": {"Type": "String", "Default": answer}},
            region=NAMES.region,
        )
        after = known_conditions({"It": value}, answered)["It"]
        assert known in (None, after)

"""Values of a template: where they stand, what they name, how they are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.guard.values import LONGEST, at, changed, named_by, names_in, said
from pipeline.gates.openapi.node import Json

JSON: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::If", "a"]), inner)
    ),
)


def test_a_value_is_found_under_its_names_and_numbers() -> None:
    value: Json = {"Alarms": [{"Name": "one"}, {"Name": "two"}]}
    assert at(value, "Alarms", 1, "Name") == "two"


@pytest.mark.parametrize("names", [("Alarm",), ("Alarms", 2), ("Alarms", "0"), ("Alarms", 0, "Name", "x")])
def test_where_nothing_stands_there_is_none(names: tuple[str | int, ...]) -> None:
    assert at({"Alarms": [{"Name": "one"}]}, *names) is None


def test_what_cloudformation_takes_out_is_nothing() -> None:
    assert at({"Enabled": {"Ref": "AWS::NoValue"}}, "Enabled") is None


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ({"Ref": "A"}, ["A"]),
        ({"Fn::GetAtt": ["A", "Arn"]}, ["A"]),
        ({"Fn::GetAtt": "A.Arn"}, ["A"]),
        ({"Fn::Sub": "${A.Arn}/${B}/${!C}"}, ["A", "B"]),
        ({"Fn::Sub": ["${own}/${B}", {"own": {"Ref": "A"}}]}, ["B", "A"]),
        ({"Fn::If": ["Condition", {"Ref": "A"}, {"Ref": "B"}]}, ["A", "B"]),
        ({"Fn::Join": ["", ["x", {"Ref": "A"}]]}, ["A"]),
        ("A", []),
    ],
)
def test_all_that_a_value_names_is_read(value: Json, names: list[str]) -> None:
    assert list(names_in(value)) == names


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"Ref": "A"}, "A"),
        ({"Fn::GetAtt": ["A", "Arn"]}, "A"),
        ({"Fn::Sub": "${A}"}, "A"),
        ({"Fn::Join": ["", ["x", {"Ref": "A"}]]}, None),
        ({"Fn::If": ["Condition", {"Ref": "A"}, "x"]}, None),
        ({"Fn::Sub": "x-${A}"}, None),
        ({"Name": {"Ref": "A"}}, None),
        ("A", None),
    ],
)
def test_only_a_reference_as_a_whole_is_the_thing_itself(value: Json, name: str | None) -> None:
    assert named_by(value) == name


def test_a_change_is_told_with_both_values() -> None:
    assert changed(1, {"Ref": "A"}) == "was 1, is ${A}"
    assert changed(None, {"Fn::Join": ["", ["x-", {"Fn::GetAtt": ["A", "Arn"]}]]}) == "was nothing, is x-${A.Arn}"
    assert changed("Enabled", None) == "was Enabled, is nothing"


@given(JSON)
def test_any_value_can_be_told_in_a_line_and_searched(value: Json) -> None:
    assert len(said(value)) <= LONGEST
    assert named_by(value) in {None, *names_in(value)}

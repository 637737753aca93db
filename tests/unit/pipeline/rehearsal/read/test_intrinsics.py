"""Intrinsic functions: what is known is put in, what isn't yet stands as a symbol, what can't be is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.read.intrinsics import Names, Resolver
from pipeline.rehearsal.spec import Json, symbol, symbols

NAMES = Names(
    stack="orders",
    resources=frozenset({"Table", "Role"}),
    parameters={
        "Colour": {"Type": "String", "Default": "green"},
        "Asked": {"Type": "String"},
        "Version": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/version"},
    },
    mappings={"Sizes": {"eu-west-1": {"small": "s-1"}}},
    conditions={"Large": True, "Small": False},
    account="111111111111",
    region="eu-west-1",
)


def resolved(value: Json, names: Names = NAMES) -> Json:
    resolver = Resolver(names, "t.json")
    found = resolver.resolve(value, "At")
    assert resolver.problems == []
    return found


def said(value: Json) -> list[str]:
    resolver = Resolver(NAMES, "t.json")
    resolver.resolve(value, "At")
    return [f"{problem.path}: {problem.what}" for problem in resolver.problems]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "AWS::AccountId"}, "111111111111"),
        ({"Ref": "AWS::Region"}, "eu-west-1"),
        ({"Ref": "AWS::Partition"}, "aws"),
        ({"Ref": "AWS::URLSuffix"}, "amazonaws.com"),
        ({"Ref": "AWS::StackName"}, "orders"),
        ({"Ref": "AWS::StackId"}, symbol("AWS::StackId")),
        ({"Ref": "Table"}, symbol("Table")),
        ({"Ref": "Colour"}, "green"),
        ({"Ref": "Asked"}, symbol("Asked")),
        ({"Ref": "Version"}, symbol("Version")),
        ({"Fn::GetAtt": ["Table", "Arn"]}, symbol("Table.Arn")),
        ({"Fn::GetAtt": "Table.StreamArn"}, symbol("Table.StreamArn")),
        ({"Fn::Join": ["-", ["a", {"Ref": "Colour"}, 3, True]]}, "a-green-3-true"),
        ({"Fn::Sub": "${Colour}/${Table.Arn}/${!Kept}"}, f"green/{symbol('Table.Arn')}/${{Kept}}"),
        ({"Fn::Sub": ["${Own} ${Colour}", {"Own": {"Ref": "AWS::Region"}}]}, "eu-west-1 green"),
        ({"Fn::Select": [1, ["a", {"Ref": "Colour"}]]}, "green"),
        ({"Fn::Select": ["0", {"Fn::Split": ["/", "x/y"]}]}, "x"),
        ({"Fn::Split": [":", "a:b"]}, ["a", "b"]),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "small"]}, "s-1"),
        ({"Fn::ImportValue": "shared-bucket"}, symbol("Fn::ImportValue shared-bucket")),
        ({"Fn::If": ["Large", {"Ref": "Colour"}, {"Ref": "Nobody"}]}, "green"),
        ({"a": {"Fn::If": ["Small", 1, {"Ref": "AWS::NoValue"}]}}, {}),
        ({"Ref": "Table", "Other": 1}, {"Ref": "Table", "Other": 1}),
        ([1, {"Ref": "AWS::NoValue"}, None], [1, None]),
        ({"kept": 1, "dropped": {"Ref": "AWS::NoValue"}}, {"kept": 1}),
        ({"Ref": "AWS::NoValue"}, None),
    ],
)
def test_what_is_known_is_put_in(value: Json, expected: Json) -> None:
    assert resolved(value) == expected


def test_a_part_of_a_text_that_is_known_only_once_deployed_stays_a_symbol() -> None:
    split: Json = {"Fn::Split": [":", {"Fn::GetAtt": ["Table", "Arn"]}]}
    assert resolved(split) == symbol(f"Fn::Split {'Table.Arn'}")
    assert resolved({"Fn::Select": [5, split]}) == symbol("Fn::Split Table.Arn part 5")


def test_what_is_chosen_by_something_unknown_is_unknown() -> None:
    assert resolved({"Fn::Select": [{"Ref": "Asked"}, ["a", "b"]]}) == symbol("Fn::Select by Asked")
    assert resolved({"Fn::FindInMap": ["Sizes", {"Ref": "Asked"}, "small"]}) == symbol("Fn::FindInMap by Asked")


def test_an_account_that_synth_was_not_told_stays_a_symbol() -> None:
    untold = Names("orders", frozenset())
    assert resolved({"Fn::Sub": "${AWS::AccountId}.${AWS::Region}"}, untold) == (
        f"{symbol('AWS::AccountId')}.{symbol('AWS::Region')}"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Tabel"}, "At.Ref: Tabel is no resource, parameter or pseudo parameter"),
        ({"Fn::GetAtt": ["Tabel", "Arn"]}, "At.Fn::GetAtt: there is no resource Tabel"),
        ({"a": [{"Fn::Cidr": ["X", 1, 2]}]}, "At.a[0]: the function Fn::Cidr is not known here"),
        ({"Fn::If": ["Odd", 1, 2]}, "At.Fn::If: it is not known whether the condition Odd holds"),
        ({"Fn::If": ["Large", 1]}, "At.Fn::If: Fn::If needs a condition and two values"),
        (
            {"Fn::If": ["Large", {"Ref": "Tabel"}, 2]},
            "At.Fn::If[1].Ref: Tabel is no resource, parameter or pseudo parameter",
        ),
        ({"Fn::Sub": "${Nobody}"}, "At.Fn::Sub: Nobody is no resource, parameter or pseudo parameter"),
        ({"Fn::Select": [7, ["a"]]}, "At.Fn::Select: index 7 is outside a list of 1"),
        ({"Fn::Select": [-1, ["a"]]}, "At.Fn::Select: index -1 is outside a list of 1"),
        ({"Fn::Select": [0, "abc"]}, "At.Fn::Select: Fn::Select needs a list to select from"),
        ({"Fn::Join": "x"}, "At.Fn::Join: Fn::Join needs a delimiter and a list"),
        ({"Fn::Join": ["-", "x"]}, "At.Fn::Join[1]: a list is needed here"),
        ({"Fn::Join": ["-", [["x"]]]}, "At.Fn::Join[1]: a text is needed here"),
        ({"Ref": ["Table"]}, "At.Ref: Ref needs a name"),
        ({"Fn::GetAtt": ["Table"]}, "At.Fn::GetAtt: Fn::GetAtt needs a resource and an attribute"),
        ({"Fn::Sub": 7}, "At.Fn::Sub: Fn::Sub needs a text, or a text and an object"),
        ({"Fn::Select": [1]}, "At.Fn::Select: Fn::Select needs an index and a list"),
        ({"Fn::FindInMap": ["Sizes"]}, "At.Fn::FindInMap: Fn::FindInMap needs a map and two keys"),
        ({"Fn::Split": ["", "x"]}, "At.Fn::Split: Fn::Split needs a delimiter and a text"),
        ({"Fn::FindInMap": ["Sizes", "mars", "small"]}, "At.Fn::FindInMap: the mappings hold no Sizes.mars.small"),
    ],
)
def test_what_names_nothing_is_a_problem_with_its_place(value: Json, expected: str) -> None:
    assert said(value) == [expected]


def test_all_problems_of_a_document_are_found_at_once() -> None:
    assert len(said([{"Ref": "A"}, {"Ref": "B"}, {"Fn::If": []}])) == 3


TEXTS = st.text(alphabet="abc:/-${}", max_size=12)


@given(st.lists(TEXTS.filter(lambda text: ":" not in text), min_size=1, max_size=6))
def test_split_undoes_join(parts: list[str]) -> None:
    joined: Json = {"Fn::Join": [":", list(parts)]}
    assert resolved({"Fn::Split": [":", joined]}) == parts


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner, max_size=3),
    max_leaves=12,
)


@given(VALUES)
def test_a_document_without_functions_stays_as_it_is(value: Json) -> None:
    assert resolved(value) == value


@given(st.lists(st.sampled_from(["Table", "Table.Arn", "Fn::ImportValue x"]), max_size=4))
def test_symbols_are_found_in_the_text_that_holds_them(names: list[str]) -> None:
    assert symbols(" - ".join(symbol(name) for name in names)) == tuple(names)

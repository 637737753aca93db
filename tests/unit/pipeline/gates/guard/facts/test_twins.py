"""The same thing in each stage: what is compared, and what differs."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.guard.assembly import Assembly, Stack
from pipeline.gates.guard.facts.twins import Twin, differences, twins
from pipeline.gates.openapi.node import Json
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import Environment

VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


def twin(stage: str = "prod") -> Twin:
    document: dict[str, Json] = {"Resources": {"TableFDBAD0F2": {"Type": "AWS::DynamoDB::Table"}}}
    paths = {"TableFDBAD0F2": "Data/Table/Resource"}
    return Twin(Stack(stage, f"{stage}/orders", document, paths), Environment("444444444444", "eu-west-1"))


def test_a_stages_own_names_are_left_out_and_words_that_hold_them_are_not() -> None:
    assert twin().text("orders-prod-products") == "orders-{stage}-products"
    assert (
        twin().text("arn:aws:sqs:eu-west-1:444444444444:orders-prod") == "arn:aws:sqs:{region}:{account}:orders-{stage}"
    )
    assert twin().text("Api/Permission.pipelineprodordersLiveE4D70519") == "Api/Permission.pipeline{stage}ordersLive"


def test_references_are_told_by_what_they_refer_to_in_every_stage() -> None:
    assert twin().value({"Fn::GetAtt": ["TableFDBAD0F2", "Arn"]}) == {"Fn::GetAtt": ["Data/Table/Resource", "Arn"]}
    assert twin().value([{"Ref": "TableFDBAD0F2"}, {"Ref": "AWS::Region"}]) == [
        {"Ref": "Data/Table/Resource"},
        {"Ref": "AWS::Region"},
    ]


def test_every_stage_has_the_same_things_under_the_same_names(real: Assembly) -> None:
    (of_stages,) = twins(real, DELIVERY).values()
    names = [{name for name in each.resources if not name.startswith("Rollout/Visitor/")} for each in of_stages]
    assert [len(each.resources) for each in of_stages] == [len(each.stack.resources) for each in of_stages]
    assert all(len(one ^ other) < 6 for one in names for other in names)


def test_the_smallest_places_that_differ_are_told() -> None:
    told = dict(differences({"beta": {"a": [1, {"b": 2}], "c": 3}, "prod": {"a": [1, {"b": 4}]}}))
    assert told == {"a.1.b": {"beta": 2, "prod": 4}, "c": {"beta": 3, "prod": None}}


@given(VALUES, VALUES)
def test_there_are_differences_if_and_only_if_the_values_differ(one: Json, other: Json) -> None:
    assert list(differences({"beta": one, "gamma": one})) == []
    told = list(differences({"beta": one, "prod": other}))
    assert bool(told) == (one != other) or _only_nothing(one, other)
    assert all(values["beta"] != values["prod"] for _, values in told)


def _only_nothing(one: Json, other: Json) -> bool:
    """Whether the two differ by names alone that stand for nothing, which is the same as not to be there."""
    return _without_nothing(one) == _without_nothing(other)


def _without_nothing(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _without_nothing(item) for name, item in value.items() if item is not None}
    return [_without_nothing(item) for item in value] if isinstance(value, list) else value

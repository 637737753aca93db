"""What partitions a request names is read from it: any item, a query's key condition, batches and transactions."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.emulator.inside.leading_keys import equalities, leading_keys, name_of

ARN = "arn:aws:dynamodb:eu-west-1:111111111111:table/orders"
KEYS = {("orders", None): "PK", ("orders", "GSI1"): "GSI1PK", ("circuits", None): "id"}

WORDS = st.text("abcXYZ019_.-", min_size=1, max_size=8).filter(lambda word: not word.startswith("-"))


def key_of(table: str, index: str | None) -> str | None:
    return KEYS.get((name_of(table), index))


def documents(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.dictionaries(st.sampled_from(("Keys", "Put", "Key", "PK", "ComparisonOperator", "orders")), inner)


def item(partition: str, attribute: str = "PK") -> dict[str, Any]:
    return {attribute: {"S": partition}, "SK": {"S": "any"}}


def query(condition: str, **more: object) -> dict[str, Any]:
    values = {":one": {"S": "PARTNER#acme"}, ":two": {"S": "ORD#"}}
    return {
        "TableName": "orders",
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": values,
        **more,
    }


@pytest.mark.parametrize(
    "request_body",
    [
        {"TableName": "orders", "Key": item("PARTNER#acme")},
        {"TableName": ARN, "Key": item("PARTNER#acme")},
        {"TableName": "orders", "Item": item("PARTNER#acme")},
        query("PK = :one"),
        query("PK = :one AND begins_with(SK, :two)"),
        query("begins_with(SK,:two) and (PK=:one)"),
        query("SK = :two AND :one = PK"),
        query("SK BETWEEN :two AND :two AND #p = :one", ExpressionAttributeNames={"#p": "PK"}),
        query("GSI1PK = :one AND SK <= :two", IndexName="GSI1"),
        {
            "TableName": "orders",
            "KeyConditions": {"PK": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "PARTNER#acme"}]}},
        },
        {"RequestItems": {"orders": {"Keys": [item("PARTNER#acme")]}}},
        {"RequestItems": {"orders": [{"PutRequest": {"Item": item("PARTNER#acme")}}]}},
        {"RequestItems": {ARN: [{"DeleteRequest": {"Key": item("PARTNER#acme")}}]}},
        {"TransactItems": [{"Update": {"TableName": "orders", "Key": item("PARTNER#acme")}}]},
        {"TransactItems": [{"Put": {"TableName": "orders", "Item": item("PARTNER#acme")}}]},
    ],
)
def test_every_way_to_name_a_partition_is_read(request_body: Mapping[str, Any]) -> None:
    assert leading_keys(request_body, key_of) == {"orders": ["PARTNER#acme"]}


def test_many_items_of_many_tables_are_told_by_table() -> None:
    request = {
        "TransactItems": [
            {"ConditionCheck": {"TableName": "orders", "Key": item("ORD#1")}},
            {"Put": {"TableName": "orders", "Item": item("ORD#2")}},
            {"Delete": {"TableName": "circuits", "Key": item("psp", "id")}},
        ]
    }
    assert leading_keys(request, key_of) == {"orders": ["ORD#1", "ORD#2"], "circuits": ["psp"]}


@pytest.mark.parametrize(
    "request_body",
    [
        {"TableName": "orders"},
        {"TableName": "orders", "IndexName": "none", "Key": item("PARTNER#acme")},
        {"TableName": "strange", "Key": item("PARTNER#acme")},
        {"TableName": "orders", "Key": {"PK": "untyped"}},
        {"TableName": 1, "TransactItems": "x", "RequestItems": ["y"]},
        query("PK > :one"),
        query("PK = :missing"),
        {},
    ],
)
def test_what_names_no_partition_gives_none(request_body: Mapping[str, Any]) -> None:
    assert leading_keys(request_body, key_of) == {}


@given(WORDS, WORDS, st.sampled_from(("=", " = ", "= ", "\t=\n")), st.booleans(), st.booleans())
def test_an_equality_is_found_whatever_stands_around_it(
    name: str, value: str, sign: str, is_first: bool, is_turned: bool
) -> None:
    sides = (f":{value}", name) if is_turned else (name, f":{value}")
    equal, more = f"({sign.join(sides)})", "begins_with(#sort, :other)"
    condition = " AND ".join((equal, more) if is_first else (more, equal))
    told = {"KeyConditionExpression": condition, "ExpressionAttributeValues": {f":{value}": {"N": "1"}}}
    assert equalities(told) == {name: {"N": "1"}}


@given(st.recursive(st.none() | st.booleans() | st.text(), lambda inner: st.lists(inner) | documents(inner)))
def test_no_request_breaks_it(strange: object) -> None:
    names = ("TableName", "IndexName", "Key", "Item", "TransactItems", "RequestItems", "KeyConditions")
    for name in (*names, "KeyConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"):
        request = {"TableName": "orders", "KeyConditionExpression": "PK = :one", name: strange}
        assert isinstance(leading_keys(request, key_of), dict)


@pytest.mark.parametrize("told", ["orders", ARN, f"{ARN}/index/GSI1", f"{ARN}/stream/2026"])
def test_a_table_has_one_name_however_it_is_told(told: str) -> None:
    assert name_of(told) == "orders"

"""An expression that DynamoDB has seen before means what it meant the first time, and is refused for the same reason.

Source: DynamoDB Developer Guide, "Condition and filter expressions, operators, and functions".
"""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.rehearsal.world.account import Account

pytestmark = pytest.mark.emulator

TABLE = "things"


@pytest.fixture
def dynamodb(account: Account) -> Any:
    """A client, and a table with three things of one owner."""
    client = account.client("dynamodb")
    client.create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK")],
        KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for name, size in (("ant", "1"), ("bee", "2"), ("cat", "3")):
        client.put_item(TableName=TABLE, Item={"PK": {"S": "mine"}, "SK": {"S": name}, "size": {"N": size}})
    return client


def found(dynamodb: Any, condition: str, values: dict[str, Any], **more: Any) -> list[str]:
    answer = dynamodb.query(TableName=TABLE, KeyConditionExpression=condition, ExpressionAttributeValues=values, **more)
    return [item["SK"]["S"] for item in answer["Items"]]


def test_the_same_expression_with_other_values_finds_other_items(dynamodb: Any) -> None:
    condition = "PK = :pk AND begins_with(SK, :start)"
    for start, expected in (("a", ["ant"]), ("b", ["bee"]), ("z", []), ("a", ["ant"])):
        assert found(dynamodb, condition, {":pk": {"S": "mine"}, ":start": {"S": start}}) == expected


def test_the_same_filter_with_other_names_looks_at_other_attributes(dynamodb: Any) -> None:
    for name, expected in (("size", ["bee", "cat"]), ("weight", []), ("size", ["bee", "cat"])):
        values = {":pk": {"S": "mine"}, ":least": {"N": "2"}}
        names = {"#what": name}
        more = {"FilterExpression": "#what >= :least", "ExpressionAttributeNames": names}
        assert found(dynamodb, "PK = :pk", values, **more) == expected


def test_a_condition_holds_or_not_by_the_item_alone(dynamodb: Any) -> None:
    for name, there in (("ant", True), ("dog", False), ("ant", True), ("eel", False)):
        item = {"PK": {"S": "mine"}, "SK": {"S": name}}
        if not there:
            dynamodb.put_item(TableName=TABLE, Item=item, ConditionExpression="attribute_not_exists(PK)")
            continue
        with pytest.raises(ClientError, match="ConditionalCheckFailed"):
            dynamodb.put_item(TableName=TABLE, Item=item, ConditionExpression="attribute_not_exists(PK)")


@pytest.mark.parametrize("condition", ["size > ", "((size = :n))", "size = :n :n"])
def test_what_is_no_expression_is_refused_every_time(dynamodb: Any, condition: str) -> None:
    for _ in range(2):
        with pytest.raises(ClientError, match="ValidationException"):
            dynamodb.put_item(
                TableName=TABLE,
                Item={"PK": {"S": "mine"}, "SK": {"S": "ant"}},
                ConditionExpression=condition,
                ExpressionAttributeValues={":n": {"N": "1"}},
            )


def test_bounds_in_the_wrong_order_are_refused_after_others_were_taken(dynamodb: Any) -> None:
    condition = "PK = :pk AND SK BETWEEN :low AND :high"
    pk = {"S": "mine"}
    assert found(dynamodb, condition, {":pk": pk, ":low": {"S": "a"}, ":high": {"S": "c"}}) == ["ant", "bee"]
    with pytest.raises(ClientError, match="ValidationException"):
        found(dynamodb, condition, {":pk": pk, ":low": {"S": "c"}, ":high": {"S": "a"}})

"""What a stage's table holds to be told to the world."""

import json
from typing import TYPE_CHECKING, Any

from tests.support.dynamodb import TABLE

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def events_with(client: "DynamoDBClient", word: str, *kinds: str) -> list[tuple[str, dict[str, Any]]]:
    """Kind and detail of every event, of these kinds if any are named, in whose detail there is `word`."""
    pages = client.get_paginator("scan").paginate(
        TableName=TABLE,
        FilterExpression="contains(detail, :word)",
        ExpressionAttributeValues={":word": {"S": word}},
    )
    events = [item for page in pages for item in page["Items"] if item["entity"]["S"] == "EVENT"]
    return [
        (item["detail_type"]["S"], json.loads(item["detail"]["S"]))
        for item in events
        if not kinds or item["detail_type"]["S"] in kinds
    ]

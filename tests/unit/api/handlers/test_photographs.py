"""The worker `photographs`, with a bucket and a table that are really there."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from api.adapters import aws
from api.adapters.attributes import plain
from api.adapters.sources import new_id
from api.domain.photographs import LARGEST, MOST
from api.needs import NEEDS
from tests.support.dynamodb import TABLE, new_sku
from tests.support.http_api import call
from tests.support.messages import deliver, record
from tests.support.tokens import ANN, BEN
from tests.unit.api.domain.test_photographs import BEGINNINGS, JPEG
from tests.unit.api.handlers.helpers import new_product, place

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]

BUCKET = "claims"


@pytest.fixture
def s3(stage: "DynamoDBClient") -> "S3Client":
    assert stage
    return boto3.client("s3")


@pytest.fixture
def claim() -> dict[str, Any]:
    """A new claim of Ann's, with the place that its photographs belong to."""
    order = place((new_product(5), 1)).body["id"]
    opened = call("POST", f"/v1/orders/{order}/claims", ANN, key=new_sku(), json_body={"reason": "DAMAGED"})
    assert opened.status == 201
    body: dict[str, Any] = opened.body
    return body


def told(key: str, size: int, **more: object) -> dict[str, Any]:
    """A message as S3 tells it by the event bus."""
    event = {
        "version": "0",
        "id": new_id(),
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "222222222222",
        "time": "2026-11-23T12:00:01Z",
        "region": "eu-west-1",
        "resources": [f"arn:aws:s3:::{BUCKET}"],
        "detail": {
            "version": "0",
            "bucket": {"name": BUCKET},
            "object": {"key": key, "size": size, "etag": "e", "sequencer": "0062", **more},
            "request-id": "C3D13FE58DE4C810",
            "requester": "222222222222",
            "source-ip-address": "192.0.2.7",
            "reason": "PutObject",
        },
    }
    return record(json.dumps(event))


def put(s3: "S3Client", claim: dict[str, Any], name: str = "door.jpg", content: bytes = JPEG) -> dict[str, Any]:
    key = claim["upload"]["prefix"] + name
    s3.put_object(Bucket=BUCKET, Key=key, Body=content)
    return told(key, len(content))


def there(s3: "S3Client", claim: dict[str, Any]) -> set[str]:
    prefix = claim["upload"]["prefix"]
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
    return {each["Key"].removeprefix(prefix) for each in found}


def noted(client: "DynamoDBClient", claim: dict[str, Any]) -> tuple[object, dict[str, object]]:
    """How many photographs the claim counts, and the type of each that is noted."""
    answer = client.query(
        TableName=TABLE,
        KeyConditionExpression="PK = :order AND begins_with(SK, :claim)",
        ExpressionAttributeValues={
            ":order": {"S": f"ORD#{claim['order_id']}"},
            ":claim": {"S": f"CLAIM#{claim['id']}"},
        },
    )
    first, *photographs = [plain(item) for item in answer["Items"]]
    return first.get("photographs"), {str(each["name"]): each["media_type"] for each in photographs}


def counted(capsys: pytest.CaptureFixture[str]) -> list[str]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"_aws"')]
    return [name for line in lines for name in line if name.startswith("Photograph")]


def test_a_photograph_is_noted_with_its_claim_once(
    s3: "S3Client", stage: "DynamoDBClient", claim: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    message = put(s3, claim)
    capsys.readouterr()
    assert deliver("photographs", message, message) == []
    assert deliver("photographs", message) == []
    assert noted(stage, claim) == (1, {"door.jpg": "image/jpeg"})
    assert (there(s3, claim), counted(capsys)) == ({"door.jpg"}, ["PhotographRecorded"])


def test_what_is_told_at_once_is_noted_once(s3: "S3Client", stage: "DynamoDBClient", claim: dict[str, Any]) -> None:
    messages = [put(s3, claim, f"{kind[6:]}.bin", content) for kind, content in BEGINNINGS.items()]
    with ThreadPoolExecutor(4) as crowd:
        failed = [
            each for found in crowd.map(lambda each: deliver("photographs", each), messages * 3) for each in found
        ]
    assert [each for each in failed for _ in deliver("photographs", *messages)] == []  # who was busy comes again
    count, types = noted(stage, claim)
    assert (count, set(types.values())) == (len(BEGINNINGS), set(BEGINNINGS))


def test_what_is_no_photograph_is_taken_away_and_counted(
    s3: "S3Client", stage: "DynamoDBClient", claim: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    message = put(s3, claim, "door.jpg", b"<html><script>")
    capsys.readouterr()
    assert deliver("photographs", message) == []
    assert (there(s3, claim), noted(stage, claim)) == (set(), (None, {}))
    assert counted(capsys) == ["PhotographRefused"]
    assert deliver("photographs", message) == []
    assert counted(capsys) == []


def test_what_is_too_much_is_taken_away(s3: "S3Client", stage: "DynamoDBClient", claim: dict[str, Any]) -> None:
    put(s3, claim, "large.jpg")
    assert deliver("photographs", told(claim["upload"]["prefix"] + "large.jpg", LARGEST + 1)) == []
    messages = [put(s3, claim, f"{number:02}.jpg") for number in range(MOST + 1)]
    for message in messages:
        assert deliver("photographs", message) == []
    assert there(s3, claim) == {f"{number:02}.jpg" for number in range(MOST)}
    assert noted(stage, claim)[0] == MOST


def test_nobody_uploads_for_somebody_elses_claim(
    s3: "S3Client", stage: "DynamoDBClient", claim: dict[str, Any]
) -> None:
    key = f"claims/{BEN.subject}/{claim['order_id']}/{claim['id']}/door.jpg"
    s3.put_object(Bucket=BUCKET, Key=key, Body=JPEG)
    assert deliver("photographs", told(key, len(JPEG))) == []
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET, Prefix=key)
    assert noted(stage, claim) == (None, {})


def test_a_version_that_is_named_is_the_one_that_is_looked_at(
    s3: "S3Client", stage: "DynamoDBClient", claim: dict[str, Any]
) -> None:
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    key = claim["upload"]["prefix"] + "door.jpg"
    bad = s3.put_object(Bucket=BUCKET, Key=key, Body=b"<html>")["VersionId"]
    good = s3.put_object(Bucket=BUCKET, Key=key, Body=JPEG)["VersionId"]
    assert deliver("photographs", told(key, 6, **{"version-id": bad})) == []
    assert there(s3, claim) == {"door.jpg"}
    assert deliver("photographs", told(key, len(JPEG), **{"version-id": good})) == []
    assert noted(stage, claim) == (1, {"door.jpg": "image/jpeg"})
    assert deliver("photographs", told(key, 6, **{"version-id": bad})) == []  # it is gone


@pytest.mark.parametrize(
    "body", ["{", "[]", "{}", json.dumps({"id": "1", "detail-type": "Object Created", "detail": {}})]
)
def test_what_tells_of_no_object_goes_to_the_dead_letters(body: str) -> None:
    message = record(body)
    assert deliver("photographs", message) == [message["messageId"]]


def test_nothing_says_where_it_came_from(
    s3: "S3Client", claim: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    deliver("photographs", put(s3, claim, "ann-at-home.jpg"))
    said = capsys.readouterr().out
    assert "192.0.2.7" not in said
    assert "ann-at-home" not in said
    assert ANN.subject not in said


def test_it_needs_just_what_it_says_it_needs(s3: "S3Client", claim: dict[str, Any]) -> None:
    used: dict[str, set[str]] = {"s3": set(), "dynamodb": set()}
    watched = {"s3": aws.s3(), "dynamodb": aws.dynamodb()}
    for service, client in watched.items():
        client.meta.events.register(
            f"provide-client-params.{service}.*", lambda model, of=service, **_: used[of].add(model.name)
        )
    assert deliver("photographs", put(s3, claim), put(s3, claim, "page.jpg", b"<html>")) == []
    assert used == {"s3": {"GetObject", "DeleteObject"}, "dynamodb": {"TransactWriteItems"}}
    needs = NEEDS["photographs"]
    assert {action.removesuffix("Version") for action in needs.claims} == {f"s3:{name}" for name in used["s3"]}
    assert needs.table == {"dynamodb:PutItem", "dynamodb:UpdateItem"}  # the parts of the transaction

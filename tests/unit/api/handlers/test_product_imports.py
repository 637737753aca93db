"""Imports of products from the request to the products, with a bucket, a queue and a table that are really there."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest
import urllib3

from api.adapters import aws
from api.adapters.sources import new_id
from api.domain import importing, limits
from api.domain.product_imports import Listed, Unlisted
from api.handlers import importer
from api.handlers.settings import import_settings
from api.needs import NEEDS
from tests.support.dynamodb import forget_environment, new_sku
from tests.support.http_api import Reply, call
from tests.support.messages import deliver, record
from tests.support.outbox import events_with
from tests.support.tokens import ANN, OPS, User
from tests.unit.api.handlers.helpers import PRICE, details, new_product
from tests.unit.api.handlers.test_photographs import told as told_of_upload

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]

BUCKET = "imports"
PATH = "/v1/product-imports"
CORRELATION = "01JDA7C0R00000000000000009"


@pytest.fixture
def s3(stage: "DynamoDBClient") -> "S3Client":
    assert stage
    return boto3.client("s3")


@pytest.fixture(autouse=True)
def without_rests(stage: "DynamoDBClient", monkeypatch: pytest.MonkeyPatch) -> None:
    assert stage
    monkeypatch.setattr(importer, "REST_SECONDS", 0)


@pytest.fixture
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)


@pytest.fixture(autouse=True)
def _an_empty_queue(stage: "DynamoDBClient") -> None:
    assert stage
    waiting()


def line(sku: str, **other: Any) -> str:
    return json.dumps({"sku": sku, **details(**other)})


def ask(size: int = 100) -> Reply:
    headers = {"X-Correlation-Id": CORRELATION}
    return call("POST", PATH, OPS, key=new_sku(), json_body={"size": size}, headers=headers)


def put(upload: dict[str, Any], content: bytes, **headers: str) -> int:
    """Send a file by its link, as anybody would who has it; the status."""
    sent = {**upload["headers"], **headers}
    answer = urllib3.request(upload["method"], upload["url"], body=content, headers=sent, retries=False)
    return int(answer.status)


def begun(*lines: str) -> tuple[str, dict[str, Any]]:
    """An import whose file is there; its id, and the message that tells of the file."""
    content = "\n".join(lines).encode()
    asked = ask(len(content)).body
    assert put(asked["upload"], content) == 200
    return asked["id"], told(asked["id"], len(content))


def told(import_id: str, size: int, **more: object) -> dict[str, Any]:
    return told_of_upload(f"imports/{import_id}.jsonl", size, **more)


def waiting() -> list[dict[str, Any]]:
    """What the worker has told its queue, taken from there."""
    queues: Any = aws.sqs()
    url = import_settings().queue_url
    found = []
    while messages := queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(record(message["Body"]))
    return found


def work(*messages: dict[str, Any]) -> int:
    """Work off messages, and those that follow from them; how many there were."""
    left, count = list(messages), 0
    while left:
        assert deliver("importer", left.pop(0)) == []
        left += waiting()
        count += 1
    return count


def looked_up(import_id: str) -> dict[str, Any]:
    found = call("GET", f"{PATH}/{import_id}", OPS)
    assert found.status == 200
    body: dict[str, Any] = found.body
    return body


def changes_of(client: "DynamoDBClient", sku: str) -> list[dict[str, Any]]:
    """The events that tell of a product, by its versions."""
    return sorted(
        (each for _, each in events_with(client, sku) if each["data"].get("sku") == sku and "version" in each["data"]),
        key=lambda each: int(each["data"]["version"]),
    )


def counted(capsys: pytest.CaptureFixture[str]) -> list[str]:
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"_aws"')]
    return [name for line in lines for name in line if name.startswith("ProductImport")]


def test_an_import_waits_for_its_file() -> None:
    asked = ask(100)
    assert (asked.status, asked.headers["Location"]) == (202, f"/beta{PATH}/{asked.body['id']}")
    nothing = {"done": 0, "created": 0, "replaced": 0, "rejected": 0}
    assert asked.body["lines"] == nothing
    found = looked_up(asked.body["id"])
    assert found == {name: value for name, value in asked.body.items() if name != "upload"}
    assert (found["status"], found["size"], found["errors"]) == ("WAITING", 100, [])


def test_the_same_request_asks_for_one_import() -> None:
    key = new_sku()
    first, again = (call("POST", PATH, OPS, key=key, json_body={"size": 5}) for _ in range(2))
    assert (again.status, again.body, again.headers["Idempotent-Replayed"]) == (202, first.body, "true")
    other = call("POST", PATH, OPS, key=key, json_body={"size": 6})
    assert (other.status, other.problem) == (422, "idempotency-key-reused")


@pytest.mark.parametrize(
    "body",
    [{}, {"size": 0}, {"size": limits.MAX_IMPORT_BYTES + 1}, {"size": "1"}, {"size": True}, {"size": 1, "id": "x"}],
)
def test_a_size_that_no_file_can_have_is_refused(body: dict[str, Any]) -> None:
    refused = call("POST", PATH, OPS, key=new_sku(), json_body=body)
    assert (refused.status, refused.problem) == (400, "bad-request")


@pytest.mark.parametrize("import_id", ["01JDA7C0R00000000000000000", "x", "01JDA7C0R0000000000000000l"])
def test_an_import_that_there_is_not_is_not_found(import_id: str) -> None:
    missing = call("GET", f"{PATH}/{import_id}", OPS)
    assert (missing.status, missing.problem) == (404, "not-found")


def test_imports_are_for_operators() -> None:
    asked = call("POST", PATH, ANN, key=new_sku(), json_body={"size": 5})
    read = call("GET", f"{PATH}/{ask().body['id']}", ANN)
    assert [(each.status, each.problem) for each in (asked, read)] == [(403, "forbidden")] * 2


def test_operators_see_each_other_s_imports() -> None:
    colleague = User("0a1b2c3d-4444-4ddd-8ddd-000000000004", OPS.groups)
    assert call("GET", f"{PATH}/{ask().body['id']}", colleague).status == 200


def test_the_link_is_signed_for_one_file_of_one_size_once(s3: "S3Client") -> None:
    upload = ask(5).body["upload"]
    signed = urlsplit(upload["url"]).query
    headers = ("content-length", "content-type", "host", "if-none-match", "x-amz-server-side-encryption")
    assert f"X-Amz-SignedHeaders={'%3B'.join(headers)}%3Bx-amz-server-side-encryption-aws-kms-key-id" in signed
    assert "X-Amz-Expires=900" in signed
    assert put(upload, b"123456") == 403
    assert put(upload, b"12345", **{"Content-Type": "text/html"}) == 403
    assert put(upload, b"12345", **{"x-amz-server-side-encryption": "AES256"}) == 403
    assert put({**upload, "url": upload["url"].replace(".jsonl", ".json")}, b"12345") == 403
    assert put(upload, b"12345") == 200
    assert put(upload, b"54321") == 412
    key = urlsplit(upload["url"]).path.removeprefix(f"/{BUCKET}/")
    assert s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == b"12345"


def test_products_are_created_and_replaced_as_if_they_were_sent_one_by_one(stage: "DynamoDBClient") -> None:
    old, new = new_product(5), new_sku()
    import_id, message = begun(line(old, name="Second flush"), line(new, category="mugs"), "{", line("no sku"), "")
    assert work(message) == 2
    done = looked_up(import_id)
    assert done["status"] == "DONE"
    assert done["lines"] == {"total": 4, "done": 4, "created": 1, "replaced": 1, "rejected": 2}
    assert [(each["line"], each["pointer"]) for each in done["errors"]] == [(3, ""), (4, "/sku")]
    assert "failure" not in done

    replaced, created = (call("GET", f"/v1/products/{sku}") for sku in (old, new))
    assert (replaced.body["name"], replaced.headers["ETag"]) == ("Second flush", '"2"')
    assert (created.body["category"], created.body["price"], created.headers["ETag"]) == ("mugs", PRICE, '"1"')
    available = [call("GET", f"/v1/products/{sku}/availability").body["available"] for sku in (old, new)]
    assert available == [5, 0]

    for sku, versions in ((old, [1, 2]), (new, [1])):
        told = changes_of(stage, sku)
        assert [each["data"]["version"] for each in told] == versions
        assert told[-1]["metadata"]["correlation_id"] == CORRELATION


@pytest.mark.usefixtures("_small_chunks")
def test_a_file_is_worked_off_in_chunks_and_no_message_twice(stage: "DynamoDBClient") -> None:
    skus = [new_sku() for _ in range(5)]
    import_id, message = begun(*map(line, skus))
    assert deliver("importer", message) == []
    (first,) = waiting()
    assert deliver("importer", first, first) == []  # the second finds somebody at work
    assert looked_up(import_id)["lines"] == {"total": 5, "done": 2, "created": 2, "replaced": 0, "rejected": 0}
    assert work(*waiting(), message, first) > 2
    assert looked_up(import_id)["lines"] == {"total": 5, "done": 5, "created": 5, "replaced": 0, "rejected": 0}
    assert [len(changes_of(stage, sku)) for sku in skus] == [1] * 5


def test_whoever_works_at_the_same_moment_does_nothing_twice(stage: "DynamoDBClient") -> None:
    skus = [new_sku() for _ in range(60)]
    import_id, message = begun(*map(line, skus))
    assert deliver("importer", message) == []
    (first,) = waiting()
    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(lambda _: deliver("importer", first), range(4)))
    work(*waiting())
    done = looked_up(import_id)
    assert (done["status"], done["lines"]["created"], done["lines"]["replaced"]) == ("DONE", 60, 0)
    assert [len(changes_of(stage, sku)) for sku in skus[:3]] == [1, 1, 1]


def test_what_is_refused_is_taken_away_told_and_counted(s3: "S3Client", capsys: pytest.CaptureFixture[str]) -> None:
    stranger = f"imports/{new_id()}.jsonl"
    s3.put_object(Bucket=BUCKET, Key=stranger, Body=b"{}")
    capsys.readouterr()
    assert deliver("importer", told_of_upload(stranger, 2)) == []
    assert counted(capsys) == ["ProductImportRefused"]
    assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET, Prefix=stranger)

    asked = ask().body["id"]
    assert deliver("importer", told(asked, limits.MAX_IMPORT_BYTES + 1)) == []
    assert counted(capsys) == ["ProductImportFailed"]
    assert (looked_up(asked)["status"], looked_up(asked)["failure"]) == ("FAILED", "TOO_LARGE")


def test_a_second_version_of_a_file_is_taken_away_and_the_first_is_worked_off(
    s3: "S3Client", capsys: pytest.CaptureFixture[str]
) -> None:
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    first, second = new_sku(), new_sku()
    import_id = ask().body["id"]
    key = f"imports/{import_id}.jsonl"
    versions = [s3.put_object(Bucket=BUCKET, Key=key, Body=line(sku).encode())["VersionId"] for sku in (first, second)]
    size = len(line(first))
    messages = [told(import_id, size, **{"version-id": version}) for version in versions]
    capsys.readouterr()
    assert work(*messages) == 3
    assert sorted(counted(capsys)) == ["ProductImportBegun", "ProductImportDone", "ProductImportRefused"]
    assert [call("GET", f"/v1/products/{sku}").status for sku in (first, second)] == [200, 404]


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        json.dumps({"id": "1", "detail-type": "Object Created", "detail": {}}),
        json.dumps(
            {
                "detail-type": "ProductImportContinues",
                "detail": {
                    "metadata": {"event_id": "E", "correlation_id": CORRELATION, "schema_version": 1},
                    "data": {"import_id": 7},
                },
            }
        ),
    ],
)
def test_what_tells_of_no_file_goes_to_the_dead_letters(body: str) -> None:
    message = record(body)
    assert deliver("importer", message) == [message["messageId"]]


GOOD = {"sku": "TEA-100", "name": "Tea", "category": "tea", "price": {"amount": 1, "currency": "EUR"}}


def test_a_line_is_read_as_the_body_that_creates_a_product() -> None:
    read = importer.read_line(json.dumps(GOOD).encode() + b"\r")
    assert isinstance(read, Listed)
    assert (read.sku, read.details.name, read.details.description, read.details.price.amount) == (
        "TEA-100",
        "Tea",
        "",
        1,
    )


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        (b"{", ""),
        (b"[]", ""),
        (b"null", ""),
        (b"\xff", ""),
        (b"\xef\xbb\xbf{}", ""),
        (b'{"sku": "\\ud800"}', ""),
        (b"[" * 20_000, ""),
        (json.dumps({**GOOD, "name": "Earl\u202eGrey"}).encode(), "/name"),
        (json.dumps({**GOOD, "description": "one\u2028two"}, ensure_ascii=False).encode(), "/description"),
        (json.dumps({**GOOD, "sku": "x"}).encode(), "/sku"),
        (json.dumps({**GOOD, "price": {"amount": -1, "currency": "EUR"}}).encode(), "/price/amount"),
        (json.dumps({**GOOD, "price": {"amount": 1.5, "currency": "EUR"}}).encode(), "/price/amount"),
        (json.dumps({**GOOD, "x" * 900: 1}).encode(), f"/{'x' * 199}"),
    ],
)
def test_a_line_that_holds_no_product_says_where_it_is_wrong(content: bytes, pointer: str) -> None:
    read = importer.read_line(content)
    assert isinstance(read, Unlisted)
    assert read.pointer == pointer
    assert 0 < len(read.detail) <= 500


@pytest.fixture
def used(stage: "DynamoDBClient") -> Iterator[dict[str, set[str]]]:
    """The operations that the clients ask for, by their services."""
    assert stage
    found: dict[str, set[str]] = {"s3": set(), "dynamodb": set(), "sqs": set()}
    watched: dict[str, Any] = {"s3": aws.s3(), "dynamodb": aws.dynamodb(), "sqs": aws.sqs()}
    for service, client in watched.items():
        client.meta.events.register(
            f"provide-client-params.{service}.*", lambda model, of=service, **_: found[of].add(model.name)
        )
    yield found
    forget_environment()


def test_they_need_just_what_they_say_they_need(s3: "S3Client", used: dict[str, set[str]]) -> None:
    assert s3
    import_id, message = begun(line(new_sku()))
    looked_up(import_id)
    assert used["s3"] == {"PutObject"}  # what is signed is what the link may do
    assert NEEDS["imports"].imports == {"s3:PutObject"}
    assert used["dynamodb"] - {"UpdateItem", "DeleteItem"} == {"PutItem", "GetItem"}  # those two are Powertools'

    for asked in used.values():
        asked.clear()
    assert deliver("importer", message, told_of_upload(f"imports/{new_id()}.jsonl", 2)) == []
    (first,) = _taken_quietly()
    assert deliver("importer", first) == []
    assert used == {
        "s3": {"GetObject", "DeleteObject"},
        "dynamodb": {"GetItem", "PutItem", "BatchGetItem", "TransactWriteItems"},
        "sqs": {"SendMessage"},
    }
    needs = NEEDS["importer"]
    assert {action.removesuffix("Version") for action in needs.imports} == {f"s3:{name}" for name in used["s3"]}
    assert needs.table == {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem"}  # parts of the transaction
    assert needs.queues == {"importer": {"sqs:SendMessage"}}


def _taken_quietly() -> list[dict[str, Any]]:
    """As `waiting`, by a client that nobody watches."""
    client: Any = boto3.client("sqs")
    url = import_settings().queue_url
    return [record(message["Body"]) for message in client.receive_message(QueueUrl=url).get("Messages", [])]


def test_a_batch_waits_by_chance_ever_longer_before_it_is_tried_again() -> None:
    limits = [importer.pause_seconds(attempt, lambda _least, most: most) for attempt in range(2, 9)]
    assert limits[:3] == [0.5, 1, 2]
    assert limits[-1] == importer.LONGEST_PAUSE_SECONDS
    assert importer.pause_seconds(3, lambda least, _most: least) == 0

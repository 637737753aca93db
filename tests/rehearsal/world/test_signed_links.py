"""Links that are signed for S3 do what was signed, and nothing that is said beside them.

Sources: Amazon S3 API reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)"; Amazon S3
user guide, "Uploading objects with presigned URLs".
"""

from collections.abc import Mapping
from hashlib import sha256
from xml.etree import ElementTree as Xml

import boto3
import pytest
from botocore.config import Config

from tests.rehearsal.world.account import REGION, Account, Answer

pytestmark = pytest.mark.emulator

BUCKET = "uploads"


@pytest.fixture
def bucket(account: Account) -> str:
    name = f"{BUCKET}-{account.number}"
    account.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return name


def link(account: Account, bucket: str, what: str = "put_object", **signed: str) -> str:
    """Signed as functions do: of version 4, which a client does not take by itself."""
    client = boto3.client(
        "s3",
        endpoint_url=account.world.endpoint,
        region_name=REGION,
        aws_access_key_id=account.number,
        aws_secret_access_key="local",
        config=Config(signature_version="s3v4"),
    )
    return client.generate_presigned_url(what, Params={"Bucket": bucket, "Key": "a", **signed})


def put(account: Account, url: str, headers: Mapping[str, str]) -> Answer:
    return account.call(url, method="PUT", headers={"Content-Type": "text/plain", **headers}, body=b"hello")


def refusal(answer: Answer) -> tuple[int, str | None, str | None, str | None]:
    """Status, code, message and headers of an answer of S3's."""
    told = Xml.fromstring(answer.body)  # noqa: S314 - the local cloud's own
    return answer.status, *(told.findtext(name) for name in ("Code", "Message", "HeadersNotSigned"))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x-amz-storage-class", "GLACIER"),
        ("X-Amz-Tagging", "a=b"),
        ("x-amz-acl", "public-read"),
        ("x-amz-meta-note", "mine"),
        ("x-amz-server-side-encryption", "AES256"),
        ("x-amz-copy-source", "/elsewhere/b"),
    ],
)
def test_what_was_not_signed_is_refused_and_nothing_is_kept(
    account: Account, bucket: str, name: str, value: str
) -> None:
    refused = put(account, link(account, bucket), {name: value})
    message = "There were headers present in the request which were not signed"
    assert refusal(refused) == (403, "AccessDenied", message, name.lower())
    assert account.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_what_was_signed_is_done(account: Account, bucket: str) -> None:
    url = link(account, bucket, StorageClass="STANDARD_IA", ContentType="text/plain")
    assert put(account, url, {"x-amz-storage-class": "GLACIER"}).status == 403
    assert put(account, url, {"x-amz-storage-class": "STANDARD_IA"}).status == 200
    assert account.client("s3").head_object(Bucket=bucket, Key="a")["StorageClass"] == "STANDARD_IA"


@pytest.mark.parametrize(
    "headers",
    [{}, {"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}, {"X-Amzn-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793"}],
    ids=str,
)
def test_what_need_not_be_signed_is_taken(account: Account, bucket: str, headers: dict[str, str]) -> None:
    assert put(account, link(account, bucket), headers).status == 200
    assert account.call(link(account, bucket, "get_object"), headers=headers).body == "hello"


@pytest.mark.parametrize("name", ["x-amz-content-sha256", "X-Amz-Content-Sha256"])
def test_a_digest_that_is_not_the_body_s_is_refused_and_nothing_is_kept(
    account: Account, bucket: str, name: str
) -> None:
    """The API reference, "Error responses": XAmzContentSHA256Mismatch."""
    refused = put(account, link(account, bucket), {name: sha256(b"other").hexdigest()})
    assert refusal(refused)[:2] == (400, "XAmzContentSHA256Mismatch")
    assert account.client("s3").list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    assert put(account, link(account, bucket), {name: sha256(b"hello").hexdigest()}).status == 200
    forged = put(account, link(account, bucket)[:-1], {name: sha256(b"other").hexdigest()})
    assert refusal(forged)[:2] == (403, "SignatureDoesNotMatch")


def test_headers_of_http_need_not_be_signed_and_are_kept(account: Account, bucket: str) -> None:
    """As S3 does it, so that whoever serves what was uploaded must say its own."""
    beside = {"Cache-Control": "max-age=9", "Content-Disposition": "attachment", "Content-Encoding": "br"}
    assert put(account, link(account, bucket), beside).status == 200
    kept = account.client("s3").head_object(Bucket=bucket, Key="a")
    assert (kept["CacheControl"], kept["ContentDisposition"], kept["ContentEncoding"]) == (
        "max-age=9",
        "attachment",
        "br",
    )


def test_a_link_of_another_signature_is_told_so_first(account: Account, bucket: str) -> None:
    url = link(account, bucket)[:-1]
    assert refusal(put(account, url, {"x-amz-acl": "private"}))[:2] == (403, "SignatureDoesNotMatch")


def test_who_signs_each_header_is_held_to_nothing_of_links(account: Account, bucket: str) -> None:
    kept = {"StorageClass": "STANDARD_IA", "Tagging": "a=b"}
    account.client("s3").put_object(Bucket=bucket, Key="b", Body=b"hello", **kept)
    assert account.client("s3").head_object(Bucket=bucket, Key="b")["StorageClass"] == "STANDARD_IA"

"""Links that files are uploaded by, as S3 would read them."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.session import Session

from api.adapters.aws import SIGNING
from api.adapters.upload_links import S3UploadLinks
from api.domain.product_imports import Link
from tests.unit.api.domain.examples import NOON

KEY_ARN = "arn:aws:kms:eu-west-1:222222222222:key/1"


@pytest.fixture
def link(monkeypatch: pytest.MonkeyPatch) -> Link:
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    session = Session()
    session.set_credentials("ASIA", "secret", "token")
    client: Any = session.create_client("s3", "eu-west-1", config=SIGNING)
    return S3UploadLinks(client, "orders-imports", KEY_ARN).link("imports/1.jsonl", 5, NOON, timedelta(minutes=15))


def test_a_link_goes_to_the_bucket_in_its_own_region(link: Link) -> None:
    url = urlsplit(link.url)
    assert (url.scheme, url.netloc) == ("https", "orders-imports.s3.eu-west-1.amazonaws.com")
    assert url.path == "/imports/1.jsonl"


def test_everything_that_is_sent_is_signed(link: Link) -> None:
    signed = parse_qs(urlsplit(link.url).query)
    assert signed["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert signed["X-Amz-Expires"] == ["900"]
    (headers,) = signed["X-Amz-SignedHeaders"]
    assert set(headers.split(";")) == {"content-length", "host", *(name.lower() for name in link.headers)}


def test_a_link_says_what_to_send_and_until_when(link: Link) -> None:
    assert link.headers == {
        "Content-Type": "application/jsonl",
        "If-None-Match": "*",
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": KEY_ARN,
    }
    assert link.expires_at == NOON + timedelta(minutes=15)

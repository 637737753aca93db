"""A secret key."""

import os
from datetime import timedelta

import boto3
import pytest

from api.adapters import secret
from api.adapters.secret import SecretKey
from api.adapters.sources import new_id

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]


def test_the_key_is_the_secrets_text() -> None:
    assert SecretKey(os.environ["CURSOR_SECRET_ARN"])() == b"k" * 64


def test_a_secret_of_bytes_will_do() -> None:
    arn = boto3.client("secretsmanager").create_secret(Name=new_id(), SecretBinary=b"\xff" * 32)["ARN"]
    assert SecretKey(arn)() == b"\xff" * 32


def test_the_key_is_asked_for_once() -> None:
    client = boto3.client("secretsmanager")
    arn = client.create_secret(Name=new_id(), SecretString="a" * 32)["ARN"]
    key = SecretKey(arn)
    assert key() == b"a" * 32
    client.put_secret_value(SecretId=arn, SecretString="b" * 32)
    assert key() == b"a" * 32


def test_a_key_is_asked_for_again_after_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The band of a cache within an environment: 30 seconds to 5 minutes."""
    assert timedelta(seconds=30) <= secret._KEPT <= timedelta(minutes=5)
    monkeypatch.setattr(secret, "_KEPT", timedelta())
    client = boto3.client("secretsmanager")
    arn = client.create_secret(Name=new_id(), SecretString="a" * 32)["ARN"]
    key = SecretKey(arn)
    assert key() == b"a" * 32
    client.put_secret_value(SecretId=arn, SecretString="b" * 32)
    assert key() == b"b" * 32


def test_a_secret_too_short_to_sign_with_is_refused() -> None:
    arn = boto3.client("secretsmanager").create_secret(Name=new_id(), SecretString="short")["ARN"]
    with pytest.raises(ValueError, match="has 5 bytes; 32 are the least"):
        SecretKey(arn)()

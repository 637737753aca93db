"""What a function must return."""

import pytest

from pipeline.rehearsal.world.emulator.inside.proxy_answer import malformed


@pytest.mark.parametrize(
    "good",
    [
        {"statusCode": 204},
        {"statusCode": "200", "body": ""},
        {"statusCode": 200, "body": None, "headers": None, "multiValueHeaders": {"a": ["b"]}, "isBase64Encoded": True},
    ],
)
def test_the_documented_format_is_taken(good: object) -> None:
    assert malformed(good) is None


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        (None, "NoneType"),
        ("text", "str"),
        ({}, "statusCode"),
        ({"statusCode": True}, "statusCode"),
        ({"statusCode": 1000}, "1000"),
        ({"statusCode": 200, "body": {}}, "body"),
        ({"statusCode": 200, "headers": ["x"]}, "headers"),
    ],
)
def test_anything_else_is_named(bad: object, named: str) -> None:
    assert named in str(malformed(bad))

"""What the live suites hold an answer against refuses what the promise does not allow."""

import re
from typing import Any

import pytest

from tests.support.promised import PROMISE, assert_is, breaches, operations, promise

SCHEMAS: dict[str, Any] = promise()["components"]["schemas"]
DEMANDING = sorted(name for name, schema in SCHEMAS.items() if schema.get("required"))
OBJECTS = sorted(name for name, schema in SCHEMAS.items() if schema.get("type") == "object")


def test_there_is_something_to_hold_answers_against() -> None:
    assert len(DEMANDING) >= 40
    assert len(OBJECTS) >= len(DEMANDING)


@pytest.mark.parametrize("name", DEMANDING)
def test_every_field_that_is_promised_is_missed(name: str) -> None:
    said = "\n".join(breaches(name, {}))
    assert [field for field in SCHEMAS[name]["required"] if f'"{field}" is a required property' not in said] == []


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize("body", ["a text", 7, None, []], ids=repr)
def test_what_is_no_object_is_refused_where_one_is_promised(name: str, body: object) -> None:
    assert breaches(name, body)


def test_an_answer_that_breaks_the_promise_fails_with_all_that_is_wrong() -> None:
    with pytest.raises(AssertionError, match=r"not a Product: .*sku.*name"):
        assert_is("Product", {"price": {"amount": 1, "currency": "EUR"}})


def test_every_operation_of_the_document_is_known() -> None:
    written = re.findall(r"^ {6}operationId: (\w+)$", PROMISE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [each.name for each in operations()] == written
    assert len(written) >= 34

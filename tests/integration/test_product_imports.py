"""Imports of products over HTTP: asked for, uploaded by the link to S3 itself, and worked off by nobody's help."""

import json
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.conftest import Seller, new_key
from tests.support.connections import pool
from tests.support.masked import Masked
from tests.support.patience import until
from tests.support.promised import assert_is
from tests.support.stage import Answer, Stage

PATH = "/v1/product-imports"
PATIENCE_SECONDS = 60.0
"""The bucket tells the worker's queue, which is read at once, and its function may have to start."""
UNENDED = ("WAITING", "RUNNING")

type Asker = Callable[[int], dict[str, Any]]


@pytest.fixture
def ask(stage: Stage, ops: Masked) -> Asker:
    """Asks for an import of a file of so many bytes."""

    def ask(size: int) -> dict[str, Any]:
        asked = stage.call("POST", PATH, ops, body={"size": size}, key=new_key())
        assert asked.status == 202, asked
        assert_is("AskedProductImport", asked.json)
        assert asked.headers["Location"].endswith(f"{PATH}/{asked.json['id']}")
        found: dict[str, Any] = asked.json
        return found

    return ask


def put(upload: dict[str, Any], content: bytes, **headers: str) -> int:
    """Send a file by its link and with nothing else; the status."""
    sent = {**upload["headers"], **headers}
    answer = pool().request(upload["method"], upload["url"], body=content, headers=sent, retries=False)
    return int(answer.status)


def looked_up(stage: Stage, ops: Masked, asked: dict[str, Any]) -> Answer:
    return stage.call("GET", f"{PATH}/{asked['id']}", ops)


def ended(stage: Stage, ops: Masked, asked: dict[str, Any]) -> dict[str, Any]:
    """The import once it has ended."""

    def look() -> dict[str, Any]:
        answer = looked_up(stage, ops, asked)
        assert answer.status == 200, answer
        assert_is("ProductImport", answer.json)
        found: dict[str, Any] = answer.json
        return found

    found = until(look, lambda found: found["status"] not in UNENDED, PATIENCE_SECONDS)
    assert found["status"] not in UNENDED, found
    return found


def line(sku: str, category: str, name: str) -> str:
    price = {"amount": 700, "currency": "EUR"}
    return json.dumps({"sku": sku, "name": name, "category": category, "price": price})


def test_a_file_of_products_is_imported(stage: Stage, ops: Masked, sell: Seller, category: str, ask: Asker) -> None:
    old, new = sell(3), f"GATE-{secrets.token_hex(8).upper()}"
    told = [line(old, category, "Replaced"), '{"sku": 1}', line(new, category, "Crêpière 🍵"), "", "no JSON"]
    file = "\n".join(told).encode()
    asked = ask(len(file))
    assert looked_up(stage, ops, asked).json["status"] == "WAITING"
    assert put(asked["upload"], file) == 200
    done = ended(stage, ops, asked)
    assert (done["status"], done["size"]) == ("DONE", len(file))
    assert done["lines"] == {"total": 5, "done": 5, "created": 1, "replaced": 1, "rejected": 2}
    assert [(error["line"], error["pointer"]) for error in done["errors"]] == [(2, "/name"), (5, "")]
    assert stage.call("GET", f"/v1/products/{old}").json["name"] == "Replaced"
    assert stage.call("GET", f"/v1/products/{old}/availability").json["available"] == 3
    assert stage.call("GET", f"/v1/products/{new}").json["name"] == "Crêpière 🍵"


def test_a_file_of_many_lines_is_imported_with_each_line_once(
    stage: Stage, ops: Masked, category: str, ask: Asker
) -> None:
    prefix = f"GATE-{secrets.token_hex(6).upper()}"
    file = "\n".join(line(f"{prefix}-{number:03}", category, f"No. {number}") for number in range(60)).encode()
    asked = ask(len(file))
    assert put(asked["upload"], file) == 200
    done = ended(stage, ops, asked)
    assert done["lines"] == {"total": 60, "done": 60, "created": 60, "replaced": 0, "rejected": 0}
    assert stage.call("GET", f"/v1/products/{prefix}-059").headers["ETag"] == '"1"'


def test_a_file_of_more_lines_than_a_message_is_about_is_worked_off_to_its_end(
    stage: Stage, ops: Masked, category: str, ask: Asker
) -> None:
    sku = f"GATE-{secrets.token_hex(8).upper()}"
    file = ("\n" * 2_500 + line(sku, category, "The last line")).encode()
    asked = ask(len(file))
    assert put(asked["upload"], file) == 200
    done = ended(stage, ops, asked)
    assert done["lines"] == {"total": 2_501, "done": 2_501, "created": 1, "replaced": 0, "rejected": 0}
    assert stage.call("GET", f"/v1/products/{sku}").status == 200


def test_a_link_takes_one_file_of_one_size_once(stage: Stage, ops: Masked, ask: Asker) -> None:
    asked = ask(2)
    upload = asked["upload"]
    assert put(upload, b"{}{}") == 403
    assert put(upload, b"{}", **{"Content-Type": "text/html"}) == 403
    assert put(upload, b"{}", **{"If-None-Match": "another"}) == 403
    assert put(upload, b"{}", **{"x-amz-website-redirect-location": "/elsewhere"}) == 403
    assert put(upload, b"{}", **{"x-amz-tagging": "a=b"}) == 403
    other = ask(2)
    url = upload["url"].replace(asked["id"], other["id"])
    assert put({**upload, "url": url}, b"{}") == 403
    assert looked_up(stage, ops, asked).json["status"] == "WAITING"
    assert put(upload, b"{}") == 200
    assert put(upload, b"[]") == 412
    assert ended(stage, ops, asked)["lines"]["rejected"] == 1


def test_an_import_asked_for_twice_is_one(stage: Stage, ops: Masked, key: str) -> None:
    first, again = (stage.call("POST", PATH, ops, body={"size": 9}, key=key) for _ in range(2))
    assert (again.status, again.json, again.headers["Idempotent-Replayed"]) == (202, first.json, "true")


def test_an_import_that_there_is_not_is_not_found(stage: Stage, ops: Masked) -> None:
    missing = stage.call("GET", f"{PATH}/01JDA7C0R00000000000000000", ops)
    assert (missing.status, missing.problem) == (404, "not-found")


@pytest.mark.parametrize("size", [0, -1, 16 * 1024 * 1024 + 1, "1", None, 1.5])
def test_a_size_that_no_file_can_have_is_refused(stage: Stage, ops: Masked, key: str, size: object) -> None:
    refused = stage.call("POST", PATH, ops, body={"size": size}, key=key)
    assert (refused.status, refused.problem) == (400, "bad-request")

"""Whatever is sent, the answer is a problem with a status of 4xx: never 500, never silence."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.domain import limits
from tests.support import events
from tests.support.dynamodb import new_sku
from tests.support.http_api import Reply, call, send
from tests.support.openapi import operations, resolved
from tests.support.tokens import ANN, OPS
from tests.unit.api.handlers.helpers import PRICE, details, lines

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
quickly = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def post_order(**sent: Any) -> Reply:
    return call("POST", "/v1/orders", ANN, key=new_sku(), **sent)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (lines(("TEA-100", 0)), "/lines/0/quantity"),
        (lines(("TEA-100", 1000)), "/lines/0/quantity"),
        (lines(("TEA-100", 10**40)), "/lines/0/quantity"),
        (lines(("TEA-100", True)), "/lines/0/quantity"),
        ({"lines": [{"sku": "TEA-100", "quantity": 1.5}]}, "/lines/0/quantity"),
        ({"lines": [{"sku": "TEA-100", "quantity": "1"}]}, "/lines/0/quantity"),
        ({"lines": [{"sku": "TEA-100", "quantity": None}]}, "/lines/0/quantity"),
        (lines(("tea", 1)), "/lines/0/sku"),
        (lines(("TEA\x00", 1)), "/lines/0/sku"),
        (lines(("TEA-100\n", 1)), "/lines/0/sku"),
        (lines(("\u0422EA-100", 1)), "/lines/0/sku"),
        ({"lines": []}, "/lines"),
        (lines(*((f"TEA-{n}", 1) for n in range(21))), "/lines"),
        ({"lines": {}}, "/lines"),
        ({}, "/lines"),
        ({**lines(("TEA-100", 1)), "customer": "ben"}, "/customer"),
        ({**lines(("TEA-100", 1)), "a/b~c": 1}, "/a~1b~0c"),
        ([], ""),
        ("text", ""),
    ],
)
def test_a_body_that_is_not_as_promised_is_pointed_at(body: object, pointer: str) -> None:
    reply = post_order(json_body=body)
    assert (reply.status, reply.problem) == (400, "bad-request")
    assert reply.body["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "{",
        '{"lines": [{"sku": "TEA-100", "quantity": 1}]',
        '{"lines": "\\ud800"}',
        "\ud800",
        "\x00",
        "[" * 5000,
        '{"lines": NaN}',
        b"\xff\xfe",
        b"",
    ],
)
def test_a_body_that_is_no_json_is_refused(body: str | bytes) -> None:
    reply = post_order(raw_body=body, headers={"Content-Type": "application/json"})
    assert (reply.status, reply.problem) == (400, "bad-request")


def test_a_missing_body_is_refused() -> None:
    assert post_order(headers={"Content-Type": "application/json"}).status == 400


def test_a_body_of_bytes_is_read_like_text() -> None:
    body = events.json_body(lines(("TEA-100", 1))).encode()
    assert post_order(raw_body=body, headers={"content-type": "application/json"}).problem == "unknown-product"


@pytest.mark.parametrize("body", ["no base64!", "YWJj=", "=", "ü"])
def test_bad_base64_is_refused(body: str) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": new_sku()}
    event = events.proxy_event("POST", "/v1/orders", body=body, headers=headers, claims=ANN.claims())
    reply = send("orders", {**event, "isBase64Encoded": True})
    assert (reply.status, reply.body["detail"]) == (400, "The body is not valid base64.")


@pytest.mark.parametrize(
    "media_type",
    [
        None,
        "",
        "text/plain",
        "multipart/form-data",
        "application/jsonx",
        "application/json; charset=latin-1",
        "application/json;",
        ";",
    ],
)
def test_only_json_is_taken(media_type: str | None) -> None:
    headers = {} if media_type is None else {"Content-Type": media_type}
    reply = post_order(raw_body=events.json_body(lines(("TEA-100", 1))), headers=headers)
    expected = (422, "unknown-product") if media_type == "application/json;" else (415, "unsupported-media-type")
    assert (reply.status, reply.problem) == expected


@pytest.mark.parametrize("media_type", ["application/json; charset=UTF-8", 'APPLICATION/JSON ; charset="utf-8"'])
def test_json_may_say_that_it_is_utf_8(media_type: str) -> None:
    reply = post_order(raw_body=events.json_body(lines(("TEA-100", 1))), headers={"Content-Type": media_type})
    assert reply.problem == "unknown-product"


def test_a_body_over_the_limit_is_refused() -> None:
    reply = post_order(json_body={"lines": "x" * 70_000})
    assert (reply.status, reply.problem) == (413, "too-large")


@pytest.mark.parametrize(
    "order_id", ["1", "01JDA7C0R0000000000000000I", "01jda7c0r00000000000000000", "%00", "\x00", "..", "ü", "a" * 3000]
)
def test_an_odd_order_id_is_not_found(order_id: str) -> None:
    replies = [call("GET", f"/v1/orders/{order_id}", ANN), call("POST", f"/v1/orders/{order_id}/cancellation", ANN)]
    assert [(reply.status, reply.problem) for reply in replies] == [(404, "not-found")] * 2


@pytest.mark.parametrize("sku", ["a", "tea-100", "%00", "\x00", "\u0085", "TEA-100\n", " ", "×ô", "X" * 33, "'\"\\"])
def test_an_odd_sku_is_not_found(sku: str) -> None:
    replies = [
        call("GET", f"/v1/products/{sku}"),
        call("GET", f"/v1/products/{sku}/availability"),
        call("PUT", f"/v1/products/{sku}", OPS, headers={"If-Match": "*"}, json_body=details()),
        call("POST", f"/v1/products/{sku}/stock-adjustments", OPS, key=new_sku(), json_body={"delta": 1}),
    ]
    assert [(reply.status, reply.problem) for reply in replies] == [(404, "not-found")] * 4


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({}, "category"),
        ({"category": ""}, "category"),
        ({"category": "Tea"}, "category"),
        ({"category": "tea\x00"}, "category"),
        ({"category": ["tea", "mugs"]}, "category"),
        ({"category": "tea", "limit": "0"}, "limit"),
        ({"category": "tea", "limit": "101"}, "limit"),
        ({"category": "tea", "limit": "-1"}, "limit"),
        ({"category": "tea", "limit": "1.0"}, "limit"),
        ({"category": "tea", "limit": "1_0"}, "limit"),
        ({"category": "tea", "limit": " 10"}, "limit"),
        ({"category": "tea", "limit": "٣"}, "limit"),
        ({"category": "tea", "limit": "9" * 5000}, "limit"),
        ({"category": "tea", "limit": ""}, "limit"),
        ({"category": "tea", "q": ""}, "q"),
        ({"category": "tea", "q": "\x00"}, "q"),
        ({"category": "tea", "q": "x" * 61}, "q"),
        ({"category": "tea", "cursor": "a b"}, "cursor"),
        ({"category": "tea", "cursor": "x" * 2049}, "cursor"),
    ],
)
def test_a_query_that_is_not_as_promised_is_pointed_at(query: dict[str, str], name: str) -> None:
    reply = call("GET", "/v1/products", query=query)
    assert (reply.status, reply.problem) == (400, "bad-request")
    assert [error["pointer"] for error in reply.body["errors"]] == [name]


def test_parameters_of_other_names_are_none_of_ours() -> None:
    assert call("GET", "/v1/products", query={"category": "tea", "utm_source": ["a", "b"]}).status == 200


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": " x"}, "/name"),
        ({"name": "a\x00b"}, "/name"),
        ({"name": "x" * 121}, "/name"),
        ({"description": "\x07"}, "/description"),
        ({"description": None}, "/description"),
        ({"price": {"amount": -1, "currency": "EUR"}}, "/price/amount"),
        ({"price": {"amount": 0.1, "currency": "EUR"}}, "/price/amount"),
        ({"price": {"amount": 10**8, "currency": "EUR"}}, "/price/amount"),
        ({"price": {"amount": 1, "currency": "eur"}}, "/price/currency"),
        ({"price": {**PRICE, "tax": 1}}, "/price/tax"),
        ({"version": 7}, "/version"),
    ],
)
def test_a_product_that_is_not_as_promised_is_pointed_at(changed: dict[str, Any], pointer: str) -> None:
    reply = call("POST", "/v1/products", OPS, key=new_sku(), json_body={"sku": new_sku(), **details(**changed)})
    assert (reply.status, reply.problem, reply.body["errors"][0]["pointer"]) == (400, "bad-request", pointer)


@pytest.mark.parametrize("control", ["\u0085", "\u2028", "\u2029", "\u202e", "\u2066", "\u200f"], ids=ascii)
@pytest.mark.parametrize("part", ["name", "description"])
def test_a_text_that_ends_its_line_or_turns_it_round_is_refused(part: str, control: str) -> None:
    body = {"sku": new_sku(), **details(**{part: f"Earl{control}Grey"})}
    created = call("POST", "/v1/products", OPS, key=new_sku(), json_body=body)
    replaced = call("PUT", "/v1/products/TEA-100", OPS, headers={"If-Match": "*"}, json_body=details(**{part: control}))
    for refused in (created, replaced):
        assert (refused.status, refused.problem) == (422, "control-characters")
        assert [each["pointer"] for each in refused.body["errors"]] == [f"/{part}"]
    assert call("GET", f"/v1/products/{body['sku']}").status == 404


def test_a_request_that_is_not_as_promised_is_told_so_before_its_texts_are_looked_at() -> None:
    body = {"sku": new_sku(), **details(name="a\u0081b")}
    for key in (None, ","):
        assert call("POST", "/v1/products", OPS, key=key, json_body=body).problem == "bad-request"
    replaced = call("PUT", f"/v1/products/{body['sku']}", OPS, json_body=details(name="a\u0081b"))
    assert replaced.problem == "precondition-required"


def free_texts(schema: Any) -> set[str]:
    """The patterns of a schema that let control characters pass."""
    if isinstance(schema, list):
        return set().union(*map(free_texts, schema))
    if not isinstance(schema, dict):
        return set()
    inner = set().union(*map(free_texts, schema.values()))
    pattern = schema.get("pattern")
    return inner | ({pattern} if isinstance(pattern, str) and re.search(pattern, "a\u0085b") else set())


def test_these_operations_take_free_text() -> None:
    bodies = {operation["operationId"]: operation.get("requestBody", {}) for operation in operations().values()}
    takes = {name for name, body in bodies.items() if free_texts(resolved(body))}
    assert takes >= {"createProduct", "replaceProduct", "adjustStock", "changeProfile"}


def test_the_search_is_the_only_free_text_of_a_query() -> None:
    every = {
        (name, parameter["name"]): parameter["schema"]
        for name, operation in ((each["operationId"], each) for each in operations().values())
        for parameter in resolved(operation.get("parameters", []))
        if parameter["in"] == "query"
    }
    assert len(every) > 5
    assert {of for of, schema in every.items() if free_texts(schema)} == {("listProducts", "q")}


@pytest.mark.parametrize("control", ["\u0085", "\u2028", "\u2029", "\u202e", "\u2066", "\u200f"], ids=ascii)
def test_a_search_for_what_no_text_may_hold_is_refused(control: str) -> None:
    refused = call("GET", "/v1/products", query={"category": "tea", "q": f"Earl{control}Grey"})
    assert (refused.status, refused.problem) == (400, "bad-request")
    assert [each["pointer"] for each in refused.body["errors"]] == ["q"]


@quickly
@given(st.text(min_size=1, max_size=40))
def test_a_search_is_taken_just_if_a_name_could_begin_so(text: str) -> None:
    taken = call("GET", "/v1/products", query={"category": "tea", "q": text})
    fits = re.fullmatch(limits.ONE_LINE, text) and not re.search(limits.CONTROLS, text)
    assert taken.status == (200 if fits else 400)


def test_the_reason_of_an_adjustment_is_one_of_them() -> None:
    path, body = "/v1/products/TEA-100/stock-adjustments", {"delta": 1, "reason": "a\u2029b"}
    refused = call("POST", path, OPS, key=new_sku(), json_body=body)
    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/reason")


def test_every_such_text_of_a_body_is_pointed_at() -> None:
    odd = "a\u202eb"
    address = {"street": odd, "postal_code": "1\u00851", "city": "Lund", "country": "SE"}
    headers = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
    refused = call("PATCH", "/v1/customers/me", ANN, headers=headers, json_body={"name": odd, "addresses": [address]})
    assert (refused.status, refused.problem) == (422, "control-characters")
    pointers = [each["pointer"] for each in refused.body["errors"]]
    assert pointers == ["/name", "/addresses/0/street", "/addresses/0/postal_code"]
    assert odd not in str(refused.body)


@quickly
@given(st.text(min_size=1, max_size=40))
def test_a_name_is_taken_just_if_it_fits_the_promise_and_holds_no_control(name: str) -> None:
    body = {"sku": new_sku(), **details(name=name)}
    reply = call("POST", "/v1/products", OPS, key=new_sku(), json_body=body)
    fits = re.fullmatch(limits.ONE_LINE, name) is not None
    assert reply.status == (400 if not fits else 422 if re.search(limits.CONTROLS, name) else 201)


@pytest.mark.parametrize("name", ["Größe 38 ½", "茶", "🫖 Teapot", "a\u0301", "x" * 120, "\U0010ffff"])
def test_a_name_may_be_in_any_script(name: str) -> None:
    sku = new_sku()
    body = {"sku": sku, **details(name=name, description="Line 1\nLine 2")}
    assert call("POST", "/v1/products", OPS, key=new_sku(), json_body=body).status == 201
    assert call("GET", f"/v1/products/{sku}").body["name"] == name


@quickly
@given(anything)
def test_any_body_is_answered_as_promised(body: object) -> None:
    reply = post_order(raw_body=events.json_body(body), headers={"Content-Type": "application/json"})
    assert (reply.status, reply.problem) == (400, "bad-request")


@quickly
@given(st.text(max_size=20).filter(lambda part: "/" not in part), st.dictionaries(st.text(), st.text(), max_size=3))
def test_any_path_query_and_header_is_answered_as_promised(part: str, pairs: dict[str, str]) -> None:
    replies = [
        call("GET", f"/v1/orders/{part}", ANN, query=pairs, headers=pairs),
        call("GET", f"/v1/products/{part}", query=pairs, headers=pairs),
        call("GET", "/v1/products", query={"category": "tea", **pairs}, headers=pairs),
    ]
    assert all(reply.status < 500 for reply in replies)


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("DELETE", "/v1/orders", "GET, POST"),
        ("PATCH", "/v1/products/TEA-100", "GET, PUT"),
        ("HEAD", "/v1/health", "GET"),
        ("GET", "/v1/orders/1/cancellation", "POST"),
    ],
)
def test_a_method_that_a_path_does_not_have_is_named(method: str, path: str, allow: str) -> None:
    reply = call(method, path, ANN)
    assert (reply.status, reply.problem, reply.headers["Allow"]) == (405, "method-not-allowed", allow)


@pytest.mark.parametrize("path", ["/v1/nothing", "/", "/v2/orders", "/v1/orders/1/2/3", "/v1/a%2Fb%2f/~:@!$&'()*+,;="])
def test_an_unknown_path_is_not_found(path: str) -> None:
    reply = call("GET", path, ANN)
    assert (reply.status, reply.problem, reply.body["instance"]) == (404, "not-found", f"/beta{path}")


@pytest.mark.parametrize("path", ['/v1/a"b', "/v1/a b", "/v1/ö", "/v1/a\x1b<b>"])
def test_a_problem_s_instance_is_a_reference_whatever_the_path(path: str) -> None:
    reply = call("GET", path, ANN)
    assert reply.body["instance"] == f"/beta{quote(path)}"

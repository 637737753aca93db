"""Traffic is planned from what the document and the seed know, and what can't be sent is named."""

import json
import random
import re
import uuid
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.load.plan import Seed, plan_requests, read_seed
from pipeline.rehearsal.load.request import WATCHED_SHARE, Mix, Request, draw, mixed
from pipeline.rehearsal.spec import Json

CONTRACT = Path(__file__).parents[5] / "contracts" / "openapi.yaml"

SKU: dict[str, Json] = {"name": "sku", "in": "path", "required": True, "schema": {"type": "string"}}
KEY: dict[str, Json] = {"name": "Idempotency-Key", "in": "header", "required": True}
BODY: dict[str, Json] = {"content": {"application/json": {}}}


def document(**operations: dict[str, Json]) -> dict[str, Json]:
    """A document with one path for each operation, named after it; `sku` is in the path if it is a parameter."""
    paths: dict[str, Json] = {}
    for name, operation in operations.items():
        method, _, rest = name.partition("_")
        path = f"/{rest}/{{sku}}" if SKU in _list(operation.get("parameters")) else f"/{rest}"
        paths[path] = {method: {"operationId": rest, **operation}}
    schemes: Json = {
        "customer": {"type": "http", "scheme": "bearer"},
        "cognito": {"type": "apiKey", "in": "header", "name": "Authorization"},
        "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    }
    return {"openapi": "3.0.3", "paths": paths, "components": {"securitySchemes": schemes}}


def repeatable(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311  nothing secret


def lacking(place: str) -> dict[str, Json]:
    return {"parameters": [{"name": "id", "in": place, "required": True}]}


def _list(value: Json | None) -> list[Json]:
    return value if isinstance(value, list) else []


SEED = Seed(
    bearer={"customer": ["token-a", "token-b"], "cognito": ["token-c"], "key": ["secret"]},
    parameters={"sku": ["TEA 1/2", 7], "page": [True]},
    bodies={"order": [{"sku": "TEA"}], "cancel": [None]},
)


def reasons(found: dict[str, Json], seed: Seed = SEED) -> dict[str, str]:
    return {item.subject: item.why for item in plan_requests(found, seed).not_exercised}


def only(found: dict[str, Json], seed: Seed = SEED) -> Request:
    """The request that is drawn of the only operation that can be."""
    (template,) = plan_requests(found, seed).templates
    return draw(Mix(((template,),)), repeatable(1))


def test_a_read_with_known_parameters_is_sent() -> None:
    found = only(document(get_products={"parameters": [SKU]}), Seed(parameters={"sku": ["TEA 1/2"]}))
    assert (found.method, found.target, found.headers, found.body) == (
        "GET",
        "/products/TEA%201%2F2",
        {"Accept": "application/json"},
        None,
    )


def test_a_write_is_sent_with_a_seeded_body_a_token_and_a_fresh_key() -> None:
    found = document(post_order={"parameters": [KEY], "requestBody": BODY, "security": [{"customer": []}]})
    (template,) = plan_requests(found, SEED).templates
    rng = repeatable(3)
    requests = [draw(Mix(((template,),)), rng) for _ in range(50)]
    assert {request.headers["Authorization"] for request in requests} == {"Bearer token-a", "Bearer token-b"}
    assert {request.body for request in requests} == {b'{"sku": "TEA"}'}
    keys = {uuid.UUID(request.headers["Idempotency-Key"]).version for request in requests}
    assert keys == {4}
    assert len({request.headers["Idempotency-Key"] for request in requests}) == 50


def test_a_write_without_a_body_is_sent_only_if_the_seed_names_it() -> None:
    assert only(document(post_cancel={})).body is None
    why = reasons(document(post_other={}))
    assert why == {"traffic to POST /other": "it changes data, and the seed has no body for it"}


def test_what_deletes_is_not_sent_unless_it_is_asked_for() -> None:
    assert list(reasons(document(delete_products={"parameters": [SKU]}))) == ["traffic to DELETE /products/{sku}"]


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        (lacking("query"), "the seed has no value for its query parameter id"),
        (lacking("cookie"), "the seed has no value for its cookie parameter id"),
        ({"security": [{"staff": []}]}, "the seed has no bearer token for staff"),
        ({"security": [{"key": []}]}, "the seed has no bearer token for key"),
        ({"security": [{"customer": [], "staff": []}]}, "the seed has no bearer token for staff"),
        ({"parameters": [{"$ref": "#/components/Gone"}]}, "#/components/Gone is not in the document"),
    ],
)
def test_what_can_not_be_sent_is_named_with_its_reason(operation: dict[str, Json], why: str) -> None:
    assert reasons(document(get_thing=operation)) == {"traffic to GET /thing": why}


def test_only_json_is_written() -> None:
    found = document(post_order={"requestBody": {"content": {"text/csv": {}}}})
    assert reasons(found) == {"traffic to POST /order": "it takes no JSON"}


def test_the_first_security_alternative_that_can_be_met_is_taken() -> None:
    found = only(document(get_thing={"security": [{"staff": []}, {"cognito": []}]}))
    assert found.headers["Authorization"] == "Bearer token-c"
    assert "Authorization" not in only(document(get_thing={"security": [{}]})).headers


def test_a_token_for_one_operation_alone_comes_before_one_for_all() -> None:
    found = document(get_mine={"security": [{"customer": []}]}, get_theirs={"security": [{"customer": []}]})
    mine, theirs = plan_requests(found, Seed(bearer={"customer": ["a"], "theirs.customer": ["b"]})).templates
    assert (mine.tokens, theirs.tokens) == (("a",), ("b",))
    assert list(reasons(found, Seed(bearer={"theirs.customer": ["b"]}))) == ["traffic to GET /mine"]


def test_a_key_in_a_header_goes_with_a_token() -> None:
    found = document(get_thing={"security": [{"customer": [], "key": []}]})
    both = only(found, Seed(bearer={"customer": ["token-a"]}, keys={"key": ["key-a"]}))
    assert (both.headers["Authorization"], both.headers["X-Api-Key"]) == ("Bearer token-a", "key-a")
    for lacking in (Seed(keys={"key": ["key-a"]}), Seed(bearer={"customer": ["token-a"]})):
        assert list(reasons(found, lacking)) == ["traffic to GET /thing"]


def test_a_key_alone_or_for_another_kind_of_scheme_opens_nothing() -> None:
    alone = document(get_thing={"security": [{"key": []}]})
    assert list(reasons(alone, Seed(keys={"key": ["key-a"]}))) == ["traffic to GET /thing"]
    other = document(get_thing={"security": [{"customer": [], "cognito": []}]})
    wrong = Seed(bearer={"cognito": ["token-c"]}, keys={"customer": ["key-a"]})
    assert reasons(other, wrong) == {"traffic to GET /thing": "the seed has no bearer token for customer"}


@pytest.mark.parametrize(
    "told",
    [
        {"example": "tea"},
        {"schema": {"type": "string", "default": "tea"}},
        {"schema": {"type": "string", "enum": ["tea"]}},
    ],
)
def test_a_required_query_parameter_may_come_from_the_document_itself(told: dict[str, Json]) -> None:
    parameter: Json = {"name": "category", "in": "query", "required": True, **told}
    assert only(document(get_products={"parameters": [parameter]})).target == "/products?category=tea"


def test_a_value_for_one_operation_alone_comes_before_one_for_all() -> None:
    found = document(get_mine={"parameters": [SKU]}, get_theirs={"parameters": [SKU]})
    seed = Seed(parameters={"sku": ["TEA"], "theirs.sku": ["MUG"]})
    mine, theirs = plan_requests(found, seed).templates
    assert [draw(Mix(((each,),)), repeatable(1)).target for each in (mine, theirs)] == ["/mine/TEA", "/theirs/MUG"]


def test_a_value_for_one_operation_is_no_other_operations() -> None:
    found = document(get_mine={"parameters": [SKU]}, get_theirs={"parameters": [SKU]})
    why = reasons(found, Seed(parameters={"theirs.sku": ["MUG"]}))
    assert why == {"traffic to GET /mine/{sku}": "the seed has no value for its path parameter sku"}


def test_an_optional_parameter_is_sent_half_of_the_time() -> None:
    found = document(get_products={"parameters": [{"name": "page", "in": "query"}]})
    (template,) = plan_requests(found, SEED).templates
    rng = repeatable(5)
    targets = {draw(Mix(((template,),)), rng).target for _ in range(30)}
    assert targets == {"/products", "/products?page=true"}


@given(seed=st.integers(), count=st.integers(1, 20))
def test_the_same_seed_draws_the_same_requests(seed: int, count: int) -> None:
    found = document(get_products={"parameters": [SKU]}, post_order={"parameters": [KEY], "requestBody": BODY})
    templates = plan_requests(found, SEED).templates
    first, second = repeatable(seed), repeatable(seed)
    mix = mixed(templates, ())
    assert [draw(mix, first) for _ in range(count)] == [draw(mix, second) for _ in range(count)]


def test_every_tag_is_as_likely_as_every_other_however_many_operations_it_has() -> None:
    many: dict[str, dict[str, Json]] = {f"get_order{number}": {"tags": ["orders"]} for number in range(9)}
    mix = mixed(plan_requests(document(**many, get_health={"tags": ["service", "other"]}), SEED).templates, ())
    assert [len(group) for group in mix.watched] == [9, 1]
    rng = repeatable(5)
    drawn = Counter(draw(mix, rng).operation for _ in range(2_000))
    assert drawn["health"] == pytest.approx(1_000, rel=0.1)
    assert len(drawn) == 10


def test_most_requests_go_to_what_is_watched_and_the_others_still_get_some() -> None:
    many: dict[str, dict[str, Json]] = {f"get_order{number}": {"tags": ["orders"]} for number in range(9)}
    templates = plan_requests(document(**many, get_health={"tags": ["service"]}), SEED).templates
    mix, rng = mixed(templates, {"health"}), repeatable(5)
    drawn = Counter(draw(mix, rng).operation for _ in range(2_000))
    assert drawn["health"] == pytest.approx(2_000 * WATCHED_SHARE, rel=0.05)
    assert len(drawn) == 10


def test_where_everything_is_watched_or_nothing_all_are_of_one_kind() -> None:
    templates = plan_requests(document(get_one={}, get_other={}), SEED).templates
    whole = Mix(tuple((template,) for template in templates))
    assert mixed(templates, {"one", "other"}) == whole
    assert mixed(templates, {"gone"}) == whole
    assert mixed(templates, ()) == whole


def test_an_operation_without_a_tag_stands_for_itself() -> None:
    templates = plan_requests(document(get_one={}, get_other={}), SEED).templates
    assert [template.tag for template in templates] == ["one", "other"]


@given(value=st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_a_value_arrives_as_it_was_meant(value: str) -> None:
    parameter: Json = {"name": "q", "in": "query", "required": True}
    seed = Seed(parameters={"sku": [value], "q": [value]})
    target = urlsplit(only(document(get_products={"parameters": [SKU, parameter]}), seed).target)
    assert re.fullmatch(r"/products/[^/]+", target.path)
    assert parse_qs(target.query)["q"] == [value]


def test_every_operation_of_the_real_contract_is_planned_or_named() -> None:
    contract = yaml.safe_load(CONTRACT.read_text())
    operations = [item for path in contract["paths"].values() for item in path.values() if "operationId" in item]
    plan = plan_requests(contract, Seed(bearer={"customer": ["t"]}, parameters={"sku": ["TEA"]}))
    assert len(plan.templates) + len(plan.not_exercised) == len(operations)
    assert {template.operation for template in plan.templates} >= {"listProducts", "getProduct", "listOrders"}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"bearer": {"customer": []}}', "bearer.customer"),
        ('{"token": "hidden"}', "token"),
        ('{"bearer": {"customer": "hidden"}}', "bearer.customer"),
        ("[]", ""),
    ],
)
def test_a_seed_that_can_not_be_read_says_where_and_shows_no_token(text: str, path: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        read_seed(json.loads(text), "seed.json")
    assert str(unreadable.value).startswith(f"seed.json: {path}" if path else "seed.json: ")
    assert "hidden" not in str(unreadable.value)


def test_tokens_are_never_shown() -> None:
    found = document(get_thing={"security": [{"customer": []}]})
    plan = plan_requests(found, SEED)
    assert "token-" not in f"{SEED!r} {plan!r} {only(found)!r}"

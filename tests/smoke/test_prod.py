"""Read-only probes of a stage, as a stranger would make them. No users, no data, safe in prod."""

import os

import pytest

from api.adapters.sources import new_id
from tests.support.promised import Operation, assert_is, for_carriers, for_partners, operations, promise, secured
from tests.support.stage import Stage

WELL_FORMED_AND_NOWHERE = "SMOKE-NO-SUCH-SKU"


@pytest.fixture(scope="session")
def stage() -> Stage:
    """The API of the stage that SLIPWAY_API_URL names."""
    url = os.environ.get("SLIPWAY_API_URL")
    if not url:
        pytest.exit("no stage to test: set SLIPWAY_API_URL", returncode=3)
    return Stage(url)


def test_it_is_healthy_and_says_which_stage_it_is(stage: Stage) -> None:
    answer = stage.call("GET", "/v1/health")
    assert answer.status == 200
    assert_is("Health", answer.json)
    assert answer.json["stage"] == os.environ.get("SLIPWAY_STAGE", answer.json["stage"])


def test_the_promise_that_it_gives_is_the_one_we_keep(stage: Stage) -> None:
    answer = stage.call("GET", "/v1/openapi.json")
    assert (answer.status, answer.json) == (200, promise())


def test_products_are_listed(stage: Stage) -> None:
    answer = stage.call("GET", "/v1/products", query={"category": "tea", "limit": 5})
    assert answer.status == 200
    assert_is("ProductPage", answer.json)


def test_a_listed_product_is_read_with_its_stock(stage: Stage) -> None:
    found = [
        product
        for category in ("tea", "coffee")
        for product in stage.call("GET", "/v1/products", query={"category": category, "limit": 1}).json["items"]
    ]
    for product in found:  # a stage without products is new, not ill
        assert stage.call("GET", f"/v1/products/{product['sku']}").json == product
        assert_is("Availability", stage.call("GET", f"/v1/products/{product['sku']}/availability").json)


@pytest.mark.parametrize(
    "operation", [*secured(), *for_partners(), *for_carriers()], ids=lambda operation: operation.name
)
def test_nobody_gets_in_without_a_token(stage: Stage, operation: Operation) -> None:
    answer = stage.call(operation.method, operation.filled())
    assert answer.status in (401, 403), answer
    assert_is("Problem", answer.json)


def test_what_is_not_there_is_told_as_a_problem(stage: Stage) -> None:
    answer = stage.call("GET", f"/v1/products/{WELL_FORMED_AND_NOWHERE}")
    assert (answer.status, answer.problem) == (404, "not-found")
    assert_is("Problem", answer.json)


def test_a_correlation_id_comes_back(stage: Stage) -> None:
    sent = new_id()
    assert stage.call("GET", "/v1/health", headers={"X-Correlation-Id": sent}).headers["X-Correlation-Id"] == sent


def test_every_public_read_answers(stage: Stage) -> None:
    public = [operation for operation in operations() if not operation.secured and operation.method == "GET"]
    statuses = {one.name: stage.call("GET", one.filled(), query={"category": "tea"}).status for one in public}
    assert public
    assert set(statuses.values()) <= {200, 404}, statuses

"""Imports in DynamoDB: they come back as they were kept, and a batch is all or nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from api.adapters.product_imports import LIFETIME, DynamoImports, from_import, to_import
from api.adapters.products import DynamoProducts
from api.adapters.sources import new_id
from api.domain.errors import Busy, Overtaken
from api.domain.events import Cause, Event, product_changed
from api.domain.model import Product
from api.domain.product_imports import Failure, Fault, ImportStatus, ProductImport, Progress, Unlisted
from tests.support.dynamodb import TABLE, count_items, new_sku
from tests.support.openapi import operations
from tests.unit.api.domain.examples import CAUSE, LATER, NOON, product

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

WAITING = ProductImport("01JDA7C0R00000000000000006", 20, ImportStatus.WAITING, 1, NOON, NOON, CAUSE)
FAULTS = (Fault(3, Unlisted("/sku", "bad")), Fault(9, Unlisted("", "worse")))
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def imports(stage: "DynamoDBClient") -> DynamoImports:
    return DynamoImports(stage, TABLE, pause=lambda _: None)


@pytest.fixture
def running(imports: DynamoImports) -> ProductImport:
    """An import that is kept, with a line left to work off."""
    new = replace(WAITING, id=new_id())
    imports.keep(new)
    begun = new.begun(LATER, "v1", 20, 1)
    imports.change(begun)
    return begun


def change(sku: str, version: int = 1) -> tuple[Product, Event]:
    after = replace(product(sku), version=version)
    return after, product_changed(after, new_id(), CAUSE)


def done(before: ProductImport) -> ProductImport:
    return before.worked_off(LATER, Progress(1, 20, 1))


@pytest.mark.parametrize(
    "kept",
    [
        WAITING,
        replace(WAITING, cause=Cause("C", "request", TRACE)),
        WAITING.begun(LATER, "v1", 30, 9),
        WAITING.begun(LATER, "", 30, 9).worked_off(LATER, Progress(9, 30, 4, 3, 2, FAULTS)),
        WAITING.failed(LATER, Failure.TOO_MANY_LINES),
    ],
    ids=["waiting", "traced", "running", "done", "failed"],
)
def test_an_import_comes_back_as_it_was_kept(kept: ProductImport) -> None:
    assert to_import(from_import(kept)) == kept


def test_an_import_is_dropped_after_the_30_days_that_the_contract_promises() -> None:
    assert timedelta(days=30) == LIFETIME, f"an import can be looked up for 30 days, not {LIFETIME.days}"
    assert "for 30 days" in operations()["GET", "/v1/product-imports/{id}"]["description"]
    assert from_import(WAITING)["expires_at"] == int((NOON + timedelta(days=30)).timestamp())


@pytest.mark.emulator
def test_an_import_is_found_by_its_number(imports: DynamoImports, running: ProductImport) -> None:
    assert imports.get(running.id) == running
    assert imports.get(new_id()) is None


@pytest.mark.emulator
def test_of_two_changes_of_one_version_one_is_kept(imports: DynamoImports, running: ProductImport) -> None:
    imports.change(running.failed(LATER, Failure.GONE))
    with pytest.raises(Busy):
        imports.change(running.failed(LATER, Failure.EMPTY))
    kept = imports.get(running.id)
    assert kept is not None
    assert kept.failure is Failure.GONE


@pytest.mark.emulator
def test_a_batch_keeps_its_products_its_events_and_how_far_the_import_is(
    stage: "DynamoDBClient", imports: DynamoImports, running: ProductImport
) -> None:
    products = DynamoProducts(stage, TABLE)
    old, new = new_sku(), new_sku()
    products.add(*change(old))
    changes = [change(old, 2), change(new)]
    imports.work_off(done(running), changes)
    assert imports.get(running.id) == done(running)
    assert [products.get(sku) for sku in (old, new)] == [after for after, _ in changes]
    stock = products.stock(new)
    assert stock is not None
    assert stock.available == 0
    assert [count_items(stage, f"EVENT#{event.id}") for _, event in changes] == [1, 1]


@pytest.mark.emulator
@pytest.mark.parametrize("version", [1, 3])
def test_a_batch_with_a_product_that_somebody_has_changed_keeps_nothing(
    stage: "DynamoDBClient", imports: DynamoImports, running: ProductImport, version: int
) -> None:
    products = DynamoProducts(stage, TABLE)
    there, other = new_sku(), new_sku()
    products.add(*change(there))
    with pytest.raises(Busy):
        imports.work_off(done(running), [change(other), change(there, version)])
    assert (imports.get(running.id), products.get(other)) == (running, None)


@pytest.mark.emulator
def test_a_batch_of_an_import_that_is_further_keeps_nothing(
    stage: "DynamoDBClient", imports: DynamoImports, running: ProductImport
) -> None:
    sku = new_sku()
    imports.work_off(done(running), [])
    with pytest.raises(Overtaken):
        imports.work_off(done(running), [change(sku)])
    assert DynamoProducts(stage, TABLE).get(sku) is None

"""The catalogue in DynamoDB, against the emulator."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from api.adapters.products import DynamoProducts
from api.adapters.sources import new_id
from api.adapters.transactions import Refused
from api.domain import limits
from api.domain.errors import Busy, ProductExists, ProductMissing, StockLimit
from api.domain.events import Event, product_changed, stock_low
from api.domain.model import Position, Product, ProductDetails, Stock
from api.domain.money import Money
from tests.support.dynamodb import TABLE, count_items, new_sku
from tests.support.outbox import events_with
from tests.unit.api.domain.examples import CAUSE, LATER, NOON

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator


@pytest.fixture
def products(stage: "DynamoDBClient") -> DynamoProducts:
    return DynamoProducts(stage, TABLE)


def told(product: Product) -> Event:
    return product_changed(product, new_id(), CAUSE)


def low(stock: Stock) -> Event:
    return stock_low(stock, new_id(), NOON, CAUSE)


def added(products: DynamoProducts, name: str = "Earl Grey", category: str = "tea") -> Product:
    product = Product(new_sku(), ProductDetails(name, "", category, Money(890, "EUR")), 1, NOON, NOON)
    products.add(product, told(product))
    return product


def test_a_product_is_found_as_it_was_added(products: DynamoProducts) -> None:
    product = added(products)
    assert products.get(product.sku) == product
    assert products.stock(product.sku) == Stock(product.sku, available=0, reserved=0)


def test_a_product_that_is_not_there_is_none(products: DynamoProducts) -> None:
    assert products.get("NO-1") is None
    assert products.stock("NO-1") is None


def test_adding_twice_changes_nothing(products: DynamoProducts) -> None:
    product = added(products)
    products.adjust(product.sku, 5, NOON, low)
    with pytest.raises(ProductExists):
        products.add(product, told(product))
    assert products.stock(product.sku) == Stock(product.sku, available=5, reserved=0)


def test_several_products_are_those_that_exist(products: DynamoProducts) -> None:
    one, other = added(products), added(products)
    assert products.several([one.sku, "NO-1", other.sku]) == {one.sku: one, other.sku: other}


def test_a_category_is_listed_by_name_page_by_page(products: DynamoProducts) -> None:
    category = new_sku("c").lower()[:32]
    made = [added(products, name, category) for name in ("oolong", "Assam", "earl grey", "Éclair", "Earl Green")]
    listed: list[str] = []
    after: Position | None = None
    pages = 0
    while pages == 0 or after is not None:
        page = products.in_category(category, "", 2, after)
        listed += [product.details.name for product in page.items]
        after, pages = page.next, pages + 1
    assert listed == ["Assam", "Earl Green", "earl grey", "oolong", "Éclair"]
    assert len(made) == 5


def test_a_category_is_searched_by_the_beginning_of_a_name(products: DynamoProducts) -> None:
    category = new_sku("c").lower()[:32]
    for name in ("Earl Grey", "Early Bird", "Assam"):
        added(products, name, category)
    found = products.in_category(category, "EARL", 10, None).items
    assert [product.details.name for product in found] == ["Earl Grey", "Early Bird"]


def test_a_product_is_replaced_with_its_event_in_place_of_the_version_before(
    stage: "DynamoDBClient", products: DynamoProducts
) -> None:
    product = added(products)
    details = ProductDetails("Lapsang", "Smoky.", "smoked", Money(1200, "GBP"))
    changed = Product(product.sku, details, version=2, created_at=NOON, updated_at=LATER)
    event = told(changed)
    products.replace(changed, event)
    assert products.get(product.sku) == changed
    assert count_items(stage, f"EVENT#{event.id}") == 1


@pytest.mark.parametrize("version", [1, 3])
def test_a_product_that_was_changed_meanwhile_stays_and_nothing_is_told(
    stage: "DynamoDBClient", products: DynamoProducts, version: int
) -> None:
    product = added(products)
    event = told(product)
    with pytest.raises(Busy):
        products.replace(replace(product, version=version), event)
    assert products.get(product.sku) == product
    assert count_items(stage, f"EVENT#{event.id}") == 0


def test_an_event_met_twice_is_no_refusal_of_the_domain(products: DynamoProducts) -> None:
    product, other = added(products), added(products)
    event = told(product)
    products.replace(replace(product, version=2), event)
    with pytest.raises(Refused):
        products.replace(replace(other, version=2), event)
    with pytest.raises(Refused):
        products.add(replace(other, sku=new_sku()), event)


def test_stock_goes_up_and_down(products: DynamoProducts) -> None:
    sku = added(products).sku
    assert products.adjust(sku, 5, NOON, low) == Stock(sku, 5, 0)
    assert products.adjust(sku, 0, NOON, low) == Stock(sku, 5, 0)
    assert products.adjust(sku, -5, NOON, low) == Stock(sku, 0, 0)


@pytest.mark.parametrize(("there", "delta"), [(5, -6), (0, -1), (limits.MAX_STOCK, 1), (limits.MAX_STOCK - 4, 5)])
def test_stock_stays_between_nothing_and_its_limit(products: DynamoProducts, there: int, delta: int) -> None:
    sku = added(products).sku
    products.adjust(sku, there, NOON, low)
    with pytest.raises(StockLimit):
        products.adjust(sku, delta, NOON, low)
    assert products.stock(sku) == Stock(sku, there, 0)


def test_a_product_that_is_not_there_has_no_stock_to_adjust(products: DynamoProducts) -> None:
    with pytest.raises(ProductMissing):
        products.adjust(new_sku(), 1, NOON, low)


def lows(client: "DynamoDBClient", sku: str) -> list[dict[str, Any]]:
    """The details of what was told of a product that became low."""
    return [detail for _, detail in events_with(client, sku, "StockLow") if detail["data"]["sku"] == sku]


def test_a_stock_that_is_adjusted_below_the_threshold_is_told_of_once(
    stage: "DynamoDBClient", products: DynamoProducts
) -> None:
    sku = added(products).sku
    for delta, there in ((12, 12), (-2, 10), (-1, 9), (-3, 6), (10, 16), (-16, 0)):
        assert products.adjust(sku, delta, NOON, low) == products.stock(sku) == Stock(sku, there, 0)
    assert len(lows(stage, sku)) == 2


def test_who_adjusts_at_once_over_the_threshold_is_told_of_once(
    stage: "DynamoDBClient", products: DynamoProducts
) -> None:
    sku = added(products).sku
    products.adjust(sku, 14, NOON, low)

    def take(_who: int) -> bool:
        try:
            products.adjust(sku, -1, NOON, low)
        except Busy:
            return False
        return True

    with ThreadPoolExecutor(8) as crowd:
        taken = sum(crowd.map(take, range(10)))
    assert taken > 4
    assert products.stock(sku) == Stock(sku, 14 - taken, 0)
    assert len(lows(stage, sku)) == 1


@pytest.fixture
def stubbed() -> Iterator[tuple[DynamoProducts, Stubber]]:
    client = boto3.client("dynamodb", region_name="eu-west-1", aws_access_key_id="1", aws_secret_access_key="1")
    with Stubber(client) as stubber:
        yield DynamoProducts(client, TABLE), stubber


def test_a_part_of_an_answer_is_no_answer(stubbed: tuple[DynamoProducts, Stubber]) -> None:
    products, stubber = stubbed
    missing = {TABLE: {"Keys": [{"PK": {"S": "PROD#TEA-100"}, "SK": {"S": "META"}}]}}
    stubber.add_response("batch_get_item", {"Responses": {TABLE: []}, "UnprocessedKeys": missing})
    with pytest.raises(Busy):
        products.several(["TEA-100"])


@pytest.mark.parametrize(
    ("code", "expected"), [("TransactionConflictException", Busy), ("ValidationException", ClientError)]
)
def test_a_change_that_meets_a_transaction_is_busy_and_other_errors_stay(
    stubbed: tuple[DynamoProducts, Stubber], code: str, expected: type[Exception]
) -> None:
    products, stubber = stubbed
    stubber.add_client_error("update_item", code)
    with pytest.raises(expected):
        products.adjust("TEA-100", 1, NOON, low)

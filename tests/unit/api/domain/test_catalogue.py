"""What can be done with products."""

import pytest

from api.domain.catalogue import Catalogue
from api.domain.errors import ProductExists, ProductMissing, Stale
from api.domain.events import product_changed, stock_low
from api.domain.model import Product, ProductDetails, Stock
from api.domain.money import Money
from api.domain.ports import Versions
from tests.unit.api.domain.examples import CAUSE, EVENT_ID, LATER, NOON, ProductsInMemory, ids, product

SMOKY = ProductDetails("Lapsang", "Smoky.", "smoked", Money(1200, "GBP"))


def catalogue(products: ProductsInMemory) -> Catalogue:
    return Catalogue(products, lambda: LATER, ids(EVENT_ID))


def test_a_new_product_is_its_first_version_and_told_of() -> None:
    products = ProductsInMemory()
    added = catalogue(products).add("TEA-100", product().details, CAUSE)
    assert added == Product("TEA-100", product().details, version=1, created_at=LATER, updated_at=LATER)
    assert catalogue(products).product("TEA-100") == added
    assert products.events == [product_changed(added, EVENT_ID, CAUSE)]


def test_a_product_is_added_once() -> None:
    products = ProductsInMemory({"TEA-100": product()})
    with pytest.raises(ProductExists, match="TEA-100"):
        catalogue(products).add("TEA-100", product().details, CAUSE)
    assert products.events == []


@pytest.mark.parametrize("expected", [None, frozenset({1}), frozenset({9, 1})])
def test_a_product_is_changed_if_it_is_the_expected_one_and_told_of(expected: Versions) -> None:
    products = ProductsInMemory({"TEA-100": product()})
    changed = catalogue(products).change("TEA-100", SMOKY, expected, CAUSE)
    assert changed == Product("TEA-100", SMOKY, version=2, created_at=NOON, updated_at=LATER)
    assert products.products == {"TEA-100": changed}
    assert products.events == [product_changed(changed, EVENT_ID, CAUSE)]


@pytest.mark.parametrize("expected", [frozenset({2}), frozenset[int]()])
def test_a_product_that_is_not_the_expected_one_stays(expected: Versions) -> None:
    products = ProductsInMemory({"TEA-100": product()})
    with pytest.raises(Stale):
        catalogue(products).change("TEA-100", SMOKY, expected, CAUSE)
    assert (products.products, products.events) == ({"TEA-100": product()}, [])


@pytest.mark.parametrize("expected", [None, frozenset({1})])
def test_a_product_that_is_not_there_is_missing(expected: Versions) -> None:
    products = ProductsInMemory()
    with pytest.raises(ProductMissing):
        catalogue(products).product("TEA-100")
    with pytest.raises(ProductMissing):
        catalogue(products).change("TEA-100", SMOKY, expected, CAUSE)


def test_availability_is_that_of_the_product() -> None:
    products = ProductsInMemory(stocks={"TEA-100": Stock("TEA-100", 4, 2)})
    assert catalogue(products).availability("TEA-100") == Stock("TEA-100", 4, 2)
    with pytest.raises(ProductMissing):
        catalogue(products).availability("MUG-1")


def test_a_product_that_becomes_low_is_told_of() -> None:
    products = ProductsInMemory(stocks={"TEA-100": Stock("TEA-100", 12, 2)})
    assert catalogue(products).adjust("TEA-100", -2, CAUSE) == Stock("TEA-100", 10, 2)
    assert products.events == []
    low = catalogue(products).adjust("TEA-100", -1, CAUSE)
    assert products.events == [stock_low(low, EVENT_ID, LATER, CAUSE)]

"""What can be done with products."""

import pytest

from api.domain import catalogue
from api.domain.errors import ProductExists, ProductMissing
from api.domain.model import Product, Stock
from tests.unit.api.domain.examples import NOON, ProductsInMemory, product


def test_a_new_product_is_its_first_version() -> None:
    products = ProductsInMemory()
    added = catalogue.add(products, lambda: NOON, "TEA-100", product().details)
    assert added == Product("TEA-100", product().details, version=1, created_at=NOON, updated_at=NOON)
    assert catalogue.product(products, "TEA-100") == added


def test_a_product_is_added_once() -> None:
    with pytest.raises(ProductExists, match="TEA-100"):
        catalogue.add(ProductsInMemory({"TEA-100": product()}), lambda: NOON, "TEA-100", product().details)


def test_a_product_that_is_not_there_is_missing() -> None:
    with pytest.raises(ProductMissing):
        catalogue.product(ProductsInMemory(), "TEA-100")


def test_availability_is_that_of_the_product() -> None:
    products = ProductsInMemory(stocks={"TEA-100": Stock("TEA-100", 4, 2)})
    assert catalogue.availability(products, "TEA-100") == Stock("TEA-100", 4, 2)
    with pytest.raises(ProductMissing):
        catalogue.availability(products, "MUG-1")

"""What can be done with products."""

from api.domain.errors import ProductMissing
from api.domain.model import Product, ProductDetails, Stock
from api.domain.ports import Clock, Products


def product(products: Products, sku: str) -> Product:
    """One product. Raises ProductMissing."""
    found = products.get(sku)
    if found is None:
        raise ProductMissing
    return found


def availability(products: Products, sku: str) -> Stock:
    """A product's stock at this moment. Raises ProductMissing."""
    found = products.stock(sku)
    if found is None:
        raise ProductMissing
    return found


def add(products: Products, clock: Clock, sku: str, details: ProductDetails) -> Product:
    """A new product with nothing in stock. Raises ProductExists or Busy."""
    now = clock()
    new = Product(sku, details, version=1, created_at=now, updated_at=now)
    products.add(new)
    return new

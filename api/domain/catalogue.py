"""What can be done with products."""

from dataclasses import dataclass, replace
from datetime import datetime

from api.domain.errors import ProductMissing, Stale
from api.domain.events import Cause, product_changed, stock_low
from api.domain.model import Product, ProductDetails, Stock
from api.domain.ports import Clock, NewId, Products, Versions


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The products, on whatever keeps them. What changes of them is told, together with the change."""

    products: Products
    clock: Clock
    new_id: NewId

    def product(self, sku: str) -> Product:
        """One product. Raises ProductMissing."""
        found = self.products.get(sku)
        if found is None:
            raise ProductMissing
        return found

    def availability(self, sku: str) -> Stock:
        """A product's stock at this moment. Raises ProductMissing."""
        found = self.products.stock(sku)
        if found is None:
            raise ProductMissing
        return found

    def add(self, sku: str, details: ProductDetails, cause: Cause) -> Product:
        """A new product with nothing in stock. Raises ProductExists or Busy."""
        new = added(sku, details, self.clock())
        self.products.add(new, product_changed(new, self.new_id(), cause))
        return new

    def change(self, sku: str, details: ProductDetails, expected: Versions, cause: Cause) -> Product:
        """Change a product that has one of the `expected` versions. Raises ProductMissing, Stale or Busy."""
        before = self.product(sku)
        if expected is not None and before.version not in expected:
            raise Stale
        after = changed(before, details, self.clock())
        self.products.replace(after, product_changed(after, self.new_id(), cause))
        return after

    def adjust(self, sku: str, delta: int, cause: Cause) -> Stock:
        """Add to what is available of a product. Raises ProductMissing, StockLimit or Busy."""
        now = self.clock()
        return self.products.adjust(sku, delta, now, lambda stock: stock_low(stock, self.new_id(), now, cause))


def added(sku: str, details: ProductDetails, now: datetime) -> Product:
    """A product as it is at first."""
    return Product(sku, details, version=1, created_at=now, updated_at=now)


def changed(before: Product, details: ProductDetails, now: datetime) -> Product:
    """A product that says something else of itself."""
    return replace(before, details=details, version=before.version + 1, updated_at=now)

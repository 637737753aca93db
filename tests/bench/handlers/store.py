"""What the handlers to compare have instead of a database."""

PRODUCT = {
    "sku": "BENCH-1",
    "name": "Coffee no. 1",
    "description": "Beans from a single farm.",
    "category": "coffee",
    "price": {"amount": 1250, "currency": "EUR"},
    "version": 3,
    "created_at": "2026-01-01T00:00:00Z",
    "updated_at": "2026-01-02T00:00:00Z",
}
ORDER_ID = "01JD3Y3W3W3W3W3W3W3W3W3W3W"
PLACED_AT = "2026-01-03T00:00:00Z"
LARGEST = 1_000


def product(sku: str) -> dict[str, object] | None:
    """The one product there is."""
    return PRODUCT if sku == PRODUCT["sku"] else None

"""What requests may hold: the same as contracts/openapi.yaml, which a test compares with these models.

Where a function also reads, its operations import them when they are called: pydantic takes a third of an import, and
what an environment is started for mostly sends nothing to validate. For the same reason a model is built when it is
used first.

Bodies are strict (`true` is not 1, "1" is not 1, 1.5 is not a quantity) and closed (an unknown property is an error, so
that a misspelt one is not silently ignored).
"""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from api.domain import limits
from api.domain.claims import Wrong
from api.domain.instants import read
from api.domain.model import OrderStatus, OrdersWanted, ProductDetails, RequestedLine
from api.domain.money import Currency, Money

Sku = Annotated[
    str, StringConstraints(min_length=limits.SKU_LENGTH[0], max_length=limits.SKU_LENGTH[1], pattern=limits.SKU)
]
Category = Annotated[
    str,
    StringConstraints(
        min_length=limits.CATEGORY_LENGTH[0], max_length=limits.CATEGORY_LENGTH[1], pattern=limits.CATEGORY
    ),
]
Name = Annotated[
    str,
    StringConstraints(min_length=limits.NAME_LENGTH[0], max_length=limits.NAME_LENGTH[1], pattern=limits.ONE_LINE),
]
Description = Annotated[str, StringConstraints(max_length=limits.DESCRIPTION_LENGTH[1], pattern=limits.MANY_LINES)]
Reason = Annotated[
    str,
    StringConstraints(min_length=limits.REASON_LENGTH[0], max_length=limits.REASON_LENGTH[1], pattern=limits.ONE_LINE),
]


class Body(BaseModel):
    """A strict, closed, unchangeable body."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)
    ALWAYS_SAID: ClassVar[frozenset[str]] = frozenset()
    """Fields that count as said though they were left out: of what was remembered before only what is said was."""


class Price(Body):
    """What one costs, in minor units."""

    amount: Annotated[int, Field(ge=0, le=limits.MAX_PRICE)]
    currency: Currency

    def money(self) -> Money:
        """As the domain counts it."""
        return Money(self.amount, self.currency)


class ProductDetailsBody(Body):
    """PUT /v1/products/{sku}."""

    name: Name
    description: Description = ""
    category: Category
    price: Price

    ALWAYS_SAID: ClassVar[frozenset[str]] = frozenset({"description"})

    def details(self) -> ProductDetails:
        """As the domain knows it."""
        return ProductDetails(self.name, self.description, self.category, self.price.money())


class NewProduct(ProductDetailsBody):
    """POST /v1/products."""

    sku: Sku


class StockAdjustment(Body):
    """POST /v1/products/{sku}/stock-adjustments. The reason is logged, not kept."""

    delta: Annotated[int, Field(ge=-limits.MAX_ADJUSTMENT, le=limits.MAX_ADJUSTMENT)]
    reason: Reason = ""

    ALWAYS_SAID: ClassVar[frozenset[str]] = frozenset({"reason"})


class NewRedrive(Body):
    """POST /v1/ops/queues/{name}/redrives."""

    messages_per_second: Annotated[int, Field(ge=1, le=limits.MAX_REDRIVE_RATE)] = limits.MAX_REDRIVE_RATE

    ALWAYS_SAID: ClassVar[frozenset[str]] = frozenset({"messages_per_second"})


class NewProductImport(Body):
    """POST /v1/product-imports. The size is the file's, in bytes."""

    size: Annotated[int, Field(ge=1, le=limits.MAX_IMPORT_BYTES)]


class NewOrderLine(Body):
    """A line of a new order."""

    sku: Sku
    quantity: Annotated[int, Field(ge=1, le=limits.MAX_QUANTITY)]


class NewOrder(Body):
    """POST /v1/orders."""

    lines: Annotated[list[NewOrderLine], Field(min_length=1, max_length=limits.MAX_LINES)]

    def requested(self) -> tuple[RequestedLine, ...]:
        """As the domain knows it."""
        return tuple(RequestedLine(line.sku, line.quantity) for line in self.lines)


class NewClaim(Body):
    """POST /v1/orders/{id}/claims."""

    reason: Literal["DAMAGED", "INCOMPLETE", "WRONG"]

    def claimed(self) -> Wrong:
        """As the domain knows it."""
        return Wrong(self.reason)


def _whole_number(text: object) -> int:
    if not (
        isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= len(str(limits.MAX_PAGE_SIZE))
    ):
        raise ValueError(f"must be a whole number from 1 to {limits.MAX_PAGE_SIZE}")
    return int(text)


def _of_a_calendar(text: str) -> str:
    try:
        read(text)
    except ValueError:
        raise ValueError("a moment of a calendar is expected") from None
    return text


Moment = Annotated[str, StringConstraints(pattern=limits.TIMESTAMP), AfterValidator(_of_a_calendar)]


class PageQuery(BaseModel):
    """`limit` and `cursor`; parameters of other names are none of ours."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    limit: Annotated[int, BeforeValidator(_whole_number), Field(ge=1, le=limits.MAX_PAGE_SIZE)] = limits.PAGE_SIZE
    cursor: (
        Annotated[
            str,
            StringConstraints(
                min_length=limits.CURSOR_LENGTH[0], max_length=limits.CURSOR_LENGTH[1], pattern=limits.CURSOR
            ),
        ]
        | None
    ) = None


class OrderQuery(PageQuery):
    """GET /v1/orders."""

    status: OrderStatus | None = None
    since: Annotated[Moment | None, Field(alias="from")] = None
    before: Annotated[Moment | None, Field(alias="to")] = None

    def wanted(self) -> OrdersWanted:
        """As the domain knows it."""
        since, before = (None if told is None else read(told) for told in (self.since, self.before))
        return OrdersWanted(self.status, since, before)


class ProductQuery(PageQuery):
    """GET /v1/products."""

    category: Category
    q: Annotated[
        str,
        StringConstraints(
            min_length=limits.SEARCH_LENGTH[0], max_length=limits.SEARCH_LENGTH[1], pattern=limits.ONE_LINE
        ),
    ] = ""

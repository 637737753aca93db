"""What can stand against a request, in the domain's words.

None of these knows HTTP; api/handlers/problems.py says which status each one becomes.
"""

from collections.abc import Iterable


class DomainError(Exception):
    """A rule of the domain says no. `str()` of it may be shown to the caller."""


class ProductMissing(DomainError):
    """There is no product with this number."""

    def __init__(self) -> None:
        super().__init__("There is no such product.")


class ProductExists(DomainError):
    """A product with this number is there already."""

    def __init__(self, sku: str) -> None:
        super().__init__(f"There is a product {sku} already; change it with PUT.")


class ImportMissing(DomainError):
    """There is no such import of products, or no more."""

    def __init__(self) -> None:
        super().__init__("There is no such import.")


class StockLimit(DomainError):
    """An adjustment would take the stock below nothing or above what can be kept."""

    def __init__(self, sku: str) -> None:
        super().__init__(f"The stock of {sku} would fall below zero or rise above its limit.")


class LineError(DomainError):
    """A rule about lines of an order; `indexes` are their places, counted from 0."""

    def __init__(self, detail: str, indexes: Iterable[int]) -> None:
        super().__init__(detail)
        self.indexes = tuple(indexes)


class UnknownProduct(LineError):
    """Lines name products that do not exist."""

    def __init__(self, indexes: Iterable[int]) -> None:
        super().__init__("The order names a product that does not exist.", indexes)


class RepeatedProduct(LineError):
    """Lines name a product that an earlier line names."""

    def __init__(self, indexes: Iterable[int]) -> None:
        super().__init__("A product may stand in one line only; add the quantities up.", indexes)


class OutOfStock(LineError):
    """Lines ask for more than is available."""

    def __init__(self, indexes: Iterable[int]) -> None:
        super().__init__("There is not enough in stock.", indexes)


class PlacedBefore(Exception):
    """The same request has placed an order before; no refusal, as that order is the answer."""

    def __init__(self, order_id: str) -> None:
        super().__init__(f"this request has placed order {order_id}")
        self.order_id = order_id


class Overtaken(Exception):
    """Somebody else works on the same thing and is further; no refusal, as it may be looked at again."""


class UnderWay(Exception):
    """Somebody else does this very thing at the moment; no refusal, as it may be looked at again."""


class EventUnreadable(Exception):
    """An event is not of the form that contracts/events/ promises, or of a newer one: nothing to be handled here."""


class MixedCurrencies(DomainError):
    """An order's products are priced in more than one currency."""

    def __init__(self, currencies: Iterable[str]) -> None:
        super().__init__(f"An order has one currency, these products have {', '.join(sorted(currencies))}.")


class OrderMissing(DomainError):
    """There is no such order, or it is somebody else's: the caller may not learn which."""

    def __init__(self) -> None:
        super().__init__("There is no such order.")


class PartnerMissing(DomainError):
    """The partner is no longer there."""

    def __init__(self) -> None:
        super().__init__("There is no such partner any more.")


class OrderShipped(DomainError):
    """The order has left the house."""

    def __init__(self, order_id: str) -> None:
        super().__init__(f"Order {order_id} has been shipped and can no longer be cancelled.")


class OrderAlreadyCancelled(DomainError):
    """The order was cancelled before."""

    def __init__(self, order_id: str) -> None:
        super().__init__(f"Order {order_id} has been cancelled already.")


class NothingToPay(DomainError):
    """The order does not wait for a payment."""

    def __init__(self, order_id: str) -> None:
        super().__init__(f"Order {order_id} does not wait for a payment.")


class PaymentMissing(DomainError):
    """The order has no such payment."""

    def __init__(self) -> None:
        super().__init__("There is no such payment.")


class ParcelMissing(DomainError):
    """There is no parcel of this number, or it is another carrier's: the caller may not learn which."""

    def __init__(self) -> None:
        super().__init__("There is no such parcel.")


class ScanReused(DomainError):
    """A scan of the same id has told something else of the parcel."""

    def __init__(self, scan_id: str) -> None:
        super().__init__(f"The scan {scan_id} of this parcel told something else before; give each scan its own id.")


class ImpossibleTime(DomainError):
    """A scan is of a day that no calendar has, of the future, or of before what must have come first."""

    def __init__(self, why: str = "Nothing can have been scanned at that time.") -> None:
        super().__init__(why)


class InvoicePending(DomainError):
    """The order is confirmed, and its invoice not written yet."""

    def __init__(self) -> None:
        super().__init__("The invoice is being written; ask again in a few seconds.")


class NoInvoice(DomainError):
    """The order has no invoice: it is not paid for, or was cancelled before it had one."""

    def __init__(self) -> None:
        super().__init__("This order has no invoice: it is not paid for, or was cancelled before it had one.")


class QueueMissing(DomainError):
    """There is no queue of this name."""

    def __init__(self) -> None:
        super().__init__("There is no such queue.")


class RedriveRunning(DomainError):
    """The queue's dead letters are being sent back already."""

    def __init__(self) -> None:
        super().__init__("The dead letters of this queue are on their way back already; wait until they are.")


class AccountClosed(DomainError):
    """The customer has been erased; a token of before is still good for reading what is theirs."""

    def __init__(self) -> None:
        super().__init__("This account is closed.")


class CustomerMissing(DomainError):
    """Nobody has an account of this number."""

    def __init__(self) -> None:
        super().__init__("There is no such customer.")


class CustomerErased(DomainError):
    """The customer asked to be forgotten."""

    def __init__(self) -> None:
        super().__init__("There is no such customer any more.")


class Stale(DomainError):
    """The thing has changed since the caller read it."""

    def __init__(self) -> None:
        super().__init__("It has changed since you read it; read it again.")


class Busy(DomainError):
    """Others change the same items at this moment; trying again helps."""

    def __init__(self) -> None:
        super().__init__("Others are changing the same items at this moment; try again.")


class InvalidCursor(DomainError):
    """A cursor that this caller did not get for this query, or got too long ago."""

    def __init__(self) -> None:
        super().__init__("The cursor is not valid for this query; start again from the first page.")

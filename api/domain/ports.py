"""What the domain asks of the world. Adapters keep these promises; the domain imports none of them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from api.domain.circuit import Circuit
from api.domain.cursor import Scope
from api.domain.events import Cause, Event
from api.domain.model import (
    Notice,
    Order,
    OrderReference,
    OrderStatus,
    OrderSummary,
    OrdersWanted,
    Page,
    Position,
    Product,
    Stock,
)
from api.domain.payment import Answer, Payment, Unavailable, Voided
from api.domain.shipment import Scan, Shipment
from api.domain.timeline import Step

if TYPE_CHECKING:
    from api.domain.claims import Claim
    from api.domain.customer import Preferences, Profile, Recipient
    from api.domain.invoice_page import Numbered
    from api.domain.letters import Letter
    from api.domain.partners import Partner, Usage
    from api.domain.photographs import Kept, Photograph, Uploaded
    from api.domain.product_imports import Link, ProductImport
    from api.domain.shipping import Move

type Clock = Callable[[], datetime]
"""The present moment, with a time zone."""

type NewId = Callable[[], str]
"""A fresh ULID."""

type Versions = frozenset[int] | None
"""The versions that a change is meant for; None for whichever is there."""

type LowStock = Callable[[Stock], Event]
"""Tells of a product that becomes low, with its stock as it is then."""


class Products(Protocol):
    """The catalogue and its stock. Every method is one request to the store."""

    def get(self, sku: str) -> Product | None:
        """One product, None if there is none."""
        ...

    def several(self, skus: Collection[str]) -> Mapping[str, Product]:
        """Those of the products that exist, by sku."""
        ...

    def in_category(self, category: str, prefix: str, limit: int, after: Position | None) -> Page[Product]:
        """A category's products by name; only those whose name begins with `prefix`."""
        ...

    def stock(self, sku: str) -> Stock | None:
        """The stock of this moment, read consistently."""
        ...

    def add(self, product: Product, event: Event) -> None:
        """Keep a new product, with nothing in stock, and note the event. Raises ProductExists or Busy."""
        ...

    def replace(self, changed: Product, event: Event) -> None:
        """Keep a product in place of the version before it, and note the event. Raises Busy if that is not there."""
        ...

    def adjust(self, sku: str, delta: int, now: datetime, low: LowStock) -> Stock:
        """Add to what is available, and note if the product becomes low. Raises ProductMissing, StockLimit or Busy."""
        ...


class Orders(Protocol):
    """The orders. Every method is one request to the store."""

    def place(self, order: Order, events: Sequence[Event], receipt: str, low: LowStock) -> None:
        """Keep the order, take its stock, note what happened and what became low, keep the receipt: all or nothing.

        Raises PlacedBefore if there is an order for this receipt, AccountClosed, OutOfStock or Busy.
        """
        ...

    def get(self, order_id: str) -> Order | None:
        """One order with its lines, read consistently."""
        ...

    def of_customer(
        self, customer: str, wanted: OrdersWanted, limit: int, after: Position | None
    ) -> Page[OrderSummary]:
        """A customer's orders, newest first. A page of those of one status may have fewer than `limit`, also none."""
        ...

    def history(self, order_id: str) -> Sequence[Step]:
        """What has happened to an order, the oldest first; nothing of one from before it was noted."""
        ...

    def of_payment(self, payment_id: str, reference: str | None) -> str | None:
        """The id of the order that a payment belongs to, by our number for it or by the provider's.

        One request, and a second where the first finds nothing. What changed a moment ago may not be found yet.
        """
        ...

    def change(self, order: Order, events: Sequence[Event]) -> None:
        """Keep the order as changed, with its payment and what happened: all or nothing.

        An order that is cancelled or not paid for gives its stock back. Raises Busy if it was changed meanwhile.
        """
        ...

    def unsettled(self, status: OrderStatus, before: datetime) -> Sequence[OrderSummary]:
        """Orders of this status, placed before that moment, whose payment the provider has something left to answer to.

        As many as a page holds, of each part that they are kept in; never those of one customer only.
        """
        ...


class PaymentProvider(Protocol):
    """Whoever takes the money. Each method is one attempt that takes at most `seconds`."""

    def authorise(self, payment: Payment, correlation_id: str, seconds: float) -> Answer:
        """Ask for the money; the same answer as before for a payment that was answered before."""
        ...

    def void(self, payment: Payment, correlation_id: str, seconds: float) -> Voided | Unavailable:
        """Let the money go. The provider will not authorise this payment any more, whatever comes late."""
        ...


class PaymentWork(Protocol):
    """What the payment worker is to do."""

    def later(self, order_id: str, cause: Cause) -> None:
        """See to what is unsettled about this order, in a while. It may be lost: the sweeper finds the order, too."""
        ...


class StoreDown(Exception):
    """Where the circuit is kept can't be reached."""


@dataclass(frozen=True, slots=True)
class KeptCircuit:
    """A circuit, and how often it was written (0: never)."""

    circuit: Circuit
    version: int


class Circuits(Protocol):
    """Where the circuit is kept that all functions share. Every method raises StoreDown if that can't be reached."""

    def read(self) -> KeptCircuit:
        """The circuit as it is now."""
        ...

    def replace(self, before: KeptCircuit, after: Circuit) -> bool:
        """Keep `after` instead of `before`; False if somebody else was faster."""
        ...


class Inbox(Protocol):
    """What a worker has handled already: events are delivered at least once."""

    def knows(self, event: Event) -> bool:
        """Whether it was handled before."""
        ...

    def handle(self, event: Event, follows: Sequence[Event], now: datetime) -> bool:
        """Note that `event` is handled, and what follows from it: all or nothing.

        False if it was handled before; then nothing has changed. Raises Busy.
        """
        ...


class Turns(Protocol):
    """Whose turn it is to do what can't be undone: an event may reach two at the same time."""

    def take(self, event: Event, now: datetime, until: datetime) -> bool:
        """Whether it is the caller's turn, and nobody else's before `until`. False while it is somebody else's."""
        ...

    def give_back(self, event: Event, now: datetime, until: datetime) -> None:
        """End the turn that was taken until then; nothing if somebody else has taken it since."""
        ...


class ShipmentRequests(Protocol):
    """The shipments that are asked for. Every method is one request to the store."""

    def request(self, confirmed: Event, order_id: str, shipment: Shipment, follows: Event) -> bool:
        """Keep an order's new parcel, note that `confirmed` is handled, and what follows: all or nothing.

        False, and nothing, if it was handled before or the order is not to be sent any more. Raises Busy.
        """
        ...


class Parcels(Protocol):
    """The parcels on their way. Every method is one request to the store."""

    def order_of(self, carrier: str, tracking_number: str) -> str | None:
        """The id of the order that a carrier's parcel belongs to. One that is new may not be found yet."""
        ...

    def keep(self, order: Order, scan: Scan, move: "Move | None", events: Sequence[Event], now: datetime) -> bool:
        """Keep a scan of one of the order's parcels with what it moves and what happened: all or nothing.

        By a move that dispatches, the order's reserved stock is gone. False, and nothing, if the scan was kept before.
        Raises ScanReused if another was kept under its id, or Busy if the order was changed meanwhile.
        """
        ...


class Carriers(Protocol):
    """The carriers. Every method is one request to the store, or none within a minute of the last."""

    def get(self, client: str) -> str | None:
        """The id of the carrier whose tokens are for this client; None if that is no carrier's."""
        ...


class DeadLetters(Protocol):
    """What the workers could not handle, by the names of their queues."""

    def send_back(self, queue: str, per_second: int) -> str:
        """Begin to send a queue's dead letters back to it, at most so many a second; what AWS calls the task.

        Raises QueueMissing or RedriveRunning.
        """
        ...


class Notices(Protocol):
    """Where notices for customers go to be written in their language and sent to their address."""

    def send(self, notice: Notice) -> None:
        """Hand it on."""
        ...


class Recipients(Protocol):
    """Where customers are written to."""

    def find(self, customer: str) -> "Recipient | None":
        """A customer's mail address and language; None if they have told no address. Raises CustomerErased."""
        ...


class Post(Protocol):
    """Who takes letters to their addresses."""

    def send(self, letter: "Letter", address: str, notice: Notice) -> None:
        """Hand a letter on, for the address alone; what is told of it later names the notice."""
        ...


class Customers(Protocol):
    """What customers have told. Every method is one request to the store of it."""

    def profile(self, customer: str) -> "Profile | None":
        """A customer's profile, read consistently; None if they have told nothing. Raises CustomerErased."""
        ...

    def keep_profile(self, changed: "Profile") -> None:
        """Keep a profile in place of the version before it. Raises Busy if that is not the one that is there."""
        ...

    def preferences(self, customer: str) -> "Preferences | None":
        """A customer's preferences, read consistently; None if they never chose. Raises CustomerErased."""
        ...

    def keep_preferences(self, customer: str, chosen: "Preferences", now: datetime) -> None:
        """Keep preferences in place of the version before them. Raises Busy if that is not the one that is there."""
        ...

    def erase(self, customer: str, now: datetime, event: Event) -> None:
        """Overwrite all of it with the word that it was erased, and note the event; nothing if that was done before."""
        ...

    def register(self, new: "Profile", event: Event) -> bool:
        """Keep a first profile and note the event; False, and nothing, if the customer has one, or was erased."""
        ...

    def is_blocked(self, customer: str) -> bool:
        """Whether operators have blocked the customer."""
        ...

    def keep_standing(self, customer: str, now: datetime, *, blocked: bool) -> None:
        """Block a customer, or let them in again."""
        ...

    def with_email(self, email: str) -> Collection[str]:
        """The customers (at most ten) who have told this address, whatever its case."""
        ...


class Claims(Protocol):
    """The claims on orders. Every method is one request to the store."""

    def keep(self, claim: "Claim") -> None:
        """Keep a new claim beside its order. Raises AccountClosed or Busy."""
        ...


class PhotographedClaims(Protocol):
    """The claims, for whoever records what was uploaded for them. Every method is one request to the store."""

    def photographed(self, photograph: "Photograph", most: int) -> "Kept":
        """Record a photograph with its claim, which may have `most` of them. Raises Busy."""
        ...


class Uploads(Protocol):
    """What customers have uploaded."""

    def beginning(self, uploaded: "Uploaded", count: int) -> bytes | None:
        """The first `count` bytes; None if it is there no more."""
        ...

    def remove(self, uploaded: "Uploaded") -> None:
        """Take it away; nothing if it is there no more."""
        ...


class UploadLinks(Protocol):
    """Links that files are uploaded by."""

    def link(self, key: str, size: int, now: datetime, lifetime: timedelta) -> "Link":
        """A link for one file of so many bytes, to be put there once, and not after `lifetime` from `now`."""
        ...


class Imports(Protocol):
    """The imports of products. Every method is one request to the store."""

    def keep(self, new: "ProductImport") -> None:
        """Keep a new one."""
        ...

    def get(self, import_id: str) -> "ProductImport | None":
        """One import, read consistently."""
        ...

    def change(self, after: "ProductImport") -> None:
        """Keep it in place of the version before it. Raises Busy if that is not there."""
        ...

    def work_off(self, after: "ProductImport", changes: Sequence[tuple[Product, Event]]) -> None:
        """Keep it in place of the version before it, and products with the events that tell of them: all or nothing.

        A product of version 1 is new and has nothing in stock; another takes the place of the version before it. Raises
        Busy if a product was changed meanwhile, Overtaken if the import was.
        """
        ...


class ImportFiles(Protocol):
    """The files of imports."""

    def pieces(self, uploaded: "Uploaded", begin: int) -> Iterable[bytes] | None:
        """What is in it from a byte on, in pieces; None if it is there no more."""
        ...

    def remove(self, uploaded: "Uploaded") -> None:
        """Take it away; nothing if it is there no more."""
        ...


class ImportWork(Protocol):
    """What the worker of imports is to do."""

    def go_on(self, product_import: "ProductImport") -> None:
        """Work off what there is of it behind its progress."""
        ...


class InvoiceNumbers(Protocol):
    """The numbers of invoices: one series for each year (of UTC), from 1, without gaps."""

    def of(self, order_id: str) -> "Numbered | None":
        """The number that an order's invoice has; None if it has none."""
        ...

    def issue(self, order_id: str, now: datetime) -> "Numbered":
        """The number that an order's invoice has; the next one of its year, if it had none. Raises Busy."""
        ...


class InvoiceArchive(Protocol):
    """Where invoices are kept, by the orders that they are of."""

    def keep(self, order_id: str, name: str, page: str) -> bool:
        """Keep a page of HTML, to be called by the invoice's number when it is saved; False if there is one."""
        ...

    def address(self, order_id: str) -> str | None:
        """An address that is good for a minute, for whoever has it; None if there is no such invoice."""
        ...


class Accounts(Protocol):
    """What customers sign in with."""

    def has(self, customer: str) -> bool:
        """Whether somebody has an account of this number. One of a moment ago may not be found yet."""
        ...

    def delete(self, username: str) -> None:
        """Close an account for good; nothing if there is none."""
        ...


class PartnerOrders(Protocol):
    """What partners read of their own orders. Every method is one request to the store."""

    def of_partner(self, partner: str, limit: int, after: Position | None) -> Page[OrderReference]:
        """A partner's orders, newest first."""
        ...


class Partners(Protocol):
    """The partners. Every method is one request to the store, or none within a minute of the last."""

    def get(self, partner: str) -> "Partner | None":
        """One partner, as it was at most a minute ago."""
        ...


class Gateway(Protocol):
    """What the gateway has counted."""

    def used(self, plan: str, keys: Collection[str], day: date) -> "Usage | None":
        """The requests of a day that counted against a plan by any of the keys; None if it knows of none yet."""
        ...


class Cursors(Protocol):
    """Positions as text that nobody else can make, change or use."""

    def seal(self, position: Position, scope: Scope) -> str:
        """The text for a position."""
        ...

    def open(self, text: str, scope: Scope) -> Position:
        """The position of a text; InvalidCursor unless it was sealed for this scope and has not expired."""
        ...

"""What becomes of an import's file: it is counted, then worked off in chunks, each of them in batches.

A batch is one transaction: its products, the events that tell of them, and how far the import is. So whoever dies
midway has done whole batches, and whoever comes again goes on behind them. After a chunk a message says that there is
more.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, auto
from itertools import count, islice
from typing import Final

from api.domain import limits
from api.domain.batches import ReadLine, batches
from api.domain.catalogue import added, changed
from api.domain.errors import Busy
from api.domain.events import Event, product_changed
from api.domain.lines import lines
from api.domain.model import Product, ProductDetails
from api.domain.photographs import Uploaded
from api.domain.ports import Clock, ImportFiles, Imports, ImportWork, NewId, Products
from api.domain.product_imports import Batch, Failure, ImportStatus, ProductImport

CHUNK: Final = 1_000
"""Lines that one message is about."""

BATCHES: Final = 50
"""And so many batches at most: a file that lists one product again and again has one for each line."""

PATIENCE: Final = timedelta(seconds=40)
"""Of one message, from its beginning: until then products are tried again while others change some of them, too. What
is left of the worker's minute is for the batch that it is at."""

AT_WORK: Final = timedelta(minutes=4)
"""Who has got on within this time is still at work: a message that failed comes again later than that."""

_PLACE: Final = re.compile(rf"imports/(?P<id>{limits.IMPORT_ID.strip('^$')})\.jsonl")


class Arrived(StrEnum):
    """What became of a file. The last four were taken away."""

    BEGUN = auto()
    KNOWN = auto()
    """It was told of before."""
    FAILED = auto()
    """Its import says why."""
    UNKNOWN = auto()
    """It belongs to no import."""
    LATE = auto()
    TWICE = auto()
    """Its import has another one."""


class Went(StrEnum):
    """How a chunk went."""

    ON = auto()
    DONE = auto()
    FAILED = auto()
    ENDED = auto()
    """The import had ended before."""
    ELSEWHERE = auto()
    """Somebody else is at work on it, and further."""


@dataclass(frozen=True, slots=True)
class Importing:
    """The way from a file to the products.

    `rest` is called between batches, as others use the table, too. `pause` waits before attempt n (2, 3, ...) of a
    batch, by chance, so that two imports of the same products do not meet again and again.
    """

    imports: Imports
    products: Products
    files: ImportFiles
    work: ImportWork
    read: ReadLine
    rest: Callable[[], None]
    pause: Callable[[int], None]
    clock: Clock
    new_id: NewId

    def arrive(self, uploaded: Uploaded) -> Arrived:
        """Begin with a file, or take it away. Again, it changes nothing. Raises Busy."""
        place = _PLACE.fullmatch(uploaded.key)
        found = self.imports.get(place["id"]) if place else None
        arrived = self._known(found, uploaded) if found else Arrived.UNKNOWN
        if arrived not in (Arrived.BEGUN, Arrived.KNOWN):
            self.files.remove(uploaded)
        return arrived

    def go_on(self, import_id: str, done: int) -> Went:
        """Work off a chunk of an import of which so many lines were done when it was asked for.

        Raises Overtaken, or Busy if others were in the way of the first batch all the time: the message comes again. If
        they are in the way of a later one, another message takes it from there. What was done by then stays done.
        """
        found = self.imports.get(import_id)
        if found is None or found.status is not ImportStatus.RUNNING:
            return Went.ENDED
        if found.progress.lines > done and self.clock() - found.updated_at < AT_WORK:
            return Went.ELSEWHERE
        after = self._chunk(found)
        if after.status is ImportStatus.RUNNING:
            self.work.go_on(after)
        return _WENT[after.status]

    def _known(self, found: ProductImport, uploaded: Uploaded) -> Arrived:
        seen = found.seen(self.clock())
        if seen.status is ImportStatus.EXPIRED:
            return Arrived.LATE
        if found.status is not ImportStatus.WAITING:
            if found.source != uploaded.version:
                return Arrived.TWICE
            if found.status is ImportStatus.RUNNING and not found.progress.lines:
                self.work.go_on(found)  # whoever began with it may have died before this
            return Arrived.KNOWN
        began = self._begin(found, uploaded)
        self.imports.change(began)
        if began.status is ImportStatus.FAILED:
            return Arrived.FAILED
        self.work.go_on(began)
        return Arrived.BEGUN

    def _begin(self, found: ProductImport, uploaded: Uploaded) -> ProductImport:
        """The import with its lines counted, or failed."""
        counted = self._counted(uploaded)
        now = self.clock()
        if isinstance(counted, Failure):
            return replace(found.failed(now, counted), source=uploaded.version)
        return found.begun(now, uploaded.version, uploaded.size, counted)

    def _counted(self, uploaded: Uploaded) -> int | Failure:
        if uploaded.size > limits.MAX_IMPORT_BYTES:
            return Failure.TOO_LARGE
        if not uploaded.size:
            return Failure.EMPTY
        pieces = self.files.pieces(uploaded, 0)
        if pieces is None:
            return Failure.GONE
        count = sum(1 for _ in islice(lines(pieces), limits.MAX_IMPORT_LINES + 1))
        return Failure.TOO_MANY_LINES if count > limits.MAX_IMPORT_LINES else count

    def _chunk(self, found: ProductImport) -> ProductImport:
        done = found.progress
        pieces = self.files.pieces(Uploaded(found.key, found.size, found.source), done.end)
        chunk = list(islice(lines(pieces or (), after=done.lines, begin=done.end), CHUNK))
        if not chunk:
            failed = found.failed(self.clock(), Failure.GONE)
            self.imports.change(failed)
            return failed
        until = self.clock() + PATIENCE
        for place, batch in enumerate(islice(batches(chunk, self.read), BATCHES)):
            if place:
                self.rest()
            try:
                found = self._work_off(found, batch, until)
            except Busy:
                if not place:
                    raise  # the message comes again by itself
                break
            if self.clock() >= until:
                break
        return found

    def _work_off(self, before: ProductImport, batch: Batch, until: datetime) -> ProductImport:
        for attempt in count(1):
            if attempt > 1:
                self.pause(attempt)
            known = self.products.several(batch.listed) if batch.listed else {}
            changes = [self._change(sku, details, known.get(sku), before) for sku, details in batch.listed.items()]
            progress = batch.after(before.progress, [product for product, _ in changes])
            after = before.worked_off(self.clock(), progress)
            try:
                self.imports.work_off(after, changes)
            except Busy:  # somebody else has changed one of the products at this moment
                if self.clock() >= until:
                    raise
            else:
                return after
        raise AssertionError("there is always another attempt")

    def _change(
        self, sku: str, details: ProductDetails, before: Product | None, of: ProductImport
    ) -> tuple[Product, Event]:
        now = self.clock()
        product = added(sku, details, now) if before is None else changed(before, details, now)
        return product, product_changed(product, self.new_id(), of.cause)


_WENT: Final = {
    ImportStatus.RUNNING: Went.ON,
    ImportStatus.DONE: Went.DONE,
    ImportStatus.FAILED: Went.FAILED,
}

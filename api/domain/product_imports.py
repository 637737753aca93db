"""Imports of products: one file of many of them, which an operator uploads, and how far it has been worked off.

A file holds one product a line, each as it would be sent to create it. What is there is replaced, what is not is
created. A line that holds no product is told and left out; it stops none of the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from api.domain import limits
from api.domain.errors import ImportMissing
from api.domain.events import Cause
from api.domain.model import Product, ProductDetails
from api.domain.ports import Clock, Imports, NewId, UploadLinks

UPLOADED_WITHIN: Final = timedelta(minutes=15)
"""How long the link to upload a file by is good."""

WAITS: Final = timedelta(hours=1)
"""After so long without a file an import has expired: what was begun in time has long arrived by then."""


class ImportStatus(StrEnum):
    """Where an import stands: the first two come to one of the others."""

    WAITING = "WAITING"
    """For its file."""
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"
    """No file came in time."""


class Failure(StrEnum):
    """Why an import has failed. What was created or replaced before stays so."""

    EMPTY = "EMPTY"
    TOO_LARGE = "TOO_LARGE"
    TOO_MANY_LINES = "TOO_MANY_LINES"
    GONE = "GONE"
    """The file was taken away before all of it was worked off."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a good line says."""

    sku: str
    details: ProductDetails


@dataclass(frozen=True, slots=True)
class Unlisted:
    """What is wrong with a line: `pointer` is the place in it, a JSON pointer, empty for all of it."""

    pointer: str
    detail: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A bad line as it is told; `number` counts from 1."""

    number: int
    wrong: Unlisted


@dataclass(frozen=True, slots=True)
class Progress:
    """What has been worked off: so many `lines`, up to the byte `end`. Blank lines are neither of the other three."""

    lines: int = 0
    end: int = 0
    created: int = 0
    replaced: int = 0
    rejected: int = 0
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductImport:
    """One import. `size` is its file's in bytes, as promised and then as it is; `lines` is None until it is there.

    `source` names the version of the file, where S3 told one. `version` counts the changes, from 1.
    """

    id: str
    size: int
    status: ImportStatus
    version: int
    created_at: datetime
    updated_at: datetime
    cause: Cause
    source: str = ""
    lines: int | None = None
    progress: Progress = Progress()
    failure: Failure | None = None

    @property
    def key(self) -> str:
        """Where its file belongs, and no other's."""
        return f"imports/{self.id}.jsonl"

    def seen(self, now: datetime) -> "ProductImport":
        """It as it is at that moment: nobody writes down that nothing has come."""
        if self.status is ImportStatus.WAITING and now >= self.created_at + WAITS:
            return replace(self, status=ImportStatus.EXPIRED)
        return self

    def changed(self, now: datetime, status: ImportStatus) -> "ProductImport":
        """Its next version."""
        return replace(self, status=status, version=self.version + 1, updated_at=now)

    def begun(self, now: datetime, source: str, size: int, lines: int) -> "ProductImport":
        """Its file is there and may be worked off."""
        return replace(self.changed(now, ImportStatus.RUNNING), source=source, size=size, lines=lines)

    def failed(self, now: datetime, failure: Failure) -> "ProductImport":
        """Nothing more will be done."""
        return replace(self.changed(now, ImportStatus.FAILED), failure=failure)

    def worked_off(self, now: datetime, progress: Progress) -> "ProductImport":
        """It has got so far, which may be all of it."""
        is_done = progress.lines == self.lines
        status = ImportStatus.DONE if is_done else ImportStatus.RUNNING
        return replace(self.changed(now, status), progress=progress)


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines that are worked off together. No product is listed twice: a transaction touches an item once."""

    lines: int = 0
    end: int = 0
    listed: Mapping[str, ProductDetails] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def after(self, before: Progress, products: Sequence[Product]) -> Progress:
        """How far an import is that has worked it off, with what has become of the products."""
        created = sum(product.version == 1 for product in products)
        return Progress(
            before.lines + self.lines,
            self.end,
            before.created + created,
            before.replaced + len(products) - created,
            before.rejected + len(self.faults),
            (*before.faults, *self.faults)[: limits.MAX_IMPORT_FAULTS],
        )


@dataclass(frozen=True, slots=True)
class Link:
    """How the file is sent: with PUT to `url`, with just these `headers`, before `expires_at`."""

    url: str
    headers: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AskingForImports:
    """The operators' side of imports."""

    imports: Imports
    links: UploadLinks
    clock: Clock
    new_id: NewId

    def ask(self, size: int, cause: Cause) -> tuple[ProductImport, Link]:
        """A new import of a file of so many bytes, and the link to upload that file by."""
        now = self.clock()
        new = ProductImport(self.new_id(), size, ImportStatus.WAITING, 1, now, now, cause)
        self.imports.keep(new)
        return new, self.links.link(new.key, size, now, UPLOADED_WITHIN)

    def get(self, import_id: str) -> ProductImport:
        """One import. Raises ImportMissing."""
        found = self.imports.get(import_id)
        if found is None:
            raise ImportMissing
        return found.seen(self.clock())

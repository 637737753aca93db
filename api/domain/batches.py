"""The lines of a file of products in batches: each is worked off as a whole, or not at all. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from api.domain import limits
from api.domain.lines import Line
from api.domain.product_imports import Batch, Fault, Listed, Unlisted

PRODUCTS: Final = 25
"""A product that is new comes with its stock and an event, and DynamoDB changes a hundred items in a transaction."""

TOO_LONG: Final = Unlisted("", f"The line has more than {limits.MAX_IMPORT_LINE_BYTES:,} bytes.")

type ReadLine = Callable[[bytes], Listed | Unlisted]
"""Reads a line that is not blank."""


def batches(lines: Iterable[Line], read: ReadLine) -> Iterator[Batch]:
    """The lines in their order. One that lists a product again comes into a later batch, so that the last counts."""
    batch = Batch()
    for line in lines:
        said = _said(line, read)
        if isinstance(said, Listed) and (len(batch.listed) == PRODUCTS or said.sku in batch.listed):
            yield batch
            batch = Batch()
        batch = _with(batch, line, said)
    if batch.lines:
        yield batch


def _said(line: Line, read: ReadLine) -> Listed | Unlisted | None:
    if line.content is None:
        return TOO_LONG
    return None if line.is_blank else read(line.content)


def _with(batch: Batch, line: Line, said: Listed | Unlisted | None) -> Batch:
    longer = replace(batch, lines=batch.lines + 1, end=line.end)
    match said:
        case Listed():
            return replace(longer, listed={**batch.listed, said.sku: said.details})
        case Unlisted():
            return replace(longer, faults=(*batch.faults, Fault(line.number, said)))
        case None:
            return longer

"""The matrix: each pact that has to be kept, and how much of it was verified of this provider. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.gates.pacts.needs import EVERYWHERE, Need


@dataclass(frozen=True)
class Row:
    """One pact and how many of its interactions were verified."""

    need: Need
    verified: int

    @property
    def asked(self) -> int:
        """How many interactions the pact has."""
        return len(self.need.pact.interactions)

    @property
    def kept(self) -> bool:
        """Whether all of it was verified. A pact that asks for nothing has proved nothing."""
        return 0 < self.asked == self.verified

    @property
    def who(self) -> str:
        """`storefront-web 1.4.0`."""
        return " ".join((self.need.pact.consumer, ", ".join(self.need.versions))).strip()

    @property
    def where(self) -> str:
        """The stages, as people read them."""
        listed = [stage for stage in self.need.stages if stage != EVERYWHERE]
        return ", ".join(listed) or ("not listed" if self.need.stages else "nowhere")


def matrix(needs: Iterable[Need], verified: Mapping[str, int]) -> tuple[Row, ...]:
    """A row for each need; `verified` counts the interactions by the digest of their pact."""
    return tuple(Row(need, verified.get(need.pact.digest, 0)) for need in needs)


def deployable(rows: Iterable[Row], stage: str | None) -> bool:
    """Whether every version that is live in `stage` (None: anywhere) gets what it relies on; false if none is."""
    live = [row for row in rows if row.need.is_live_in(stage)]
    return bool(live) and all(row.kept for row in live)


HEAD = ("consumer", "provider", "pact of", "pact", "live in", "verified")


def render(rows: Iterable[Row]) -> str:
    """The matrix as a table of text."""
    lines = [HEAD, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    pact = row.need.pact
    told = f"{row.verified} of {row.asked} {'✓' if row.kept else '✗'}"
    return (row.who, pact.provider, row.need.source, pact.short, row.where, told)

"""Invoices as pages: they say what was bought, and nothing that somebody has chosen becomes more than text."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.invoice_page import Invoice, Numbered, written
from api.domain.model import OrderLine
from api.domain.money import Money
from tests.unit.api.domain.examples import LATER, ORDER_ID, order

INVOICE = Invoice(Numbered(42, LATER), order(), ("Example Shop", "1 Example Street"))


class Read(HTMLParser):
    """The tags of a page, their attributes, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)


def named(name: str, seller: str = "Example Shop") -> Invoice:
    lines = (OrderLine("TEA-100", name, 2, Money(890, "EUR")), *order().lines[1:])
    return Invoice(INVOICE.numbered, replace(order(), lines=lines), (seller, "1 Example Street"))


def test_an_invoice_says_what_was_bought_when_and_of_whom() -> None:
    read = Read(written(INVOICE))
    assert read.open == []
    said = re.sub(r"\s+", " ", read.text)
    for words in ("Invoice 2026-000042", "2026-11-23", ORDER_ID, "Example Shop 1 Example Street", "EUR"):
        assert words in said
    assert ["1", "Earl GreyTEA-100", "2", "8.90 EUR", "17.80 EUR"] in rows(written(INVOICE))
    assert ["2", "MugMUG-1", "1", "3.00 EUR", "3.00 EUR"] in rows(written(INVOICE))
    assert rows(written(INVOICE))[-1] == ["Total", "20.80 EUR"]


def rows(page: str) -> list[list[str]]:
    found = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in found
    ]


def test_it_names_no_buyer() -> None:
    page = written(INVOICE)
    assert INVOICE.order.owner.id == "ann"
    assert "ann" not in Read(page).text.lower()


def test_it_brings_nothing_from_elsewhere_and_runs_nothing() -> None:
    page = written(INVOICE)
    tags = Read(page).tags
    assert {tag for tag, _ in tags} & {"script", "img", "link", "iframe", "object", "a", "form"} == set()
    policy = dict(
        next(attributes for tag, attributes in tags if ("http-equiv", "Content-Security-Policy") in attributes)
    )
    assert str(policy["content"]).startswith("default-src 'none'; ")


@given(st.text(min_size=1, max_size=120), st.text(min_size=1, max_size=60))
def test_whatever_is_sold_by_whomever_stays_text(name: str, seller: str) -> None:
    plain, chosen = Read(written(named("Tea"))), Read(written(named(name, seller)))
    assert chosen.tags == plain.tags
    assert chosen.open == []


@given(st.text(alphabet="<>&\"'/=!-abc", min_size=1, max_size=40))
def test_what_looks_like_a_page_is_read_as_it_was_written(name: str) -> None:
    assert name in Read(written(named(name))).text


def test_the_same_invoice_is_always_the_same_page() -> None:
    assert written(INVOICE) == written(replace(INVOICE))


MIDNIGHT = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
def _somewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever writes invoices is there."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_somewhere")
@pytest.mark.parametrize(
    ("issued_at", "number", "date"),
    [
        (MIDNIGHT - timedelta(hours=11), "2026-000042", "2026-12-31"),
        (MIDNIGHT - timedelta(milliseconds=1), "2026-000042", "2026-12-31"),
        (MIDNIGHT, "2027-000042", "2027-01-01"),
        (MIDNIGHT + timedelta(hours=11), "2027-000042", "2027-01-01"),
    ],
)
def test_an_invoice_has_the_day_and_the_year_of_its_moment_in_utc_as_its_series_has(
    issued_at: datetime, number: str, date: str
) -> None:
    read = Read(written(Invoice(Numbered(42, issued_at), replace(order(), placed_at=issued_at), ("Example Shop",))))
    said = re.sub(r"\s+", "", read.text)
    assert f"Invoicenumber{number}Dateofinvoice{date}" in said
    assert f"Dateoforder{date}" in said
    assert Numbered(42, issued_at).name == number

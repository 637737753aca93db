"""Figures that customers and partners notice: what is sold, how long they wait, and what the contract says in words.

Other tests take these from the code, so that a slip there moves them along. Here each stands as it was promised, a
second time, and beside it who said so. Who means another one changes both, and tells those who rely on it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

import pytest

from api.adapters import customers, idempotency, invoice_archive, product_imports
from api.domain import cashier, checkout, circuit, cursor, errors, limits, photographs, shipping
from api.domain.carriers import CARRIERS
from api.domain.circuit import UNTROUBLED, Circuit, Phase
from api.domain.partners import LIMITS, Limits, Tier
from api.domain.product_imports import UPLOADED_WITHIN, WAITS
from api.handlers import problems, rotation
from tests.requirements.rows import rows
from tests.support.http_api import call
from tests.support.openapi import promise
from tests.unit.api.domain.examples import NOON

# -- what is sold ------------------------------------------------------------------------------------------------------

PLANS: Final = {
    Tier.BASIC: ("F1", Limits(per_second=100, burst=200, per_day=10_000)),
    Tier.PREMIUM: ("F2", Limits(per_second=500, burst=1_000, per_day=100_000)),
    Tier.ENTERPRISE: ("F3", Limits(per_second=2_000, burst=5_000, per_day=1_000_000)),
}
"""The row of the requirements that says what a partner pays for, and that."""


@pytest.mark.parametrize("tier", Tier)
def test_a_plan_allows_what_partners_pay_for(tier: Tier) -> None:
    row, sold = PLANS[tier]
    assert LIMITS[tier] == sold
    said = f"{tier} plan: {sold.per_second:,}/s, burst {sold.burst:,}, {sold.per_day:,} a day"
    assert rows()[row].asks == said


METHODS: Final = (
    ("standard", "Standard", "northway", 490, "EUR", 2, 4),
    ("express", "Express", "swiftline", 1_290, "EUR", 1, 1),
)
"""Each way of sending: id, name, carrier, price, and the fewest and the most working days that it takes."""


def test_everybody_is_told_what_each_way_of_sending_costs_and_how_many_days_it_takes() -> None:
    told = call("GET", "/v1/reference/shipping-methods").body["items"]
    assert tuple(map(method_as_said, told)) == METHODS


def method_as_said(told: Mapping[str, Any]) -> tuple[object, ...]:
    """A way of sending as `METHODS` writes it; what else is told of it is not looked at."""
    price, days = told["price"], told["working_days"]
    amount = (price["amount"], price["currency"])
    return told["id"], told["name"], told["carrier"]["id"], *amount, days["fastest"], days["slowest"]


PARCELS: Final = {"northway": "NW01JDA7C0R0000000000000000102", "swiftline": "SL01JDA7C0R0000000000000000102"}
"""The number that each carrier gives the second parcel of that order."""


def test_a_parcel_has_a_number_that_its_carrier_has_left_us() -> None:
    assert {each.id: each.tracking_number("01JDA7C0R00000000000000001", 2) for each in CARRIERS.values()} == PARCELS


def test_a_stock_is_called_low_below_ten_pieces_and_a_page_holds_twenty_unless_more_are_asked_for() -> None:
    assert limits.LOW_STOCK == 10
    assert (limits.PAGE_SIZE, limits.MAX_PAGE_SIZE) == (20, 100)
    told = promise()["components"]["parameters"]["Limit"]["schema"]
    assert (told["default"], told["maximum"]) == (20, 100)


# -- how long somebody waits -------------------------------------------------------------------------------------------

COME_AGAIN: Final = {"busy": "1", "invoice-pending": "5"}
"""Seconds after which it is worth while to ask again, by the last part of the problem's type.

A conflict of a moment is over in milliseconds, and an invoice is written in a few seconds. Clients wait as they are
told: who is sent away for longer has lost what sells fast.
"""


def every(kind: type[errors.DomainError]) -> Iterator[type[errors.DomainError]]:
    """The errors of that kind, without those that only stand for others."""
    for one in kind.__subclasses__():
        yield from every(one) if one.__subclasses__() else (one,)


@pytest.mark.parametrize("kind", [*every(errors.DomainError)], ids=lambda kind: kind.__name__)
def test_who_is_refused_is_told_when_to_come_again_where_it_helps_and_not_otherwise(
    kind: type[errors.DomainError],
) -> None:
    error = kind.__new__(kind)
    vars(error)["indexes"] = ()  # as those have that are about lines
    problem = problems.from_error(error)
    assert problem.headers.get("Retry-After") == COME_AGAIN.get(problem.slug), problem.slug


def test_every_problem_after_which_somebody_comes_again_is_one_of_ours() -> None:
    slugs = {problems.from_error(errors.Busy()).slug, problems.from_error(errors.InvoicePending()).slug}
    assert slugs == COME_AGAIN.keys()


FAILURES, REST, PROBE, SUCCESSES = 5, timedelta(seconds=60), timedelta(seconds=15), 2
"""A breaker opens after so many failures in a row, rests for so long, waits so long for each call by which it tries,
and closes after so many of them that succeed."""
MOMENT: Final = timedelta(milliseconds=1)


def failing(times: int) -> Circuit:
    """A breaker after so many failures in a row."""
    troubled = UNTROUBLED
    for _ in range(times):
        troubled = circuit.failed(troubled, NOON, probe=False)
    return troubled


def test_a_breaker_opens_after_five_failures_in_a_row_as_is_required() -> None:
    assert rows()["O4"].asks == f"a circuit breaker: {FAILURES} failures, {REST.total_seconds():g} s"
    assert [failing(times).phase for times in (FAILURES - 1, FAILURES)] == [Phase.CLOSED, Phase.OPEN]


def test_nobody_is_kept_from_paying_for_longer_than_a_minute() -> None:
    opened = failing(FAILURES)
    assert circuit.admitted(opened, NOON + REST - MOMENT) is None
    assert circuit.admitted(opened, NOON + REST) == Circuit(Phase.HALF_OPEN, since=NOON + REST)


def test_a_call_that_tries_and_is_never_heard_of_again_keeps_the_place_for_a_quarter_of_a_minute() -> None:
    lost = Circuit(Phase.HALF_OPEN, since=NOON)
    assert circuit.admitted(lost, NOON + PROBE - MOMENT) is None
    assert circuit.admitted(lost, NOON + PROBE) is not None


def test_a_breaker_closes_after_two_calls_that_succeed() -> None:
    trying = [Circuit(Phase.HALF_OPEN, successes=before) for before in range(SUCCESSES)]
    closed = [circuit.succeeded(each, probe=True) == UNTROUBLED for each in trying]
    assert closed == [False, True]


WAITED: Final = {
    "a customer who pays waits for the provider": (cashier.PATIENCE, 3.0),
    "nobody asks what became of a payment that was left": (checkout.FORGOTTEN.total_seconds(), 300.0),
}
"""What the code has for it, and seconds."""


@pytest.mark.parametrize("what", WAITED)
def test_nobody_waits_longer_than_was_said(what: str) -> None:
    held, said = WAITED[what]
    assert held == said


# -- what the contract says in words -----------------------------------------------------------------------------------

KIB, MIB = 1_024, 1_024 * 1_024
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

WORDS: Final[Mapping[str, tuple[object, object]]] = {
    "within a quarter of an hour. The file is JSON Lines": (UPLOADED_WITHIN, 15 * MINUTE),
    "at most 50,000 lines of 32 KiB": ((limits.MAX_IMPORT_LINES, limits.MAX_IMPORT_LINE_BYTES), (50_000, 32 * KIB)),
    "Every operator can read it, for 30 days": (product_imports.LIFETIME, 30 * DAY),
    "that is WAITING for its file expires after an hour": (WAITS, HOUR),
    "not paid for within half an hour is cancelled": (checkout.OVERDUE, 30 * MINUTE),
    "Where the page is, for the next minute": (invoice_archive.LIFETIME_SECONDS, 60),
    "larger than 10 MiB, or the claim's eleventh": ((photographs.LARGEST, photographs.MOST), (10 * MIB, 10)),
    "At most ten are found": (customers._MOST_FOUND, 10),
    "clocks may differ by an hour": (shipping.CLOCKS_DIFFER, HOUR),
    "the key before is good for a day more": (rotation.GRACE, DAY),
    "for the same query and the same caller; good for an hour": (cursor.LIFETIME, HOUR),
    "gives the first answer again for 24 hours": (idempotency.KEPT_SECONDS, 24 * 60 * 60),
}
"""Words of contracts/openapi.yaml, what the code has for them, and what they mean: none of the three moves alone."""


def said() -> str:
    """All that the contract says, in one line; days, too, as it writes them."""
    return re.sub(r"\s+", " ", json.dumps(promise(), ensure_ascii=False, default=str))


@pytest.mark.parametrize("words", WORDS)
def test_what_the_contract_says_in_words_is_what_the_code_does(words: str) -> None:
    assert words in said(), "the contract says it no more: tell consumers, and change these words"
    held, meant = WORDS[words]
    assert held == meant

"""The numbers of invoices, in a table that is really there."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from api.adapters.invoice_numbers import ATTEMPTS, DynamoInvoiceNumbers
from api.adapters.sources import new_id
from api.domain.errors import Busy
from tests.support.dynamodb import TABLE

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator


def moment(year: int) -> datetime:
    return datetime(year, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)


def numbers(stage: "DynamoDBClient", pause: Callable[[int], None] = lambda _: None) -> DynamoInvoiceNumbers:
    return DynamoInvoiceNumbers(stage, TABLE, pause)


def test_a_year_counts_from_one_and_the_next_one_again(stage: "DynamoDBClient") -> None:
    years = (2031, 2031, 2032, 2031)
    given = [numbers(stage).issue(new_id(), moment(year)).name for year in years]
    assert given == ["2031-000001", "2031-000002", "2032-000001", "2031-000003"]


def test_an_order_keeps_its_number_also_over_the_end_of_a_year(stage: "DynamoDBClient") -> None:
    order = new_id()
    assert numbers(stage).of(order) is None
    first = numbers(stage).issue(order, moment(2033))
    assert numbers(stage).issue(order, moment(2034)) == numbers(stage).of(order) == first
    assert numbers(stage).issue(new_id(), moment(2034)).place == 1


def test_who_was_too_slow_takes_the_next_number(stage: "DynamoDBClient") -> None:
    slow, waited = Slow(stage, 2), list[int]()
    slow.numbers = numbers(stage)
    assert DynamoInvoiceNumbers(slow, TABLE, waited.append).issue(new_id(), moment(2035)).place == 3  # type: ignore[arg-type]
    assert waited == [2, 3]


def test_who_is_always_too_slow_is_told_so(stage: "DynamoDBClient") -> None:
    slow = Slow(stage, ATTEMPTS)
    with pytest.raises(Busy):
        DynamoInvoiceNumbers(slow, TABLE, lambda _: None).issue(new_id(), moment(2036))  # type: ignore[arg-type]


class Slow:
    """A client after whose reads somebody else takes the number, so many times."""

    def __init__(self, client: "DynamoDBClient", times: int) -> None:
        self._client = client
        self._times = times
        self.numbers = numbers(client)
        self.exceptions = client.exceptions
        self.transact_write_items = client.transact_write_items

    def get_item(self, **asked: object) -> object:
        found = self._client.get_item(**asked)  # type: ignore[arg-type]
        if self._times:
            self._times -= 1
            year = int(str(asked["Key"]["PK"]["S"]).rpartition("#")[2])  # type: ignore[index]
            self.numbers.issue(new_id(), moment(year))
        return found

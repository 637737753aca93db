"""The ways to send an order."""

from dataclasses import replace

import pytest

from api.domain.carriers import CARRIERS
from api.domain.shipping_methods import METHODS, STANDARD


def test_the_cheapest_comes_first_and_each_is_brought_by_a_known_carrier() -> None:
    assert list(METHODS) == sorted(METHODS, key=lambda method: method.price.amount)
    assert {method.carrier.id for method in METHODS} == set(CARRIERS)
    assert len({method.id for method in METHODS}) == len(METHODS)


@pytest.mark.parametrize(("fastest", "slowest"), [(0, 1), (3, 2)])
def test_a_way_takes_some_time_and_no_less_than_its_least(fastest: int, slowest: int) -> None:
    with pytest.raises(ValueError, match="standard"):
        replace(STANDARD, fastest=fastest, slowest=slowest)

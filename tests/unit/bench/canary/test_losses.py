"""Tests of where we lose."""

from collections.abc import Sequence

from tests.bench.canary.cells import named
from tests.bench.canary.losses import Loss, losses
from tests.bench.canary.measure import Measured
from tests.unit.bench.canary.rules import result

CELL, HEALTHY, INCIDENT = "thrown-5/linear/10", "healthy/linear/10", "incident/linear/10"


def lost(*measured: Measured) -> Sequence[Loss]:
    results: dict[str, dict[str, Measured]] = {}
    for one in measured:
        results.setdefault(one.cell, {})[one.judge] = one
    return losses([named(name) for name in results], results)


def theirs(cell: str, stopped: int, seconds: float | None = None, failed: float = 0.0) -> Measured:
    return result(cell, "theirs", stopped, seconds, failed)


OURS = result(CELL, stopped=90, seconds=100.0, failed=10.0)


def test_who_does_worse_in_everything_or_the_same_wins_nothing() -> None:
    assert lost(OURS, theirs(CELL, 80, 110.0, 12.0)) == []
    assert lost(OURS, theirs(CELL, 90, 100.0, 10.0)) == []


def test_who_stops_more_wins_even_if_later() -> None:
    (loss,) = lost(OURS, theirs(CELL, 95, 110.0, 12.0))
    assert loss == Loss(CELL, "theirs", "stops 95.0 %, ours 90.0 %", None, None)


def test_who_stops_as_much_wins_by_fewer_seconds_or_failed_requests() -> None:
    (loss,) = lost(OURS, theirs(CELL, 89, 90.0, 9.0))
    assert loss.how == "in 90 s, ours 100 s; 9.0 failed, ours 10.0"
    assert lost(OURS, theirs(CELL, 88, 90.0, 9.0)) == []


def test_who_stops_nothing_wins_nothing_even_where_we_stop_nothing() -> None:
    assert lost(result(CELL), theirs(CELL, 0)) == []


def test_of_a_good_canary_fewer_rollbacks_win() -> None:
    (loss,) = lost(result(HEALTHY, stopped=2), theirs(HEALTHY, 1))
    assert loss.how == "1.00 % false rollbacks, ours 2.00 %"
    assert lost(result(HEALTHY), theirs(HEALTHY, 0)) == []


def test_what_a_win_costs_in_false_rollbacks_stands_beside_it_and_the_honest_wins_come_first() -> None:
    honest = [result(CELL, "honest", 95, 100.0, 10.0), result(HEALTHY, "honest"), result(INCIDENT, "honest", 4)]
    eager = [theirs(CELL, 100, 90.0), theirs(HEALTHY, 50), theirs(INCIDENT, 100)]
    found = lost(OURS, result(HEALTHY), result(INCIDENT), *eager, *honest)
    assert [(one.judge, one.false_healthy, one.false_incident, one.bought) for one in found] == [
        ("honest", 0.0, 0.04, False),
        ("theirs", 0.5, 1.0, True),
    ]


def test_we_do_not_lose_to_ourselves() -> None:
    assert lost(OURS, result(CELL, "ours, Lambda's minutes", 100, 40.0)) == []

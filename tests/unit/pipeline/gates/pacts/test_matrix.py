"""The matrix, and whether a change can be deployed to a stage."""

from pathlib import Path

import pytest

from pipeline.gates.pacts.matrix import deployable, matrix, render
from pipeline.gates.pacts.needs import EVERYWHERE, HERE, Need
from tests.unit.pipeline.gates.pacts.releases import ORDER, STOCK, put_pact


def need(root: Path, *stages: str, name: str = "shop-orders.json", asked: int = 2) -> Need:
    return Need(put_pact(root, *[ORDER, STOCK][:asked], name=name, consumer=name.split("-")[0]), HERE, ("1",), stages)


def test_a_version_that_gets_all_it_relies_on_does_not_stand_in_the_way(tmp_path: Path) -> None:
    shop = need(tmp_path, "beta", "prod")
    rows = matrix([shop], {shop.pact.digest: 2})
    assert [deployable(rows, stage) for stage in (None, "beta", "prod")] == [True, True, True]


@pytest.mark.parametrize("verified", [0, 1, 3])
def test_a_version_of_which_not_all_was_verified_stands_in_the_way_where_it_is_live(
    tmp_path: Path, verified: int
) -> None:
    shop = need(tmp_path, "prod")
    worker = need(tmp_path, "beta", name="worker-orders.json")
    rows = matrix([shop, worker], {shop.pact.digest: verified, worker.pact.digest: 2})
    assert [deployable(rows, stage) for stage in (None, "beta", "prod")] == [False, True, False]


def test_a_pact_that_asks_for_nothing_has_proved_nothing(tmp_path: Path) -> None:
    empty = need(tmp_path, "prod", asked=0)
    assert not deployable(matrix([empty], {empty.pact.digest: 0}), "prod")


def test_where_nobody_is_live_nobody_knows(tmp_path: Path) -> None:
    gone = need(tmp_path)
    assert not deployable(matrix([gone], {gone.pact.digest: 2}), None)
    assert not deployable((), "prod")


def test_the_matrix_is_a_table_for_people(tmp_path: Path) -> None:
    shop, worker = need(tmp_path, "beta", "prod"), need(tmp_path, EVERYWHERE, name="worker-orders.json")
    gone = need(tmp_path, name="old-orders.json")
    told = render(matrix([shop, worker, gone], {shop.pact.digest: 2}))
    assert [" ".join(line.split()) for line in told.splitlines()] == [
        "consumer provider pact of pact live in verified",
        f"shop 1 orders this change {shop.pact.short} beta, prod 2 of 2 ✓",
        f"worker 1 orders this change {worker.pact.short} not listed 0 of 2 ✗",
        f"old 1 orders this change {gone.pact.short} nowhere 0 of 2 ✗",
    ]

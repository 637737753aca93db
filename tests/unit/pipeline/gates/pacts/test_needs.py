"""What a change has to keep: what is live decides, and not what the change says of it."""

from pathlib import Path

import pytest

from pipeline.gates.pacts.needs import BASE, BROKER, EVERYWHERE, HERE, Need, to_keep
from tests.unit.pipeline.gates.pacts.releases import ORDER, SHOP, STOCK, put_list, put_pact


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The tree of the change."""
    return tmp_path / "here"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The tree of the base release."""
    return tmp_path / "base"


def test_without_a_base_the_pacts_of_the_change_are_kept(here: Path) -> None:
    pact = put_pact(here, ORDER)
    put_list(here, {})
    assert to_keep(here, None, None) == (Need(pact, HERE, ("1",), ("beta", "prod")),)


def test_a_pact_that_did_not_change_is_kept_once(here: Path, base: Path) -> None:
    old = put_pact(base, ORDER)
    put_pact(here, ORDER)
    put_list(here, {"stages": ["gamma"]})
    put_list(base, {})
    assert to_keep(here, base, None) == (Need(old, BASE, ("1",), ("beta", "prod", "gamma")),)


def test_c12_what_a_live_version_relies_on_stays_whatever_the_change_makes_of_its_pact(here: Path, base: Path) -> None:
    old, new = put_pact(base, ORDER), put_pact(here, STOCK)
    put_list(base, {})
    put_list(here, {"version": "2", "stages": []})
    assert to_keep(here, base, None) == (
        Need(old, BASE, ("1",), ("beta", "prod")),
        Need(new, HERE, ("2",), ()),
    )


def test_a_version_that_had_gone_before_is_kept_no_longer(here: Path, base: Path) -> None:
    put_pact(base, ORDER)
    put_list(base, {"stages": []})
    new = put_pact(here, STOCK)
    assert [need.pact for need in to_keep(here, base, None)] == [new]


def test_what_the_base_does_not_list_may_be_live_anywhere(here: Path, base: Path) -> None:
    put_pact(base, ORDER)
    put_pact(here, STOCK)
    assert [need.stages for need in to_keep(here, base, None)] == [(EVERYWHERE,), (EVERYWHERE,)]


def test_what_a_broker_gave_is_kept_too(here: Path, tmp_path: Path) -> None:
    put_pact(here, ORDER)
    fetched = put_pact(tmp_path / "broker", STOCK)
    assert [need.source for need in to_keep(here, None, fetched.path.parent)] == [BROKER, HERE]


def test_a_version_is_live_where_it_is_listed(here: Path) -> None:
    pact = put_pact(here, ORDER)
    listed, gone, anywhere = (Need(pact, HERE, (), stages) for stages in (("beta",), (), (EVERYWHERE,)))
    assert [listed.is_live_in(stage) for stage in (None, "beta", "prod")] == [True, True, False]
    assert [gone.is_live_in(stage) for stage in (None, "beta")] == [False, False]
    assert [anywhere.is_live_in(stage) for stage in (None, "beta")] == [True, True]
    assert pact.name == SHOP

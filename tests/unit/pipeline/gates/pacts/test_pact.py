"""Reading pact files and the list of consumers: what is there, or what is wrong with it."""

import json
from pathlib import Path

import pytest

from pipeline.gates.pacts.consumers import Live, UnreadableList, read_consumers
from pipeline.gates.pacts.pact import PACTS, UnreadablePact, pacts_in, read_pact
from tests.unit.pipeline.gates.pacts.releases import ORDER, SHOP, STOCK, put_list, put_pact


def test_a_pact_says_who_relies_on_whom_for_what(tmp_path: Path) -> None:
    pact = put_pact(tmp_path, ORDER, STOCK)
    assert (pact.name, pact.consumer, pact.provider, pact.interactions) == (SHOP, "shop", "orders", (ORDER, STOCK))
    assert pact.digest.startswith(pact.short)


def test_messages_of_the_older_specification_count_too(tmp_path: Path) -> None:
    old = {"consumer": {"name": "a"}, "provider": {"name": "b"}, "messages": [{"description": "OrderPlaced"}]}
    (tmp_path / "old.json").write_text(json.dumps(old))
    assert read_pact(tmp_path / "old.json", tmp_path).interactions == ({"description": "OrderPlaced"},)


def test_pacts_are_found_by_name_in_every_folder(tmp_path: Path) -> None:
    put_pact(tmp_path, ORDER)
    put_pact(tmp_path, ORDER, name="live/shop-1-orders.json")
    assert [pact.name for pact in pacts_in(tmp_path / PACTS)] == ["live/shop-1-orders.json", SHOP]


@pytest.mark.parametrize("text", ["{", "[]", '{"consumer": {"name": "a"}}', "\xff"])
def test_what_is_no_pact_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(UnreadablePact, match=r"x\.json: "):
        read_pact(tmp_path / "x.json", tmp_path)


def test_the_list_says_which_version_is_live_where(tmp_path: Path) -> None:
    assert read_consumers(tmp_path) == ()
    put_list(tmp_path, {"version": "2"})
    assert read_consumers(tmp_path) == (Live("shop", "orders", "2", SHOP, ("beta", "prod")),)


@pytest.mark.parametrize(
    ("entry", "where"),
    [
        ({"version": ""}, "version"),
        ({"where": "prod"}, "where"),
        ({"stages": "prod"}, "stages"),
        ({"digest": "1"}, "digest"),
    ],
)
def test_a_list_that_is_none_says_where(tmp_path: Path, entry: dict[str, object], where: str) -> None:
    put_list(tmp_path, entry)
    with pytest.raises(UnreadableList, match=where):
        read_consumers(tmp_path)


def test_a_list_that_is_no_toml_is_unreadable(tmp_path: Path) -> None:
    put_list(tmp_path)
    (tmp_path / "contracts/consumers.toml").write_text("[[live")
    with pytest.raises(UnreadableList):
        read_consumers(tmp_path)

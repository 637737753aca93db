"""The list of consumers says what is true, and nothing that a live version relies on gets lost."""

from pathlib import Path

import pytest

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.pacts.listed import check
from pipeline.gates.pacts.pact import PACTS
from tests.unit.pipeline.gates.pacts.releases import ORDER, SHOP, STOCK, asking, put_list, put_pact
from tests.unit.pipeline.gates.world import context

OLD = "live/shop-1-orders.json"


@pytest.fixture
def release(tmp_path: Path) -> Context:
    """A change that changes nothing."""
    for root in (tmp_path, tmp_path / "base"):
        put_pact(root, ORDER, STOCK)
        put_list(root, {})
    return context(tmp_path, SLIPWAY_BASE=str(tmp_path / "base"))


def found(release: Context) -> list[str]:
    """The first words of the findings."""
    return [finding.what.split(":")[0] for finding in check(release).findings]


def test_pacts_that_are_listed_are_counted(release: Context) -> None:
    part = check(release)
    assert (part.checked, part.what, part.findings, part.warnings) == (1, "pacts", (), ())


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        ({"pact": "gone.json"}, "pact-missing"),
        ({"stages": ["beta", "staging"]}, "stage-unknown"),
        ({"consumer": "store"}, "pact-of-another"),
        ({"provider": "stock"}, "pact-of-another"),
        ({"digest": "0" * 64}, "pact-changed"),
    ],
)
def test_an_entry_that_is_not_true_is_named(release: Context, entry: dict[str, object], rule: str) -> None:
    put_list(release.root, {}, entry)
    (finding,) = check(release).findings
    assert (finding.where, finding.what.split(":")[0]) == ("contracts/consumers.toml:1", rule)


def test_a_version_that_has_gone_needs_no_pact(release: Context) -> None:
    put_list(release.root, {}, {"pact": "gone.json", "stages": []})
    assert found(release) == []


def test_a_pact_of_which_nobody_says_where_it_is_live_is_told(release: Context) -> None:
    put_pact(release.root, ORDER, name="worker-orders.json", consumer="worker")
    part = check(release)
    assert (part.findings, [note.where for note in part.warnings]) == ((), [f"{PACTS}/worker-orders.json"])


def test_a_pact_that_is_kept_for_an_older_version_is_held_by_its_digest(release: Context) -> None:
    kept = put_pact(release.root, ORDER, name=OLD)
    put_list(release.root, {"version": "2"}, {"pact": OLD})
    assert found(release) == ["digest-missing"]
    put_list(release.root, {"version": "2"}, {"pact": OLD, "digest": kept.digest})
    assert found(release) == []
    put_pact(release.root, STOCK, name=OLD)
    assert found(release) == ["pact-changed"]


def test_a_pact_may_say_more_than_that_of_the_live_version(release: Context) -> None:
    put_pact(release.root, ORDER, asking("the stock", available=10, sku="TEA"), asking("the price", amount=1))
    assert found(release) == []


def test_a_pact_that_says_less_loses_what_a_live_version_relies_on(release: Context) -> None:
    put_pact(release.root, ORDER)
    (finding,) = check(release).findings
    assert finding.where == f"{PACTS}/{SHOP}:1"
    assert finding.what.startswith("pact-narrowed: shop 1 is live and relies on “the stock”, which no pact here says")
    assert "(#/interactions/1 of " in finding.what


def test_what_a_live_version_relies_on_is_kept_beside_the_new_pact(release: Context) -> None:
    put_pact(release.root, ORDER)
    kept = put_pact(release.root, ORDER, STOCK, name=OLD)
    put_list(release.root, {"version": "2"}, {"pact": OLD, "digest": kept.digest})
    assert found(release) == []


def test_a_consumer_whose_pact_is_gone_has_lost_all_it_relies_on(release: Context) -> None:
    (release.root / PACTS / SHOP).unlink()
    put_list(release.root)
    assert found(release) == ["pact-narrowed", "pact-narrowed"]


def test_a_version_that_had_gone_before_may_be_forgotten(release: Context) -> None:
    put_list(release.root / "base", {"stages": []})
    (release.root / PACTS / SHOP).unlink()
    put_list(release.root)
    assert found(release) == []


@pytest.mark.parametrize(
    ("entries", "left"),
    [(({"stages": ["beta"]},), "prod"), (({"stages": []},), "beta, prod"), ((), "beta, prod")],
)
def test_a_stage_that_a_version_is_said_to_have_left_is_told(
    release: Context, entries: tuple[dict[str, object], ...], left: str
) -> None:
    put_list(release.root, *entries)
    told = [note.what for note in check(release).warnings if note.what.startswith("stage-left: ")]
    assert told == [f"stage-left: shop 1 is said to be live in {left} no more, and the next release may break it there"]


def test_without_a_base_nothing_can_get_lost(tmp_path: Path) -> None:
    put_pact(tmp_path, ORDER)
    put_list(tmp_path, {})
    assert check(context(tmp_path)).findings == ()


@pytest.mark.parametrize("name", ["contracts/consumers.toml", f"{PACTS}/{SHOP}"])
def test_what_can_not_be_read_is_the_change_s_failure_in_ours_and_our_own_in_the_base(
    release: Context, name: str
) -> None:
    (release.root / name).write_text("{")
    (finding,) = check(release).findings
    assert finding.what.startswith("unreadable: ")
    (release.root / name).write_text((release.root / "base" / name).read_text())
    (release.root / "base" / name).write_text("{")
    with pytest.raises(GateBroke, match="the base release"):
        check(release)

"""What the tests of pacts say they did, held against the pacts that are there."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.pacts.broker import RESULTS
from pipeline.gates.pacts.matrix import Row
from pipeline.gates.pacts.needs import HERE, Need
from pipeline.gates.pacts.pact import PACTS, Pact
from pipeline.gates.pacts.verification import PROVIDERS, VERIFIED, WRITTEN, said_in, unkept, unwritten, verify
from pipeline.record.verdict import Finding
from tests.unit.pipeline.gates.pacts.playing import playing
from tests.unit.pipeline.gates.pacts.releases import ORDER, SHOP, STOCK, put_list, put_pact
from tests.unit.pipeline.gates.world import context

LIVE = ("beta", "prod")
TESTS = """
def test_it(record_property):
    for name, value in {said!r}:
        record_property(name, value)
"""


@pytest.fixture
def source(tmp_path: Path) -> Context:
    """A source with the shop's pact, and nobody who has tested it."""
    put_pact(tmp_path, ORDER, STOCK)
    put_list(tmp_path, {})
    (tmp_path / "tests/contract").mkdir(parents=True)
    return context(tmp_path)


def put_tests(source: Context, *said: tuple[str, str], name: str = "test_provider_x.py") -> None:
    """A test that says these properties."""
    (source.root / "tests/contract" / name).write_text(TESTS.format(said=said))


def rules(findings: Iterable[Finding]) -> list[str]:
    return [finding.what.split(":")[0] for finding in findings]


def row(pact: Pact, verified: int, source: str = HERE) -> Row:
    return Row(Need(pact, source, ("1",), LIVE), verified)


def test_a_pact_that_its_test_wrote_and_that_is_verified_is_kept(source: Context) -> None:
    pact = put_pact(source.root, ORDER, STOCK)
    put_tests(source, (WRITTEN, pact.digest), name="test_consumer_shop.py")
    put_tests(source, (VERIFIED, f"{pact.digest} 2"))
    verification = verify(source)
    assert (verification.part.findings, verification.part.checked) == ((), 2)
    assert [(row.who, row.kept) for row in verification.rows] == [("shop 1", True)]


def test_c13_a_pact_of_which_no_test_speaks_is_neither_kept_nor_meant(source: Context) -> None:
    put_tests(source)
    part = verify(source).part
    assert (part.checked, rules(part.findings)) == (0, ["pact-not-kept", "pact-without-test"])


@pytest.mark.parametrize("count", [0, 1])
def test_c13_a_pact_of_which_not_all_was_verified_is_not_kept(tmp_path: Path, count: int) -> None:
    (finding,) = unkept([row(put_pact(tmp_path, ORDER, STOCK), count)])
    assert finding.where == f"{PACTS}/{SHOP}:1"
    assert finding.what.startswith("pact-not-kept: shop 1 (live in: beta, prod) relies on orders by ")
    assert finding.what.endswith(f": {count} of 2 interactions verified, as this change has it (#/interactions)")


def test_c13_a_pact_that_asks_for_nothing_is_not_kept(tmp_path: Path) -> None:
    (finding,) = unkept([row(put_pact(tmp_path), 0)])
    assert "asks for nothing" in finding.what


def test_a_pact_of_which_all_was_verified_is_kept(tmp_path: Path) -> None:
    assert list(unkept([row(put_pact(tmp_path, ORDER, STOCK), 2)])) == []


def test_a_pact_that_no_consumer_s_test_wrote_is_refused(tmp_path: Path) -> None:
    pact = put_pact(tmp_path, ORDER)
    assert rules(unwritten([pact], frozenset())) == ["pact-without-test"]
    assert rules(unwritten([pact], frozenset({pact.digest}))) == []


def test_a_pact_that_is_kept_for_an_older_version_needs_no_test(tmp_path: Path) -> None:
    assert rules(unwritten([put_pact(tmp_path, ORDER, name="live/shop-1-orders.json")], frozenset())) == []


def test_c12_a_pact_of_the_base_release_must_be_verified_too(source: Context) -> None:
    put_pact(source.root / "base", ORDER, STOCK)
    pact = put_pact(source.root, STOCK)
    put_tests(source, (VERIFIED, f"{pact.digest} 1"))
    (finding,) = verify(context(source.root, SLIPWAY_BASE=str(source.root / "base")), only=PROVIDERS).part.findings
    assert finding.what.endswith("0 of 2 interactions verified, as the base release has it (#/interactions)")


@pytest.mark.parametrize("verified", [1, 0])
def test_what_a_broker_says_is_live_is_verified_and_it_is_told_the_result(source: Context, verified: int) -> None:
    ours, theirs = put_pact(source.root, ORDER, STOCK), put_pact(source.root / "elsewhere", ORDER, consumer="store")
    put_tests(source, (VERIFIED, f"{ours.digest} 2"), (VERIFIED, f"{theirs.digest} {verified}"))
    with playing() as played:
        links = {"self": {"href": f"{played.url}/pact"}, RESULTS: {"href": f"{played.url}/told"}}
        played.answers = {
            "pacts": {"_embedded": {"pacts": [{"_links": links}]}},
            "pact": {**json.loads(theirs.path.read_text()), "_links": links},
        }
        asked = context(source.root, PACT_BROKER_BASE_URL=played.url, CODEBUILD_RESOLVED_SOURCE_VERSION="6f5db5b")
        part = verify(asked, only=PROVIDERS).part
    assert rules(part.findings) == ["pact-not-kept"] * (1 - verified)
    assert played.told[-1] == {"success": bool(verified), "providerApplicationVersion": "6f5db5b"}


def test_a_broker_needs_to_know_who_we_are(source: Context) -> None:
    put_tests(source)
    put_list(source.root, {}, us=None)
    with pytest.raises(GateBroke, match="does not say what it calls us"):
        verify(context(source.root, PACT_BROKER_BASE_URL="http://127.0.0.1:1"))


def test_without_tests_nothing_was_checked(source: Context) -> None:
    part = verify(source).part
    assert (part.checked, part.blind) == (0, True)


def test_a_pact_that_can_not_be_read_is_the_change_s_failure_in_ours_and_our_own_in_the_base(source: Context) -> None:
    put_tests(source)
    (source.root / PACTS / SHOP).write_text("{")
    assert rules(verify(source).part.findings) == ["unreadable"]
    put_pact(source.root, ORDER)
    (put_pact(source.root / "base", ORDER).path).write_text("{")
    with pytest.raises(GateBroke, match="what is live can't be read"):
        verify(context(source.root, SLIPWAY_BASE=str(source.root / "base")))


def test_what_tests_say_is_read_from_their_properties() -> None:
    def case(*properties: tuple[str, str]) -> str:
        told = "".join(f'<property name="{name}" value="{value}"/>' for name, value in properties)
        return f"<testcase><properties>{told}</properties></testcase>"

    cases = case((VERIFIED, "aa 13"), ("other", "5")) + case((VERIFIED, "bb 1"), (WRITTEN, "aa")) + "<testcase/>"
    said = said_in(f"<testsuites><testsuite>{cases}{case((VERIFIED, 'cc many'))}</testsuite></testsuites>")
    assert (said.written, dict(said.verified)) == (frozenset({"aa"}), {"aa": 13, "bb": 1})


def test_the_same_pact_verified_twice_counts_once() -> None:
    twice = f'<t><property name="{VERIFIED}" value="aa 3"/><property name="{VERIFIED}" value="aa 2"/></t>'
    assert dict(said_in(twice).verified) == {"aa": 3}

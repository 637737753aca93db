"""A pact that a consumer's test has just written is held against the kept one, which only its author may replace."""

import json
from pathlib import Path

import pytest

from tests.contract import pacts
from tests.contract.pacts import ACCEPT, keep_or_compare


def nobody(_name: str, _value: object) -> None:
    """Hears nothing."""


def pact(path: Path, says: str) -> Path:
    """The file of a pact whose one message is `says`."""
    told = {
        "consumer": {"name": "notifier"},
        "provider": {"name": "orders-events"},
        "messages": [{"description": says, "contents": {"content": {"id": "1"}, "contentType": "application/json"}}],
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(told))
    return path


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The kept pact."""
    monkeypatch.delenv(ACCEPT, raising=False)
    monkeypatch.setattr(pacts, "PACTS", tmp_path / "kept")
    return pact(tmp_path / "kept" / "one.json", "what is relied on")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Where a test writes its pact."""
    return tmp_path / "written" / "one.json"


def test_the_same_is_told_to_the_gate(kept: Path, written: Path) -> None:
    told: dict[str, object] = {}
    keep_or_compare(pact(written, "what is relied on"), told.__setitem__)
    assert list(told.values()) == [pacts.digest(kept)]


@pytest.mark.parametrize("accepted", [None, "", "0", "yes"])
def test_another_is_refused_and_the_kept_one_stays(
    kept: Path, written: Path, monkeypatch: pytest.MonkeyPatch, accepted: str | None
) -> None:
    if accepted is not None:
        monkeypatch.setenv(ACCEPT, accepted)
    before = kept.read_bytes()
    with pytest.raises(AssertionError, match=r"contracts/pacts/one.json disagree; .* run this test again with"):
        keep_or_compare(pact(written, "something else"), nobody)
    assert kept.read_bytes() == before


def test_one_that_is_not_kept_is_refused(kept: Path, written: Path) -> None:
    kept.unlink()
    with pytest.raises(AssertionError, match=r"one.json is not kept"):
        keep_or_compare(pact(written, "what is relied on"), nobody)


def test_it_takes_a_word_to_accept_another(kept: Path, written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ACCEPT, "1")
    keep_or_compare(pact(written, "something else"), nobody)
    assert kept.read_bytes() == written.read_bytes()

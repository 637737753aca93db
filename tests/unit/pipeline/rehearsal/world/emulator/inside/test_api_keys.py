"""The key that an authorizer names is kept with its context and never reaches a function."""

from typing import Any

import pytest

from pipeline.rehearsal.world.emulator.inside.api_keys import USAGE, with_key, without_key

ANSWER = {"principalId": "acme", "context": {"tier": "basic"}, "usageIdentifierKey": "the-key"}


def test_the_key_is_kept_and_taken_out_again() -> None:
    kept = with_key(ANSWER)["context"]
    assert without_key(kept) == ({"tier": "basic"}, "the-key")
    assert without_key(kept) == ({"tier": "basic"}, "the-key")  # the kept one is as it was


@pytest.mark.parametrize("answer", [None, "text", {}, {"usageIdentifierKey": 7}, {"context": {"tier": "basic"}}])
def test_an_answer_without_a_key_stays_as_it_is(answer: Any) -> None:
    assert with_key(answer) is answer


def test_without_an_authorizer_there_is_no_key() -> None:
    assert without_key(None) == (None, "")
    assert without_key({"tier": "basic"}) == ({"tier": "basic"}, "")


def test_only_the_usage_of_a_plan_is_asked_for_there() -> None:
    assert USAGE.fullmatch("/usageplans/ab12/usage")
    assert not USAGE.fullmatch("/usageplans/ab12/keys")

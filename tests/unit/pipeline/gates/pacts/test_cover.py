"""Whether one pact says all that another one said."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.pacts.cover import uncovered
from pipeline.gates.pacts.pact import Pact
from tests.unit.pipeline.gates.pacts.releases import ORDER, STOCK, Interaction, asking

words = st.sampled_from(["a", "b", "c"])
bodies: st.SearchStrategy[Any] = st.recursive(
    st.integers(0, 2) | words, lambda inner: st.dictionaries(words, inner, max_size=2) | st.lists(inner, max_size=2)
)
interactions = st.lists(st.builds(lambda what, body: asking(what, x=body), words, bodies), max_size=4)


def pact(*asked: Interaction) -> Pact:
    return Pact("x.json", "shop", "orders", "0", asked, Path("x.json"))


@given(interactions, interactions)
def test_a_pact_covers_itself_and_all_that_it_was_before_it_grew(
    some: list[Interaction], more: list[Interaction]
) -> None:
    assert uncovered(pact(*some), [pact(*more, *some)]) == ()


@given(st.lists(bodies, min_size=1, max_size=3))
def test_what_is_left_out_is_named_by_its_number(some: list[Any]) -> None:
    old = [asking(f"thing {number}", x=body) for number, body in enumerate(some)]
    assert uncovered(pact(*old), [pact(*old[:-1])]) == (len(old) - 1,)
    assert uncovered(pact(*old), []) == tuple(range(len(old)))


MORE = {
    "in other words": {**ORDER, "description": "any order"},
    "with one field more": asking("an order", total=3, status="CONFIRMED"),
    "with a comment": {**ORDER, "comments": {"text": ["why"]}, "pending": False},
}
LESS = {
    "with a field under another name": asking("an order", amount=3),
    "with another value": asking("an order", total=4),
    "with another status": {**ORDER, "response": {**ORDER["response"], "status": 202}},
    "of another path": asking("an invoice", total=3),
    "in another state": {**ORDER, "providerStates": [{"name": "new"}]},
}


@pytest.mark.parametrize("case", MORE)
def test_a_pact_may_say_more(case: str) -> None:
    assert uncovered(pact(ORDER), [pact(STOCK), pact(MORE[case])]) == ()


@pytest.mark.parametrize("case", LESS)
def test_a_pact_that_says_less_is_noticed(case: str) -> None:
    old = copy.deepcopy(ORDER) if case != "in another state" else {**ORDER, "providerStates": [{"name": "old"}]}
    assert uncovered(pact(old), [pact(LESS[case])]) == (0,)

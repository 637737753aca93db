"""Letters in every language that a customer may choose, for everything that customers are told of."""

import re

import pytest

from api.domain import letters
from api.domain.errors import EventUnreadable
from api.domain.letters import WORDS
from api.domain.model import Notice, Occasion
from tests.support.openapi import promise
from tests.unit.api.domain.examples import ORDER_ID

LANGUAGES = promise()["components"]["schemas"]["Preferences"]["properties"]["language"]["enum"]


def notice(occasion: Occasion, order_id: str | None = ORDER_ID) -> Notice:
    return Notice("n-1", occasion, "ann", order_id, "c-1")


def test_there_is_a_letter_for_every_language_that_can_be_chosen() -> None:
    assert set(WORDS) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("occasion", Occasion)
def test_every_occasion_has_its_words(language: str, occasion: Occasion) -> None:
    letter = letters.written(notice(occasion), language)
    assert "\n" not in letter.subject
    assert 5 <= len(letter.subject) <= 78
    assert letter.text.endswith(".\n")
    assert "{" not in letter.subject + letter.text
    if occasion is not Occasion.WELCOME:
        assert ORDER_ID in letter.subject
        assert ORDER_ID in letter.text


@pytest.mark.parametrize("occasion", Occasion)
def test_no_two_languages_say_the_same(occasion: Occasion) -> None:
    assert len({letters.written(notice(occasion), each).text for each in LANGUAGES}) == len(LANGUAGES)


def test_no_letter_says_who_gets_it_or_leads_anywhere() -> None:
    for language in LANGUAGES:
        for occasion in Occasion:
            said = letters.written(notice(occasion), language)
            assert not re.search(r"\bann\b|https?://|@", f"{said.subject} {said.text}")


def test_a_language_that_nobody_writes_gets_the_fallback() -> None:
    assert letters.written(notice(Occasion.WELCOME), "tlh") == letters.written(notice(Occasion.WELCOME), "en")


def test_a_letter_about_an_order_needs_one() -> None:
    with pytest.raises(EventUnreadable):
        letters.written(notice(Occasion.ORDER_PLACED, None), "en")

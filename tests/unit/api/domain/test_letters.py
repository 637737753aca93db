"""Letters in every language that a customer may choose, for everything that customers are told of."""

import re
from collections.abc import Mapping

import pytest

from api.domain import letters
from api.domain.errors import EventUnreadable
from api.domain.letters import WORDS
from api.domain.model import Notice, Occasion
from tests.support.openapi import promise
from tests.unit.api.domain.examples import ORDER_ID

LANGUAGES = promise()["components"]["schemas"]["Preferences"]["properties"]["language"]["enum"]

SAID_OF: Mapping[str, set[Occasion]] = {
    "signs in": {Occasion.WELCOME},
    "thanks": {Occasion.ORDER_PLACED},
    "is put aside": {Occasion.ORDER_PLACED},
    "has an invoice": {Occasion.ORDER_PLACED},
    "was cancelled": {Occasion.ORDER_CANCELLED},
    "is not sent": {Occasion.ORDER_CANCELLED},
    "is not paid for": {Occasion.ORDER_CANCELLED},
    "is on its way": {Occasion.SHIPMENT_DISPATCHED},
    "has left us": {Occasion.SHIPMENT_DISPATCHED},
    "has a number": {Occasion.SHIPMENT_DISPATCHED},
    "has arrived": {Occasion.SHIPMENT_DELIVERED},
    "was delivered": {Occasion.SHIPMENT_DELIVERED},
    "may be complained of": {Occasion.SHIPMENT_DELIVERED},
}
"""What is true of an order or an account when a letter goes out. A letter that says anything else is not true."""

SAID_BY: Mapping[str, Mapping[str, str]] = {
    "en": {
        "signs in": "can sign in",
        "thanks": "thank you",
        "is put aside": "put aside",
        "has an invoice": "invoice",
        "was cancelled": "was cancelled",
        "is not sent": "Nothing will be sent",
        "is not paid for": "no money",
        "is on its way": "on its way",
        "has left us": "has left us",
        "has a number": "find its number",
        "has arrived": "has arrived",
        "was delivered": "was delivered",
        "may be complained of": "tell us",
    },
    "de": {
        "signs in": "anmelden",
        "thanks": "vielen Dank",
        "is put aside": "zurückgelegt",
        "has an invoice": "Rechnung",
        "was cancelled": "storniert",
        "is not sent": "nichts versandt",
        "is not paid for": "Betrag wird freigegeben",
        "is on its way": "unterwegs",
        "has left us": "unser Haus verlassen",
        "has a number": "Seine Nummer",
        "has arrived": "angekommen",
        "was delivered": "zugestellt",
        "may be complained of": "sagen Sie es uns",
    },
    "fr": {
        "signs in": "vous connecter",
        "thanks": "merci",
        "is put aside": "mis de côté",
        "has an invoice": "facture",
        "was cancelled": "annulée",
        "is not sent": "Rien ne sera envoyé",
        "is not paid for": "la somme retenue est libérée",
        "is on its way": "en route",
        "has left us": "est parti",
        "has a number": "son numéro",
        "has arrived": "est arrivée",
        "was delivered": "a été livré",
        "may be complained of": "dites-le-nous",
    },
    "sv": {
        "signs in": "logga in",
        "thanks": "tack",
        "is put aside": "reserverade för dig",
        "has an invoice": "fakturan",
        "was cancelled": "avbeställd",
        "is not sent": "Inget skickas",
        "is not paid for": "reserverat belopp släpps",
        "is on its way": "på väg",
        "has left us": "har lämnat oss",
        "has a number": "Dess nummer",
        "has arrived": "kommit fram",
        "was delivered": "levererat",
        "may be complained of": "berätta det",
    },
}
"""The words for it. Who words a letter anew says here by which of them a reader sees what has happened."""


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


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("occasion", Occasion)
def test_a_letter_says_all_that_has_happened_and_nothing_that_has_not(language: str, occasion: Occasion) -> None:
    letter = letters.written(notice(occasion), language)
    said = {what for what, words in SAID_BY[language].items() if words in f"{letter.subject}\n{letter.text}"}
    assert said == {what for what, occasions in SAID_OF.items() if occasion in occasions}


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_happens_has_words_in_every_language(language: str) -> None:
    assert SAID_BY[language].keys() == SAID_OF.keys()


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

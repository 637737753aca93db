"""What customers are written, in the languages that they may choose. Pure: text in, text out.

A letter holds nothing personal but what its address says: no name, and no number but the order's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.domain.errors import EventUnreadable
from api.domain.model import Notice, Occasion

FALLBACK: Final = "en"
"""For a language that nothing is written in."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail: a line that says what it is about, and plain text."""

    subject: str
    text: str


type _Words = tuple[str, str]
"""Subject and text; `{order}` stands for the order's number."""

WORDS: Final[Mapping[str, Mapping[Occasion, _Words]]] = {
    "en": {
        Occasion.WELCOME: (
            "Welcome",
            "Hello,\n\nyour account is ready. You can sign in with this address from now on.",
        ),
        Occasion.ORDER_PLACED: (
            "Your order {order}",
            "Hello,\n\nthank you for your order {order}. It is here, and its goods are put aside for you.\n\n"
            "You find what becomes of it, and its invoice once it is paid, in your account.",
        ),
        Occasion.ORDER_CANCELLED: (
            "Your order {order} was cancelled",
            "Hello,\n\nyour order {order} was cancelled. Nothing will be sent, and no money is taken for it.",
        ),
        Occasion.SHIPMENT_DISPATCHED: (
            "Your order {order} is on its way",
            "Hello,\n\nthe parcel of your order {order} has left us.\n\nYou find its number in your account.",
        ),
        Occasion.SHIPMENT_DELIVERED: (
            "Your order {order} has arrived",
            "Hello,\n\nthe parcel of your order {order} was delivered.\n\nIf something is wrong with it, tell us in "
            "your account.",
        ),
    },
    "de": {
        Occasion.WELCOME: (
            "Willkommen",
            "Guten Tag,\n\nIhr Konto ist eingerichtet. Ab jetzt können Sie sich mit dieser Adresse anmelden.",
        ),
        Occasion.ORDER_PLACED: (
            "Ihre Bestellung {order}",
            "Guten Tag,\n\nvielen Dank für Ihre Bestellung {order}. Sie ist eingegangen, und die Ware ist für Sie "
            "zurückgelegt.\n\nWie es damit weitergeht, und die Rechnung, sobald sie bezahlt ist, finden Sie in Ihrem "
            "Konto.",
        ),
        Occasion.ORDER_CANCELLED: (
            "Ihre Bestellung {order} wurde storniert",
            "Guten Tag,\n\nIhre Bestellung {order} wurde storniert. Es wird nichts versandt, und ein vorgemerkter "
            "Betrag wird freigegeben.",
        ),
        Occasion.SHIPMENT_DISPATCHED: (
            "Ihre Bestellung {order} ist unterwegs",
            "Guten Tag,\n\ndas Paket zu Ihrer Bestellung {order} hat unser Haus verlassen.\n\nSeine Nummer finden Sie "
            "in Ihrem Konto.",
        ),
        Occasion.SHIPMENT_DELIVERED: (
            "Ihre Bestellung {order} ist angekommen",
            "Guten Tag,\n\ndas Paket zu Ihrer Bestellung {order} wurde zugestellt.\n\nIst etwas damit nicht in "
            "Ordnung, sagen Sie es uns in Ihrem Konto.",
        ),
    },
    "fr": {
        Occasion.WELCOME: (
            "Bienvenue",
            "Bonjour,\n\nvotre compte est prêt. Vous pouvez désormais vous connecter avec cette adresse.",
        ),
        Occasion.ORDER_PLACED: (
            "Votre commande {order}",
            "Bonjour,\n\nmerci pour votre commande {order}. Nous l'avons reçue, et les articles sont mis de côté pour "
            "vous.\n\nSon suivi, et sa facture une fois qu'elle est payée, se trouvent dans votre compte.",
        ),
        Occasion.ORDER_CANCELLED: (
            "Votre commande {order} est annulée",
            "Bonjour,\n\nvotre commande {order} est annulée. Rien ne sera envoyé, et la somme retenue est libérée.",
        ),
        Occasion.SHIPMENT_DISPATCHED: (
            "Votre commande {order} est en route",
            "Bonjour,\n\nle colis de votre commande {order} est parti.\n\nVous trouverez son numéro dans votre compte.",
        ),
        Occasion.SHIPMENT_DELIVERED: (
            "Votre commande {order} est arrivée",
            "Bonjour,\n\nle colis de votre commande {order} a été livré.\n\nSi quelque chose ne va pas, dites-le-nous "
            "dans votre compte.",
        ),
    },
    "sv": {
        Occasion.WELCOME: (
            "Välkommen",
            "Hej,\n\nditt konto är klart. Från och med nu kan du logga in med den här adressen.",
        ),
        Occasion.ORDER_PLACED: (
            "Din beställning {order}",
            "Hej,\n\ntack för din beställning {order}. Vi har tagit emot den, och varorna är reserverade för dig.\n\n"
            "Vad som händer med den, och fakturan när den är betald, hittar du på ditt konto.",
        ),
        Occasion.ORDER_CANCELLED: (
            "Din beställning {order} är avbeställd",
            "Hej,\n\ndin beställning {order} är avbeställd. Inget skickas, och ett reserverat belopp släpps.",
        ),
        Occasion.SHIPMENT_DISPATCHED: (
            "Din beställning {order} är på väg",
            "Hej,\n\npaketet med din beställning {order} har lämnat oss.\n\nDess nummer hittar du på ditt konto.",
        ),
        Occasion.SHIPMENT_DELIVERED: (
            "Din beställning {order} har kommit fram",
            "Hej,\n\npaketet med din beställning {order} är levererat.\n\nOm något är fel med det, berätta det på ditt "
            "konto.",
        ),
    },
}
"""By language and occasion. The languages are those of the preferences, which a test holds together."""


def written(notice: Notice, language: str) -> Letter:
    """The letter of a notice. Raises EventUnreadable for one that is of no order where its words speak of one."""
    subject, text = WORDS.get(language, WORDS[FALLBACK])[notice.occasion]
    if notice.order_id is None and "{order}" in subject + text:
        raise EventUnreadable("the notice is of no order")
    return Letter(subject.format(order=notice.order_id), f"{text.format(order=notice.order_id)}\n")

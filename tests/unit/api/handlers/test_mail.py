"""The worker `mail`, with SES, a table and a key that are really there."""

import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import urllib3

from api.adapters import aws
from api.adapters.notices import SnsNotices
from api.adapters.sources import new_id
from api.domain.model import Notice, Occasion
from api.handlers import mail
from api.needs import NEEDS
from tests.support.emulator import Emulator
from tests.support.http_api import call
from tests.support.messages import deliver, record
from tests.support.tokens import User
from tests.unit.api.handlers.helpers import CHOICES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]

type Sent = Callable[[str], list[dict[str, Any]]]

ADDRESS = "zelda.marker@markermail.example"


@pytest.fixture
def sent(emulator: Emulator) -> Sent:
    """The mails that SES took for an address."""

    def sent(address: str) -> list[dict[str, Any]]:
        told = urllib3.request("GET", f"{emulator.url}/_ministack/ses/messages?account=222222222222").json()
        return [each for each in found(told) if each["To"] == [address]]

    return sent


def found(told: Any) -> list[dict[str, Any]]:
    """The mails, wherever in the answer they stand."""
    if isinstance(told, dict):
        return [told] if "MessageId" in told else [each for value in told.values() for each in found(value)]
    return [each for value in told for each in found(value)] if isinstance(told, list) else []


@pytest.fixture
def customer() -> User:
    """A new customer."""
    return User(f"mailed-{new_id()}")


def tell(user: User, address: str) -> None:
    headers = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
    body = {"name": "Zelda Markerson", "email": address, "phone": "+467077770077"}
    assert call("PATCH", "/v1/customers/me", user, headers=headers, json_body=body).status == 200


def published(notice: Notice) -> str:
    """The body of a message that the topic of the notices delivers raw, as the notifier publishes it."""
    said: list[str] = []

    class Topic:
        def publish(self, *, TopicArn: str, Message: str, MessageAttributes: Any) -> None:  # noqa: N803
            assert (TopicArn, set(MessageAttributes)) == ("topic", {"occasion", "correlation_id"})
            said.append(Message)

    SnsNotices(Topic(), "topic").send(notice)
    return said[0]


def placed(user: User) -> Notice:
    return Notice(new_id(), Occasion.ORDER_PLACED, user.subject, new_id(), new_id())


def returned(kind: str = "Email Bounced", **more: Any) -> dict[str, Any]:
    """A message as SES tells it by the default event bus."""
    detail = {
        "eventType": "Bounce",
        "mail": {"destination": [ADDRESS], "source": "orders@shop.example", "messageId": "m"},
        "bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": ADDRESS, "diagnosticCode": f"550 no {ADDRESS}"}],
        },
        **more,
    }
    event = {"version": "0", "id": new_id(), "detail-type": kind, "source": "aws.ses", "detail": detail}
    return record(json.dumps(event))


def test_a_notice_becomes_a_mail_in_the_customers_language_once(
    sent: Sent, customer: User, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"{new_id().lower()}@markermail.example"
    tell(customer, address)
    assert call("PUT", "/v1/customers/me/preferences", customer, headers={"If-Match": "*"}, json_body=CHOICES).status
    notice = placed(customer)
    capsys.readouterr()
    assert deliver("mail", record(published(notice)), record(published(notice))) == []
    assert deliver("mail", record(published(notice), attempt=2)) == []
    (letter,) = sent(address)
    assert (letter["Source"], letter["Subject"]) == ("orders@shop.example", f"Din beställning {notice.order_id}")
    assert letter["BodyText"].startswith("Hej,\n\ntack för din beställning")
    said = capsys.readouterr().out
    assert [line["MailSent"] for line in map(json.loads, said.splitlines()) if "MailSent" in line] == [1]
    for word in (address, customer.subject, "Markerson", "+467077770077"):
        assert word not in said


def test_without_preferences_it_is_english(sent: Sent, customer: User) -> None:
    address = f"{new_id().lower()}@markermail.example"
    tell(customer, address)
    assert deliver("mail", record(published(Notice(new_id(), Occasion.WELCOME, customer.subject, None, "c")))) == []
    assert [each["Subject"] for each in sent(address)] == ["Welcome"]


@pytest.mark.parametrize("erased", [False, True])
def test_who_has_no_address_or_was_forgotten_is_written_nothing(
    customer: User, erased: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    if erased:
        tell(customer, f"{new_id().lower()}@markermail.example")
        assert call("DELETE", "/v1/customers/me", customer).status == 202
    capsys.readouterr()
    assert deliver("mail", record(published(placed(customer)))) == []
    became = [line.get("became") for line in map(json.loads, capsys.readouterr().out.splitlines())]
    assert [each for each in became if each] == ["erased" if erased else "no_address"]


def test_what_ses_refuses_comes_again(sent: Sent, customer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"{new_id().lower()}@markermail.example"
    tell(customer, address)
    message = record(published(placed(customer)))
    with monkeypatch.context() as patch:
        patch.setenv("MAIL_SENDER", "orders@nobody-verified-this.example")
        mail.services.cache_clear()
        assert deliver("mail", message) == [message["messageId"]]
    mail.services.cache_clear()
    assert deliver("mail", message) == []
    assert len(sent(address)) == 1


def test_a_stage_whose_customers_are_made_up_writes_to_one_mailbox(
    sent: Sent, customer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{new_id().lower()}@markermail.example"
    tell(customer, address)
    with monkeypatch.context() as patch:
        patch.setenv("MAIL_INSTEAD", "success@simulator.amazonses.com")
        mail.services.cache_clear()
        notice = placed(customer)
        assert deliver("mail", record(published(notice))) == []
    mail.services.cache_clear()
    assert sent(address) == []
    assert f"Your order {notice.order_id}" in [each["Subject"] for each in sent("success@simulator.amazonses.com")]


@pytest.mark.parametrize(("kind", "what"), [("Email Bounced", "bounce"), ("Email Complaint Received", "complaint")])
def test_mail_that_comes_back_is_counted_once_and_nothing_says_whose_it_was(
    kind: str, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    message = returned(kind)
    assert deliver("mail", message, message) == []
    said = capsys.readouterr().out
    lines = [json.loads(line) for line in said.splitlines()]
    assert [line["MailReturned"] for line in lines if "MailReturned" in line] == [1]
    (told,) = [line for line in lines if line.get("message") == "mail returned"]
    assert told["what"] == what
    assert ("bounceType" in told) is (what == "bounce")
    assert ADDRESS not in said


@pytest.mark.parametrize(
    "body",
    ["{", "[]", "{}", json.dumps({"id": "1", "detail-type": "Email Opened", "detail": {}}), '{"notice_id": "n"}'],
)
def test_what_is_neither_goes_to_the_dead_letters(body: str) -> None:
    message = record(body)
    assert deliver("mail", message) == [message["messageId"]]


def test_it_needs_just_what_it_says_it_needs(customer: User) -> None:
    tell(customer, f"{new_id().lower()}@markermail.example")
    used: dict[str, list[str]] = {"ses": [], "dynamodb": [], "kms": []}
    watched: dict[str, Any] = {"ses": aws.ses(), "dynamodb": aws.dynamodb(), "kms": aws.kms()}
    notes = {name: lambda model, of=name, **_: used[of].append(model.name) for name in watched}
    for name, client in watched.items():
        client.meta.events.register(f"provide-client-params.{'sesv2' if name == 'ses' else name}.*", notes[name])
    mail.services.cache_clear()
    assert deliver("mail", record(published(placed(customer)))) == []
    for name, client in watched.items():
        client.meta.events.unregister(f"provide-client-params.{'sesv2' if name == 'ses' else name}.*", notes[name])
    assert used == {
        "ses": ["SendEmail"],
        "dynamodb": ["PutItem", "GetItem", "Query", "TransactWriteItems"],
        "kms": ["Decrypt"],
    }
    needs = NEEDS["mail"]
    assert needs.mail == {"ses:SendEmail"}
    assert needs.fields == {"kms:Decrypt"}
    assert needs.table == {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"}


def test_ses_knows_who_sends(stage: "DynamoDBClient") -> None:
    """Or a refusal would be none of the sender's."""
    assert stage
    known = boto3.client("sesv2").list_email_identities()["EmailIdentities"]
    assert os.environ["MAIL_SENDER"].partition("@")[2] in [each["IdentityName"] for each in known]

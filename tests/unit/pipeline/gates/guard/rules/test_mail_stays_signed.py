"""Mail is signed as in the base, from a domain that is ours, and sent by the same rules."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import assembly, found, look, release, resource, subject, update

RULE = "mail_stays_signed"
IDENTITY, RULES = "SES::EmailIdentity", "SES::ConfigurationSet"
OFF = {"DkimAttributes": {"SigningEnabled": False}}
LONG, SHORT = ({"DkimSigningAttributes": {"NextSigningKeyLength": f"RSA_{bits}_BIT"}} for bits in (2048, 1024))
UNDER = {"ConfigurationSetAttributes": {"ConfigurationSetName": {"Ref": "Rules"}}}


def sent_from(domain: str, otherwise: str = "USE_DEFAULT_VALUE") -> dict[str, Any]:
    return {"MailFromAttributes": {"MailFromDomain": domain, "BehaviorOnMxFailure": otherwise}}


def suppressing(*reasons: str) -> dict[str, Any]:
    return {"SuppressionOptions": {"SuppressedReasons": list(reasons)}}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ({}, OFF, "nothing is signed"),
        ({}, {"DkimAttributes": {"SigningEnabled": "false"}}, "nothing is signed"),
        (OFF, OFF, "nothing is signed"),
        (LONG, SHORT, "a short key signs: was RSA_2048_BIT"),
        ({}, SHORT, "a short key signs"),
        (sent_from("mail.shop"), {}, "MailFromDomain was mail.shop, is nothing"),
        ({}, sent_from("mail.shop", "REJECT_MESSAGE"), "no mail is sent until the records"),
        (sent_from("mail.shop"), sent_from("post.shop", "REJECT_MESSAGE"), "no mail is sent until the records"),
        (UNDER, {}, "ConfigurationSetName was ${Rules}, is nothing"),
    ],
)
def test_mail_that_anybody_could_forge_is_told(old: dict[str, Any], new: dict[str, Any], words: str) -> None:
    (told,) = found(RULE, update(IDENTITY, old, new))
    assert words in told.what


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ({}, {"SendingOptions": {"SendingEnabled": False}}, "no mail is sent by these rules"),
        (suppressing("BOUNCE", "COMPLAINT"), suppressing("BOUNCE"), "written to again (COMPLAINT)"),
    ],
)
def test_rules_that_send_nothing_or_too_much_are_told(old: dict[str, Any], new: dict[str, Any], words: str) -> None:
    (told,) = found(RULE, update(RULES, old, new))
    assert words in told.what


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        (IDENTITY, {}, {}),
        (IDENTITY, OFF, {"DkimAttributes": {"SigningEnabled": True}}),
        (IDENTITY, SHORT, SHORT),
        (IDENTITY, SHORT, LONG),
        (IDENTITY, {}, sent_from("mail.shop")),
        (IDENTITY, sent_from("mail.shop"), sent_from("mail.shop", "REJECT_MESSAGE")),
        (RULES, suppressing("BOUNCE"), suppressing("BOUNCE", "COMPLAINT")),
        (RULES, {}, {"SendingOptions": {"SendingEnabled": True}}),
    ],
)
def test_mail_that_is_signed_as_well_or_better_is_right(kind: str, old: dict[str, Any], new: dict[str, Any]) -> None:
    assert found(RULE, update(kind, old, new)) == ()


def test_a_new_identity_signs_from_the_first() -> None:
    (told,) = found(RULE, subject(assembly(prod={"It": resource(IDENTITY, **OFF)}), assembly(prod={})))
    assert "nothing is signed" in told.what


def test_the_release_as_it_is_signs(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked >= 6, part.findings) == (True, ())

"""Mail is signed as in the base, from a domain that is ours, and sent by the same rules."""

from collections.abc import Iterator

from pipeline.gates.guard.comparing import is_true, lost
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed
from pipeline.gates.openapi.node import texts

ABOUT = About(
    kind="authorization",
    what="Mail is signed (DKIM) with no shorter a key, from the base's MAIL FROM, under its rules, and sent at all",
    why="what is not signed anybody can forge, and mailboxes take it for that: letters end as spam, or nowhere",
    fix="leave signing on and the keys, MAIL FROM and rules as they are; put DNS records in place before the release",
    models="CWE-345: DKIM off until records are there, and left so; MAIL FROM without its records",
    needs="nothing",
)
IDENTITY, RULES = "AWS::SES::EmailIdentity", "AWS::SES::ConfigurationSet"
SIGNING = ("DkimAttributes", "SigningEnabled")
LENGTH = ("DkimSigningAttributes", "NextSigningKeyLength")
SHORT = "RSA_1024_BIT"
FROM, ON_FAILURE = ("MailFromAttributes", "MailFromDomain"), ("MailFromAttributes", "BehaviorOnMxFailure")
BY_RULES = ("ConfigurationSetAttributes", "ConfigurationSetName")
SENDING = ("SendingOptions", "SendingEnabled")
SUPPRESSED = ("SuppressionOptions", "SuppressedReasons")


def look(subject: Subject) -> Iterator[Looked]:
    """Each identity that sends mail, and each set of rules that it is sent by."""
    for identity in subject.of_candidate(IDENTITY):
        yield looked(identity, *_identity(identity, subject.before(identity)))
    for rules in subject.of_candidate(RULES):
        yield looked(rules, *_rules(rules, subject.before(rules)))


def _identity(new: Resource, old: Resource | None) -> Iterator[Wrong | None]:
    """Source: template reference of AWS::SES::EmailIdentity; SES signs and has a long key where nothing is said."""
    signed = new.at(*SIGNING)
    if signed is not None and not is_true(signed):
        was = old.at(*SIGNING) if old else None
        yield Wrong(f"nothing is signed: SigningEnabled {changed(was, signed)}", ".".join(SIGNING))
    if new.at(*LENGTH) == SHORT and (old is None or old.at(*LENGTH) != SHORT):
        yield Wrong(f"a short key signs: {changed(old.at(*LENGTH) if old else None, SHORT)}", ".".join(LENGTH))
    yield lost(new, old, *FROM)
    yield lost(new, old, *BY_RULES)
    moved = new.at(*FROM) is not None and old is not None and new.at(*FROM) != old.at(*FROM)
    if moved and old and new.at(*ON_FAILURE) == "REJECT_MESSAGE":
        told = changed(old.at(*FROM), new.at(*FROM))
        yield Wrong(f"no mail is sent until the records of its MAIL FROM are found: {told}", ".".join(ON_FAILURE))


def _rules(new: Resource, old: Resource | None) -> Iterator[Wrong]:
    sending = new.at(*SENDING)
    if sending is not None and not is_true(sending):
        yield Wrong("no mail is sent by these rules", ".".join(SENDING))
    for reason in texts(old.at(*SUPPRESSED)) if old else ():
        if reason not in texts(new.at(*SUPPRESSED)):
            yield Wrong(f"who was written to in vain is written to again ({reason})", ".".join(SUPPRESSED))

"""Who signs in proves it as well as before: password, second factor, recovery, and the checks of our own."""

from collections.abc import Iterator

from pipeline.gates.guard.comparing import differs, grew, is_true, must, number, shrank
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, said
from pipeline.gates.openapi.node import listed, mapped, texts

ABOUT = About(
    kind="authorization",
    what="A user pool asks for passwords of 12 characters of four kinds, offers a second factor, and lowers nothing",
    why="whoever guesses or finds a password is the customer, and the API can't tell",
    fix="bring back what pipeline/cloud/service/auth.py asked for",
    models="I34: MFA off, 6 characters; triggers gone, older, or new that confirm people; CWE-521, CWE-308, CWE-285",
    needs="every stage",
)
POOL = "AWS::Cognito::UserPool"
PASSWORD = ("Policies", "PasswordPolicy")
KINDS = ("RequireLowercase", "RequireNumbers", "RequireSymbols", "RequireUppercase")
SHORTEST = 12
MFA = ("OFF", "OPTIONAL", "ON")
TIERS = ("LITE", "ESSENTIALS", "PLUS")
TRIGGERS = "LambdaConfig"
"""Functions of ours that may say no, that say in the token who somebody is, or that hear who has come."""
DECIDES = (
    "PreSignUp",
    "UserMigration",
    "DefineAuthChallenge",
    "CreateAuthChallenge",
    "VerifyAuthChallengeResponse",
    "PreTokenGeneration",
    "PreTokenGenerationConfig",
    "InboundFederation",
)
"""Those by which a function confirms people, lets them in, or says in their token who they are (Amazon Cognito
developer guide, "Customizing user pool workflows with Lambda triggers"): whatever it answers holds."""
READ_IT = "leave the trigger out; if it must be, waive this with who read what the function answers to strangers"
DEVICES = ("DeviceConfiguration", "ChallengeRequiredOnNewDevice")
PROMPTED = ("DeviceConfiguration", "DeviceOnlyRememberedOnUserPrompt")
ONLY_ADMIN = ("AdminCreateUserConfig", "AllowAdminCreateUserOnly")
TEMPORARY = (*PASSWORD, "TemporaryPasswordValidityDays")
RISK = ("UserPoolAddOns", "AdvancedSecurityMode")
RISKS = ("OFF", "AUDIT", "ENFORCED")


def look(subject: Subject) -> Iterator[Looked]:
    """Each user pool."""
    for pool in subject.of_candidate(POOL):
        yield looked(pool, *_always(pool), *_since(subject.before(pool), pool))


def _always(pool: Resource) -> Iterator[Wrong | None]:
    length = number(pool.at(*PASSWORD, "MinimumLength"))
    if length is None or length < SHORTEST:
        told = (
            f"a password may have {said(pool.at(*PASSWORD, 'MinimumLength'))} characters, at least {SHORTEST} are right"
        )
        yield Wrong(told, "Policies.PasswordPolicy.MinimumLength")
    for kind in KINDS:
        yield must(pool, *PASSWORD, kind, be=is_true, told="true")
    if pool.at("MfaConfiguration") not in MFA[1:]:
        yield Wrong(f"no second factor is asked for: {said(pool.at('MfaConfiguration'))}", "MfaConfiguration")
    if texts(pool.at("EnabledMfas")) and not set(texts(pool.at("EnabledMfas"))) - {"SMS_MFA", "EMAIL_OTP"}:
        yield Wrong("the second factor goes to a number that can be taken over", "EnabledMfas")
    days = number(pool.at(*TEMPORARY))
    if days is not None and days > 7:
        yield Wrong(f"a first password is good for {days:g} days, at most 7 are right", ".".join(TEMPORARY))


def _since(old: Resource | None, new: Resource) -> Iterator[Wrong | None]:
    yield shrank(new, old, *PASSWORD, "MinimumLength")
    yield shrank(new, old, *PASSWORD, "PasswordHistorySize")
    yield grew(new, old, *TEMPORARY)
    yield _lower(new, old, MFA, "MfaConfiguration")
    yield _lower(new, old, TIERS, "UserPoolTier")
    yield _lower(new, old, RISKS, *RISK)
    if old is None:
        return
    for trigger in mapped(old.at(TRIGGERS)):
        yield differs(new, old, TRIGGERS, trigger)
    for trigger in DECIDES:
        if new.at(TRIGGERS, trigger) and not old.at(TRIGGERS, trigger):
            told = f"a function says who somebody is, or that they proved it, where AWS did in the base: {trigger}"
            yield Wrong(told, f"{TRIGGERS}.{trigger}", READ_IT)
    yield from _devices(old, new)
    if is_true(old.at(*ONLY_ADMIN)) and not is_true(new.at(*ONLY_ADMIN)):
        yield Wrong("anybody signs up, where only we made users", ".".join(ONLY_ADMIN))
    for name in ("EnabledMfas", "AutoVerifiedAttributes"):
        was, now = texts(old.at(name)), texts(new.at(name))
        if set(was) - set(now):
            yield Wrong(f"{name} {changed(', '.join(was), ', '.join(now) or None)}", name)
    yield from _recovery(old, new)


def _devices(old: Resource, new: Resource) -> Iterator[Wrong]:
    """A device is remembered by a key of its own, which those who sign in there must send from then on (Amazon Cognito
    developer guide, "Working with user devices in your user pool"; DeviceConfigurationType)."""
    if is_true(new.at(*DEVICES)) and not is_true(old.at(*DEVICES)):
        yield Wrong("whoever holds a device that is remembered needs no second factor", ".".join(DEVICES))
    elif new.at(DEVICES[0]) is not None and old.at(DEVICES[0]) is None:
        yield Wrong("devices are remembered, so that tokens are renewed only for who sends its key", DEVICES[0])
    if is_true(new.at(*DEVICES)) and is_true(old.at(*PROMPTED)) and not is_true(new.at(*PROMPTED)):
        yield Wrong("every device is remembered, and nobody is asked", ".".join(PROMPTED))


def _recovery(old: Resource, new: Resource) -> Iterator[Wrong]:
    was, now = _ways(old), _ways(new)
    for way in sorted(now - was) if was else ():
        yield Wrong(f"a password is given back by {way} now, which was no way before", "AccountRecoverySetting")
    if was and not now:
        yield Wrong("how a password is given back is left to AWS", "AccountRecoverySetting")


def _ways(pool: Resource) -> set[str]:
    ways = listed(pool.at("AccountRecoverySetting", "RecoveryMechanisms"))
    return {str(mapped(way).get("Name")) for way in ways}


def _lower(new: Resource, old: Resource | None, order: tuple[str, ...], *names: str) -> Wrong | None:
    was, now = old.at(*names) if old else None, new.at(*names)
    if was not in order or (now in order and order.index(str(now)) >= order.index(str(was))):
        return None
    return Wrong(f"{names[-1]} {changed(was, now)}", ".".join(names))

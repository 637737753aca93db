"""Who signs in proves it as well as before: password, second factor, recovery, and the checks of our own."""

from collections.abc import Iterator

from pipeline.gates.guard.comparing import grew, is_true, lost, must, number, shrank
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
    models="I34: MFA off, a password of 6 characters; CWE-521, CWE-308",
    needs="every stage",
)
POOL = "AWS::Cognito::UserPool"
PASSWORD = ("Policies", "PasswordPolicy")
KINDS = ("RequireLowercase", "RequireNumbers", "RequireSymbols", "RequireUppercase")
SHORTEST = 12
MFA = ("OFF", "OPTIONAL", "ON")
TIERS = ("LITE", "ESSENTIALS", "PLUS")
CHECKS = ("PreAuthentication", "PreSignUp", "PreTokenGeneration", "PreTokenGenerationConfig", "PostAuthentication",
          "DefineAuthChallenge", "VerifyAuthChallengeResponse")  # fmt: skip
"""Functions of ours that may say no, or that say in the token who somebody is."""
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
    for check in CHECKS:
        yield lost(new, old, "LambdaConfig", check)
    yield lost(new, old, "DeviceConfiguration", "ChallengeRequiredOnNewDevice")
    if old is None:
        return
    if is_true(old.at(*ONLY_ADMIN)) and not is_true(new.at(*ONLY_ADMIN)):
        yield Wrong("anybody signs up, where only we made users", ".".join(ONLY_ADMIN))
    for name in ("EnabledMfas", "AutoVerifiedAttributes"):
        was, now = texts(old.at(name)), texts(new.at(name))
        if set(was) - set(now):
            yield Wrong(f"{name} {changed(', '.join(was), ', '.join(now) or None)}", name)
    yield from _recovery(old, new)


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

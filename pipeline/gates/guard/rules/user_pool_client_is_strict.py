"""An application signs people in by safe ways alone, and what it gets for it is good for a short time."""

import re
from collections.abc import Iterator

from pipeline.gates.guard.comparing import grew, is_true, lost, must, number
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, said
from pipeline.gates.openapi.node import texts

ABOUT = About(
    kind="authorization",
    what="A client takes passwords by SRP, gets tokens for an hour at most, and sends nobody to an address that leaks",
    why="a token or a password that somebody gets hold of opens the customer's orders for as long as it is good",
    fix="bring back what pipeline/cloud/service/auth.py asked for",
    models="CWE-613, CWE-601: flows that send passwords in the clear, long tokens, open callbacks",
    needs="every stage",
)
CLIENT = "AWS::Cognito::UserPoolClient"
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}
DEFAULTS = {"AccessToken": (3_600, "hours"), "IdToken": (3_600, "hours"), "RefreshToken": (2_592_000, "days")}
"""What holds where nothing is said, in seconds; and the unit that a bare number has (Cognito's API reference)."""
LONGEST = {"AccessToken": 3_600, "IdToken": 3_600, "RefreshToken": 30 * 86_400}
IN_THE_CLEAR = {"ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"}
BY_ADMINS = {"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"}
FLOWS = "ExplicitAuthFlows"
HOSTED = ("AllowedOAuthFlows", "AllowedOAuthScopes")
BY_CODE = {"code"}
_ON_THIS_MACHINE = re.compile(r"http://localhost(:\d+)?(/|$)")
ATTRIBUTES = ("WriteAttributes", "ReadAttributes")


def look(subject: Subject) -> Iterator[Looked]:
    """Each client of a user pool."""
    last = subject.delivery.stages[-1].name if subject.delivery.stages else ""
    for client in subject.of_candidate(CLIENT):
        old = subject.before(client)
        yield looked(
            client, *_always(client, is_last=client.stage == last), *_since(old, client), *_tokens(old, client)
        )


def _always(client: Resource, *, is_last: bool) -> Iterator[Wrong | None]:
    flows = set(texts(client.at(FLOWS)))
    if not flows:
        yield Wrong("nothing says how people sign in, so that AWS's own ways hold", FLOWS)
    for flow in sorted(flows & (IN_THE_CLEAR | (BY_ADMINS if is_last else set()))):
        yield Wrong(f"a password is sent as it is: {flow}", FLOWS)
    told = "ENABLED, or answers tell who is a customer"
    yield must(client, "PreventUserExistenceErrors", be=lambda value: value == "ENABLED", told=told)
    revocable = client.at("EnableTokenRevocation")
    if revocable is not None and not is_true(revocable):
        yield Wrong("a token can't be taken back", "EnableTokenRevocation")
    if "implicit" in texts(client.at("AllowedOAuthFlows")):
        yield Wrong("tokens stand in addresses: the flow implicit", "AllowedOAuthFlows")
    for name in ("CallbackURLs", "LogoutURLs"):
        for address in texts(client.at(name)):
            if "*" in address or (address.startswith("http:") and not _ON_THIS_MACHINE.match(address)):
                yield Wrong(f"people are sent to {address} with what they signed in for", name)


def _tokens(old: Resource | None, new: Resource) -> Iterator[Wrong]:
    for token, longest in LONGEST.items():
        now, was = _seconds(new, token), _seconds(old, token) if old else None
        if now is None or now > longest:
            yield Wrong(f"{token} is good for {_told(now)}, at most {_told(longest)} is right", f"{token}Validity")
        elif was is not None and now > was:
            yield Wrong(f"{token} was good for {_told(was)}, is for {_told(now)}", f"{token}Validity")


def _since(old: Resource | None, new: Resource) -> Iterator[Wrong | Note | None]:
    yield lost(new, old, "RefreshTokenRotation")
    yield grew(new, old, "RefreshTokenRotation", "RetryGracePeriodSeconds")
    yield grew(new, old, "AuthSessionValidity")
    yield lost(new, old, "GenerateSecret")
    if old is None:
        return
    if old.at("RefreshTokenRotation", "Feature") == "ENABLED" != new.at("RefreshTokenRotation", "Feature"):
        yield Wrong("a refresh token is good again and again", "RefreshTokenRotation.Feature")
    for name in (FLOWS, *HOSTED, *ATTRIBUTES):
        was, now = texts(old.at(name)), texts(new.at(name))
        more = set(now) - set(was)
        if more and name in HOSTED and _is_first_by_code(old, new):
            yield Note(f"people sign in on Cognito's pages now: {name} {', '.join(now)}", name)
        elif more and (was or name not in ATTRIBUTES):
            yield Wrong(f"{name} {changed(', '.join(was) or None, ', '.join(now))}", name)
        if name in ATTRIBUTES and was and not now:
            yield Wrong(f"{name} was {', '.join(was)}, is all that there are", name)
    for name in ("CallbackURLs", "SupportedIdentityProviders"):
        added = sorted(set(texts(new.at(name))) - set(texts(old.at(name))))
        if added:
            yield Note(f"{', '.join(added)} is new in {name}", name)


def _is_first_by_code(old: Resource, new: Resource) -> bool:
    """Whether pages of Cognito's are used for the first time, in the one way by which no token is in an address."""
    return not texts(old.at("AllowedOAuthFlows")) and set(texts(new.at("AllowedOAuthFlows"))) == BY_CODE


def _seconds(client: Resource, token: str) -> float | None:
    """How long a token is good; None if that can't be told."""
    default, unit = DEFAULTS[token]
    told = client.at(f"{token}Validity")
    if told is None:
        return default
    length, unit = number(told), str(client.at("TokenValidityUnits", token) or unit)
    return None if length is None or unit not in SECONDS else (length * SECONDS[unit] or default)


def _told(seconds: float | None) -> str:
    return said(None) if seconds is None else f"{seconds / 60:g} minutes"

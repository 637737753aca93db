"""Who could sign up and sign in still can, by the ways that the application knows."""

from collections.abc import Iterator

from pipeline.gates.guard.comparing import differs, is_true
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed
from pipeline.gates.openapi.node import Json, listed, texts

ABOUT = About(
    kind="authorization",
    what="A pool and its clients keep each way in that the base has: sign-up, how it is confirmed, flows, scopes",
    why="the application asks for what never comes: nobody new gets in, or nobody at all, and nothing fails here",
    fix="bring it back in pipeline/cloud/service/auth.py; change the application first, and waive this then",
    models="Only administrators make users; a link is sent where the page asks for a code; a flow or a scope dropped",
    needs="every stage",
)
POOL, CLIENT, SERVER, PROVIDER = (
    f"AWS::Cognito::UserPool{kind}" for kind in ("", "Client", "ResourceServer", "IdentityProvider")
)
ONLY_ADMIN = ("AdminCreateUserConfig", "AllowAdminCreateUserOnly")
CONFIRMED = ("VerificationMessageTemplate", "DefaultEmailOption")
BY_CODE = "CONFIRM_WITH_CODE"
"""How an address is confirmed if nothing is said (Cognito API reference, VerificationMessageTemplateType)."""
FACTORS = ("Policies", "SignInPolicy", "AllowedFirstAuthFactors")
FIXED = (("EmailConfiguration", "EmailSendingAccount"), ("WebAuthnRelyingPartyID",))
"""Cognito's own account sends fifty letters a day; a passkey is good for the one name that it was made for (Amazon
Cognito developer guide, "Email settings", "Passkey sign-in")."""
FLOWS = "ExplicitAuthFlows"
WAYS = ("AllowedOAuthFlows", "AllowedOAuthScopes", "SupportedIdentityProviders")
UNSAFE = frozenset(
    {
        "ADMIN_NO_SRP_AUTH",
        "ALLOW_ADMIN_USER_PASSWORD_AUTH",
        "ALLOW_USER_PASSWORD_AUTH",
        "USER_PASSWORD_AUTH",
        "implicit",
    }
)
"""What is better closed: who had a safe way besides still has it."""
RENEWS = "ALLOW_REFRESH_TOKEN_AUTH"


def look(subject: Subject) -> Iterator[Looked]:
    """Each pool, client, and server of scopes, and each provider of the base's."""
    for resource in subject.of_candidate(POOL, CLIENT, SERVER):
        old = subject.before(resource)
        told = _since(old, resource) if old and old.type == resource.type else ()
        yield looked(resource, *told)
    for old in subject.of_base(PROVIDER):
        new = subject.after(old)
        gone = new is None or new.type != PROVIDER
        yield looked(old, Wrong("who signed in by it can't any more: it is gone") if gone else None)


def _since(old: Resource, new: Resource) -> Iterator[Wrong | None]:
    if new.type == POOL:
        yield from _pool(old, new)
    elif new.type == CLIENT:
        yield from _client(old, new)
    else:
        names = [at(each, "ScopeName") for each in listed(new.at("Scopes"))]
        for scope in listed(old.at("Scopes")):
            if at(scope, "ScopeName") not in names:
                yield Wrong(f"no token has the scope {at(scope, 'ScopeName')} any more", "Scopes")


def _pool(old: Resource, new: Resource) -> Iterator[Wrong | None]:
    if is_true(new.at(*ONLY_ADMIN)) and not is_true(old.at(*ONLY_ADMIN)):
        yield Wrong("nobody signs up any more: only administrators make users", ".".join(ONLY_ADMIN))
    was, now = old.at(*CONFIRMED), new.at(*CONFIRMED)
    if (was or BY_CODE) != (now or BY_CODE):
        yield Wrong(f"an address is confirmed in another way: {changed(was, now)}", ".".join(CONFIRMED))
    yield _fewer(old.at(*FACTORS), new.at(*FACTORS), ".".join(FACTORS))
    for names in FIXED:
        yield differs(new, old, *names)


def _client(old: Resource, new: Resource) -> Iterator[Wrong | None]:
    rotates = new.at("RefreshTokenRotation", "Feature") == "ENABLED"
    yield _fewer(old.at(FLOWS), new.at(FLOWS), FLOWS, besides=UNSAFE | ({RENEWS} if rotates else set()))
    for name in WAYS:
        yield _fewer(old.at(name), new.at(name), name, besides=UNSAFE)
    hosted = "AllowedOAuthFlowsUserPoolClient"
    if is_true(old.at(hosted)) and not is_true(new.at(hosted)):
        yield differs(new, old, hosted)


def _fewer(was: Json, now: Json, where: str, besides: frozenset[str] = frozenset()) -> Wrong | None:
    gone = sorted(set(texts(was)) - set(texts(now)) - besides)
    return Wrong(f"a way in is closed: {', '.join(gone)} of {where}", where) if gone else None

"""Nobody gets rights of AWS's without having signed in, nor more than those of the signed in."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Stack
from pipeline.gates.guard.comparing import differs, is_true
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at, changed, said
from pipeline.gates.openapi.node import Json, listed, mapped

ABOUT = About(
    kind="authorization",
    what="An identity pool serves the signed in alone, asks whether their token still holds, and tells them apart",
    why="whoever knows the pool's number gets a role's rights, and with them other people's files",
    fix="bring back what pipeline/cloud/service/uploads.py says",
    models="CWE-284: guests of an identity pool, its classic flow; CWE-287: whoever has an account of Google's",
    needs="nothing",
)
POOL, ROLES, TAGS = (f"AWS::Cognito::IdentityPool{kind}" for kind in ("", "RoleAttachment", "PrincipalTag"))

USERS, PROVIDERS, MAPPINGS = "AWS::Cognito::UserPool", "CognitoIdentityProviders", "RoleMappings"
OTHERS = ("DeveloperProviderName", "OpenIdConnectProviderARNs", "SamlProviderARNs", "SupportedLoginProviders")
"""Where a pool names others that its users may sign in with (Cognito identity pools API, CreateIdentityPool)."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each identity pool, which roles it gives, and by what its users are told apart."""
    for stack in subject.candidate.stacks:
        for pool in stack.all(POOL):
            yield looked(pool, *_pool(pool), *_others(stack, subject.before(pool), pool))
    for roles in subject.of_candidate(ROLES):
        old = subject.before(roles)
        guests = roles.at("Roles", "unauthenticated")
        wrong = None if guests is None else Wrong("guests get a role", "Roles.unauthenticated")
        yield looked(roles, wrong, differs(roles, old, "Roles", "authenticated"), _mapped(old, roles))
    for old in subject.of_base(TAGS):
        new = subject.after(old)
        told = Wrong("nothing tells its users apart any more")
        kept = [differs(new, old, name) for name in ("PrincipalTags", "UseDefaults")] if new else [told]
        yield looked(old, *kept)


def _pool(pool: Resource) -> Iterator[Wrong]:
    if is_true(pool.at("AllowUnauthenticatedIdentities")):
        yield Wrong("whoever has not signed in gets rights, too", "AllowUnauthenticatedIdentities")
    if is_true(pool.at("AllowClassicFlow")):
        yield Wrong("its users choose their role, and nothing scopes it down", "AllowClassicFlow")
    for number, provider in enumerate(listed(pool.at("CognitoIdentityProviders"))):
        if not is_true(mapped(provider).get("ServerSideTokenCheck")):
            where = f"CognitoIdentityProviders.{number}.ServerSideTokenCheck"
            yield Wrong("a token that was taken back still gets rights", where)


def _others(stack: Stack, old: Resource | None, pool: Resource) -> Iterator[Wrong]:
    """Who else says who somebody is: the stage's user pool does not know these, and can't block them."""
    for name in OTHERS:
        if pool.at(name) not in (None, "", [], {}):
            yield Wrong(f"somebody else says who its users are: {said(pool.at(name))}", name)
    known = [_names(each) for each in listed(old.at(PROVIDERS))] if old else []
    for number, provider in enumerate(listed(pool.at(PROVIDERS))):
        own = stack.target(at(provider, "ProviderName"))
        if own is None or own.type != USERS:
            told = said(at(provider, "ProviderName"))
            yield Wrong(f"it trusts {told}, which is no user pool of this stage", f"{PROVIDERS}.{number}.ProviderName")
        elif old is not None and _names(provider) not in known:
            told = said(at(provider, "ClientId"))
            yield Wrong(
                f"who signed in to another application gets rights, too: {told}", f"{PROVIDERS}.{number}.ClientId"
            )


def _names(provider: Json) -> tuple[Json, Json]:
    return at(provider, "ProviderName"), at(provider, "ClientId")


def _mapped(old: Resource | None, new: Resource) -> Wrong | None:
    was, now = old.at(MAPPINGS) if old else None, new.at(MAPPINGS)
    return Wrong(f"users get roles by other rules: {changed(was, now)}", MAPPINGS) if old and was != now else None

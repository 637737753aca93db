"""Nobody gets rights of AWS's without having signed in, nor more than those of the signed in."""

from collections.abc import Iterator

from pipeline.gates.guard.comparing import differs, is_true
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.openapi.node import listed, mapped

ABOUT = About(
    kind="authorization",
    what="An identity pool serves the signed in alone, asks whether their token still holds, and tells them apart",
    why="whoever knows the pool's number gets a role's rights, and with them other people's files",
    fix="bring back what pipeline/cloud/service/uploads.py says",
    models="CWE-284: guests of an identity pool, its classic flow",
    needs="nothing",
)
POOL, ROLES, TAGS = (f"AWS::Cognito::IdentityPool{kind}" for kind in ("", "RoleAttachment", "PrincipalTag"))


def look(subject: Subject) -> Iterator[Looked]:
    """Each identity pool, which roles it gives, and by what its users are told apart."""
    for pool in subject.of_candidate(POOL):
        yield looked(pool, *_pool(pool))
    for roles in subject.of_candidate(ROLES):
        old = subject.before(roles)
        guests = roles.at("Roles", "unauthenticated")
        wrong = None if guests is None else Wrong("guests get a role", "Roles.unauthenticated")
        yield looked(roles, wrong, differs(roles, old, "Roles", "authenticated"), differs(roles, old, "RoleMappings"))
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
    if pool.at("DeveloperProviderName") is not None or pool.at("OpenIdConnectProviderARNs") is not None:
        yield Wrong("somebody else says who its users are")

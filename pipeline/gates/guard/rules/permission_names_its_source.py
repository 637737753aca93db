"""A function is called by a named service, for a named thing of this account."""

from collections.abc import Iterator

from pipeline.gates.guard.comparing import differs, lost
from pipeline.gates.guard.facts.texts import accounts_in, arn, written
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said

ABOUT = About(
    kind="authorization",
    what="A permission to call a function names a service, and the one thing or account for which it may call",
    why="anybody's rule, bucket or API in any account can make the service call the function",
    fix="give the permission a source_arn that names the caller, and a source_account",
    models="I27: a permission without SourceArn; CWE-441, the confused deputy",
    needs="every stage",
)
PERMISSION = "AWS::Lambda::Permission"
CALLS = ("lambda:InvokeFunction", "lambda:InvokeFunctionUrl")
SERVICE = ".amazonaws.com"
BY_NAME_ALONE = ("s3.amazonaws.com",)
"""Services whose things have no account in their names: a name that is given up is soon somebody else's."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each permission."""
    ours = accounts_in(subject)
    for permission in subject.of_candidate(PERMISSION):
        old = subject.before(permission)
        since = (lost(permission, old, "SourceAccount"), lost(permission, old, "SourceArn"))
        yield looked(
            permission,
            *_wrong(permission, ours),
            *since,
            differs(permission, old, "Principal"),
            *_notes(old, permission),
        )


def _wrong(permission: Resource, ours: frozenset[str]) -> Iterator[Wrong]:
    principal, action = written(permission.at("Principal")), permission.at("Action")
    if action not in CALLS:
        yield Wrong(f"it allows {said(action)}, and not the call alone", "Action")
    if permission.at("FunctionUrlAuthType") == "NONE":
        yield Wrong("it lets everybody call the function by its own address", "FunctionUrlAuthType")
    if principal.endswith(SERVICE):
        yield from _source(permission, principal)
    elif "*" in principal or (not any(account in principal for account in ours) and "${" not in principal):
        yield Wrong(f"it lets in {principal}, who is none of ours", "Principal")


def _source(permission: Resource, principal: str) -> Iterator[Wrong]:
    source, account = permission.at("SourceArn"), permission.at("SourceAccount")
    if source is None and account is None:
        yield Wrong(f"{principal} may call it for whoever asks", "SourceArn")
    elif principal in BY_NAME_ALONE and account is None:
        yield Wrong(f"{principal} may call it for whoever has the name", "SourceAccount")
    if source is None or account is not None or written(source).startswith("${"):
        return
    match arn(source):
        case (_, _, _, _, owner, name) if "*" not in owner and not set(name) <= set("*/"):
            return
    yield Wrong(f"{principal} may call it for anything: {said(source)}", "SourceArn")


def _notes(old: Resource | None, new: Resource) -> Iterator[Note]:
    if old is not None and old.at("SourceArn") != new.at("SourceArn") and new.at("SourceArn") is not None:
        yield Note(f"it is called for another thing: {said(new.at('SourceArn'))}", "SourceArn")

"""A function runs the code that we signed and packed, and nothing besides."""

from collections.abc import Iterator

from pipeline.gates.guard.comparing import differs
from pipeline.gates.guard.facts.texts import accounts_in, arn, written
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.openapi.node import listed

ABOUT = About(
    kind="iam",
    what="A function keeps its code signing and its role, and no layer of a stranger runs in it",
    why="code that nobody here has read has all rights of the function's role",
    fix="pack what is needed into the function's own zip, and bring back what was there",
    models="CWE-829: layers, code signing or the role dropped or exchanged",
    needs="every stage",
)
FUNCTION, SIGNING = "AWS::Lambda::Function", "AWS::Lambda::CodeSigningConfig"
ENFORCED = ("CodeSigningPolicies", "UntrustedArtifactOnDeployment")
PUBLISHERS = ("017000801446", "580247275435")
"""Accounts of AWS's that publish layers: Powertools for AWS Lambda, and Lambda Insights."""
RUNS_FIRST = ("AWS_LAMBDA_EXEC_WRAPPER", "PYTHONPATH", "LD_PRELOAD", "LD_LIBRARY_PATH", "NODE_OPTIONS")
"""Variables that put other code before a function's own."""


def look(subject: Subject) -> Iterator[Looked]:
    """Each function, and each configuration of code signing."""
    ours = accounts_in(subject)
    for function in subject.of_candidate(FUNCTION):
        yield looked(function, *_since(subject.before(function), function), *_layers(subject, function, ours))
    for signing in subject.of_candidate(SIGNING):
        old = subject.before(signing)
        yield looked(signing, differs(signing, old, *ENFORCED), differs(signing, old, "AllowedPublishers"))


def _since(old: Resource | None, new: Resource) -> Iterator[Wrong | None]:
    yield differs(new, old, "CodeSigningConfigArn")
    yield differs(new, old, "Role")
    yield differs(new, old, "Code", "SourceKMSKeyArn")
    if old is None:
        return
    gone = [written(layer) for layer in listed(old.at("Layers")) if layer not in listed(new.at("Layers"))]
    if gone and not listed(new.at("Layers")):
        yield Wrong(f"its layers are gone: {', '.join(gone)}", "Layers")
    for name in RUNS_FIRST:
        if new.at("Environment", "Variables", name) != old.at("Environment", "Variables", name):
            yield Wrong(f"{name} puts other code before its own", f"Environment.Variables.{name}")


def _layers(subject: Subject, function: Resource, ours: frozenset[str]) -> Iterator[Wrong | Note]:
    old = subject.before(function)
    known = listed(old.at("Layers")) if old else []
    for layer in listed(function.at("Layers")):
        parts = arn(layer)
        account = parts[4] if parts else ""
        if account.isdigit() and account not in (*ours, *PUBLISHERS):
            yield Wrong(f"code of the account {account} runs in it: {written(layer)}", "Layers")
        elif layer not in known and subject.base is not None:
            yield Note(f"a layer runs in it now: {written(layer)}", "Layers")

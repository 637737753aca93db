"""No data, event, log or request goes to an account or an address that is not ours."""

import re
from collections.abc import Iterator

from pipeline.gates.guard.facts.texts import accounts_in, written
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at
from pipeline.gates.openapi.node import Json

ABOUT = About(
    kind="network",
    what="Every name in the templates is of our accounts, and what is sent out goes by TLS to who is known",
    why="a copy of the customers' data that leaves once can never be had back",
    fix="name a thing of our own accounts, or waive this with a reason",
    models="CWE-200, CWE-319: subscriptions, rules, replicas and integrations that lead out, addresses without TLS",
    needs="every stage",
)
PUBLISHERS = ("017000801446", "580247275435")
"""Accounts of AWS's that publish layers: Powertools for AWS Lambda, and Lambda Insights."""
SUBSCRIPTION, METHOD = "AWS::SNS::Subscription", "AWS::ApiGateway::Method"
ASKING = ("AWS::CodeBuild::Project", "AWS::Events::ApiDestination", "AWS::Lambda::Function", "AWS::SSM::Parameter")
OUTWARD = ("https", "email", "email-json", "sms")
_PLAIN = re.compile(r"http://[^\s\"'<>]+", re.IGNORECASE)
_ACCOUNT = re.compile(r"\barn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}):")


def look(subject: Subject) -> Iterator[Looked]:
    """Each resource that says anything."""
    ours = {*accounts_in(subject), *PUBLISHERS}
    for stack in subject.candidate.stacks:
        for resource in stack.resources.values():
            wrong = [
                Wrong(f"it names the account {account}, which is not ours", where)
                for account, where in _strangers(resource, ours)
            ]
            yield looked(resource, *wrong, *_plain(resource), *_out(subject, resource))


def _plain(resource: Resource) -> Iterator[Wrong]:
    """Addresses that are asked without TLS: in a function's or a build's environment, of a destination."""
    if resource.type not in ASKING:
        return
    for name, value in resource.properties.items():
        plain = sorted({found[0] for text in _texts(value) if (found := _PLAIN.match(text))})
        if plain:
            yield Wrong(f"{', '.join(plain)} is asked without TLS: what is said can be read, and forged", name)


def _strangers(resource: Resource, ours: set[str]) -> Iterator[tuple[str, str]]:
    """Accounts in names, each with the first property that has it."""
    seen: set[str] = set()
    for name, value in resource.properties.items():
        for text in _texts(value):
            for account in _ACCOUNT.findall(text):
                if account not in ours and account not in seen:
                    seen.add(account)
                    yield account, name


def _texts(value: Json) -> Iterator[str]:
    """The texts in a value, with names put together where they are joined from parts."""
    match value:
        case str():
            yield value
        case {"Fn::Join": _}:
            yield written(value)
        case dict():
            for each in value.values():
                yield from _texts(each)
        case list():
            for each in value:
                yield from _texts(each)


def _out(subject: Subject, resource: Resource) -> Iterator[Wrong | Note]:
    if resource.type == SUBSCRIPTION:
        protocol = str(resource.at("Protocol"))
        if protocol == "http":
            yield Wrong("what the topic tells is sent without TLS", "Protocol")
        elif protocol in OUTWARD and subject.base and subject.before(resource) is None:
            yield Note(f"the topic tells {written(resource.at('Endpoint'))} now", "Endpoint")
    if resource.type == METHOD:
        integration = resource.at("Integration")
        if str(at(integration, "Type")) in ("HTTP", "HTTP_PROXY") and at(integration, "ConnectionType") != "VPC_LINK":
            yield Wrong(f"requests are handed to {written(at(integration, 'Uri'))}, tokens and all", "Integration.Uri")
        if "user/*" in written(at(integration, "Credentials")):
            yield Wrong("it calls AWS with the rights of whoever asks", "Integration.Credentials")

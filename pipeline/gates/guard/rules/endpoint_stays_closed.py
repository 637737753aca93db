"""The API answers at the addresses it is meant for, over a TLS that is still safe."""

from collections.abc import Iterator

from pipeline.gates.guard.assembly import Assembly
from pipeline.gates.guard.comparing import differs, is_true, lost
from pipeline.gates.guard.facts.api import METHOD
from pipeline.gates.guard.facts.settings import STAGE
from pipeline.gates.guard.facts.texts import written
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import changed, names_in, said
from pipeline.gates.openapi.node import listed

ABOUT = About(
    kind="network",
    what="The API has an address; its endpoint, keys' source, TLS and firewall are those of the base or stricter",
    why="requests come in where nobody looks, or in a form that can be read and changed on the way",
    fix="bring back the endpoint, the security policy, or what stood before the API",
    models="TLS 1.0 of a domain; the default endpoint left open, or closed before callers know another; CWE-327",
    needs="every stage",
)
API, DOMAIN = "AWS::ApiGateway::RestApi", ("AWS::ApiGateway::DomainName", "AWS::ApiGateway::DomainNameV2")
ASSOCIATION, ACL, MAIL = "AWS::WAFv2::WebACLAssociation", "AWS::WAFv2::WebACL", "AWS::SES::ConfigurationSet"
MAPPINGS = (
    "AWS::ApiGateway::BasePathMapping",
    "AWS::ApiGateway::BasePathMappingV2",
    "AWS::ApiGatewayV2::ApiMapping",
    "AWS::ApiGatewayV2::RoutingRule",
)
"""By what a domain leads to an API (API Gateway developer guide, "Custom domain name for public REST APIs")."""
PATHS = ("BasePath", "ApiMappingKey")
RECORD = "AWS::Route53::RecordSet"
OWN_ADDRESS = "DisableExecuteApiEndpoint"
KEYS, IN_HEADERS = "ApiKeySourceType", "HEADER"
"""Where a caller's key is looked for, and where if nothing is said."""
TYPES = ("EndpointConfiguration", "Types")
OLD_TLS = ("TLS_1_0", "TLS_1_1")
LATER = "let both answer until the logs show that nobody asks at the old address, and close it in a later release"
VARIABLE = "stageVariables."


def look(subject: Subject) -> Iterator[Looked]:
    """Each API, its stages, methods and domains, and what stands before it."""
    for stack in subject.candidate.of_stages():
        has_domain = bool(stack.all(*DOMAIN))
        for api in stack.all(API):
            told = _api(subject.before(api), api, has_domain=has_domain)
            yield looked(api, *told, _unreachable(subject, api))
        for domain in stack.all(*DOMAIN):
            yield looked(domain, *_domain(subject.before(domain), domain))
        for stage in stack.all(STAGE):
            yield looked(stage, *_stage(subject.before(stage), stage))
        for method in stack.all(METHOD):
            if VARIABLE in written(method.at("Integration")):
                yield looked(method, Wrong("a variable of the stage says who answers", "Integration.Uri"))
        for mail in stack.all(MAIL):
            yield looked(mail, differs(mail, subject.before(mail), "DeliveryOptions", "TlsPolicy"))
    yield from _firewalls(subject)
    yield from _names(subject)


def _api(old: Resource | None, api: Resource, *, has_domain: bool) -> Iterator[Wrong | Note | None]:
    if has_domain and not is_true(api.at(OWN_ADDRESS)):
        told = "it answers at the gateway's own name, too, past its domain"
        yield Note(told, OWN_ADDRESS, LATER) if _answered(old) else Wrong(told, OWN_ADDRESS)
    yield lost(api, old, OWN_ADDRESS)
    yield differs(api, old, *TYPES)
    was, now = old.at(KEYS) if old else None, api.at(KEYS)
    if old and (was or IN_HEADERS) != (now or IN_HEADERS):
        yield Wrong(f"keys are looked for elsewhere: {KEYS} {changed(was, now)}", KEYS)
    yield lost(api, old, "Policy")
    if old and old.at("Policy") is None and api.at("Policy") is not None:
        yield Wrong(f"a policy that is new says who may call it: {said(api.at('Policy'))}", "Policy")


def _answered(old: Resource | None) -> bool:
    """Whether it answered at its own address in the base, which callers know then."""
    return old is not None and old.type == API and not is_true(old.at(OWN_ADDRESS))


def _unreachable(subject: Subject, api: Resource) -> Wrong | None:
    """Whether its own address is closed, and no domain of its stage leads to it, or none that callers may know yet."""
    if not is_true(api.at(OWN_ADDRESS)):
        return None
    if not _has_a_name(subject.candidate, api):
        return Wrong("no request reaches it: its own address is closed, and no domain leads to it", OWN_ADDRESS)
    old = subject.before(api)
    if subject.base and old and _answered(old) and not _has_a_name(subject.base, old):
        return Wrong("nobody knows its domain yet, and the address that everybody knows is closed", OWN_ADDRESS, LATER)
    return None


def _has_a_name(assembly: Assembly, api: Resource) -> bool:
    """Whether a domain of its stage leads to it."""
    return any(
        stack.name != api.stack or api.logical_id in names_in(mapping.properties)
        for stack in assembly.of_stages()
        if stack.stage == api.stage
        for mapping in stack.all(*MAPPINGS)
    )


def _another(old: Resource, new: Resource, name: str) -> Wrong | None:
    was, now = old.at(name), new.at(name)
    return Wrong(f"callers find it elsewhere: {changed(was, now)}", name) if was != now else None


def _domain(old: Resource | None, domain: Resource) -> Iterator[Wrong | Note | None]:
    policy = domain.at("SecurityPolicy")
    if policy is None or str(policy) in OLD_TLS:
        yield Wrong(f"it takes TLS that is no longer safe: {said(policy)}", "SecurityPolicy")
    was = old.at("SecurityPolicy") if old else None
    if was is not None and _age(was) > _age(policy):
        yield Wrong(f"it takes older TLS than before: was {said(was)}, is {said(policy)}", "SecurityPolicy")
    elif was is not None and was != policy:
        yield Note(f"another TLS policy: was {said(was)}, is {said(policy)}", "SecurityPolicy")
    yield lost(domain, old, "MutualTlsAuthentication")
    yield differs(domain, old, "EndpointAccessMode")
    yield differs(domain, old, *TYPES)


def _age(policy: object) -> int:
    """Newer policies name a newer least version first: 13 before 12, and both before a policy without TLS 1.3."""
    text = str(policy).replace("_", "").replace(".", "")
    return 3 if "TLS13" in text else 2 if "TLS12" in text else 0


def _stage(old: Resource | None, stage: Resource) -> Iterator[Wrong | None]:
    yield lost(stage, old, "ClientCertificateId")
    if stage.at("CanarySetting") is not None:
        yield Wrong("the gateway shifts traffic by itself, past every alias and alarm", "CanarySetting")


def _firewalls(subject: Subject) -> Iterator[Looked]:
    for old in subject.of_base(ASSOCIATION, ACL):
        new = subject.after(old)
        if new is None:
            yield looked(old, Wrong("what stood before the API is gone"))
        elif new.type == ASSOCIATION:
            yield looked(new, differs(new, old, "WebACLArn"), differs(new, old, "ResourceArn"))
        else:
            yield looked(new, differs(new, old, "DefaultAction"), *_rules(old, new))


def _names(subject: Subject) -> Iterator[Looked]:
    """By what callers found the API in the base: its domain's path, and the name that leads to the domain."""
    for old in subject.of_base(*MAPPINGS, RECORD):
        new = subject.after(old)
        if old.type == RECORD and old.at("AliasTarget") is None:
            continue
        if new is None or new.type != old.type:
            yield looked(old, Wrong("callers find it by this no more: it is gone"))
        elif old.type == RECORD:
            yield looked(new, *(_another(old, new, name) for name in ("Name", "Type", "AliasTarget")))
        else:
            yield looked(new, *(_another(old, new, name) for name in PATHS))


def _rules(old: Resource, new: Resource) -> Iterator[Wrong]:
    kept = listed(new.at("Rules"))
    gone = [rule for rule in listed(old.at("Rules")) if rule not in kept]
    if gone:
        yield Wrong(f"a rule of the firewall is gone or another one: {said(gone[0])}", "Rules")

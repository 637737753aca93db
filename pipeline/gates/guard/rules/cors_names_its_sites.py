"""Pages of other sites call the API only where their site is named."""

import re
from collections.abc import Iterator

from pipeline.gates.guard.facts.methods import methods_of
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said
from pipeline.gates.openapi.node import Json, listed, mapped, texts

ABOUT = About(
    kind="authorization",
    what="A site that may call from browsers is named in full and by https, and no answer is for any site at all",
    why="any page that a customer opens asks in the customer's name and reads the answer",
    fix="name the sites in StageSettings.origins, in full and by https",
    models="CWE-942: Access-Control-Allow-Origin that is *, or says back whatever asked",
    needs="nothing",
)
ORIGIN, CREDENTIALS = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
_NAMED = re.compile(r"https://[a-z0-9.-]+(:\d+)?|http://localhost(:\d+)?")
_IN_TEMPLATE = re.compile(r'\$origin\s*==\s*"([^"]*)"')
_SETS = re.compile(r"\.Access-Control-Allow-Origin\s*=")
READING = {"GET", "HEAD"}
GATEWAY_RESPONSE, BUCKET, FUNCTION = "AWS::ApiGateway::GatewayResponse", "AWS::S3::Bucket", "AWS::Lambda::Function"
HTTP_APIS = {"AWS::ApiGatewayV2::Api": "CorsConfiguration", "AWS::Lambda::Url": "Cors"}


def look(subject: Subject) -> Iterator[Looked]:
    """Each preflight, each of the gateway's own answers, and whatever else names sites."""
    for stack in subject.candidate.of_stages():
        for method in methods_of(stack):
            if method.route.startswith("OPTIONS "):
                yield looked(method.resource, *_preflight(method.resource), *_new_sites(subject, method.resource))
        for resource in stack.all(GATEWAY_RESPONSE):
            yield looked(resource, _with_credentials(resource.at("ResponseParameters"), "ResponseParameters"))
        for resource in stack.all(BUCKET):
            yield from _bucket(resource)
        for resource in stack.all(FUNCTION):
            named = resource.at("Environment", "Variables", "ALLOWED_ORIGINS")
            yield looked(resource, *_sites(str(named or "").split(), "Environment.Variables.ALLOWED_ORIGINS"))
        for resource in stack.all(*HTTP_APIS):
            where = HTTP_APIS[resource.type]
            yield looked(resource, *_sites(texts(resource.at(where, "AllowOrigins")), where))


def _preflight(method: Resource) -> Iterator[Wrong | None]:
    for number, response in enumerate(listed(method.at("Integration", "IntegrationResponses"))):
        where = f"Integration.IntegrationResponses.{number}"
        told = mapped(mapped(response).get("ResponseParameters"))
        yield from _sites(list(_origins(told)), where)
        yield _with_credentials(told, where)
        for template in mapped(mapped(response).get("ResponseTemplates")).values():
            compared = _IN_TEMPLATE.findall(str(template))
            yield from _sites([site for site in compared if site], where)
            if _SETS.search(str(template)) and not any(compared):
                yield Wrong("it says back whatever site asks", where)
            if ".matches(" in str(template):
                yield Wrong("it lets in every site that a pattern matches", where)


def _new_sites(subject: Subject, method: Resource) -> Iterator[Note]:
    old = subject.before(method)
    if old is not None:
        for site in sorted(_named(method) - _named(old)):
            yield Note(f"pages of {site} may call now")


def _named(method: Resource) -> set[str]:
    """The sites that a preflight names."""
    responses = [mapped(each) for each in listed(method.at("Integration", "IntegrationResponses"))]
    plain = {site for each in responses for site in _origins(mapped(each.get("ResponseParameters")))}
    templates = [str(text) for each in responses for text in mapped(each.get("ResponseTemplates")).values()]
    return plain | {site for text in templates for site in _IN_TEMPLATE.findall(text) if site}


def _bucket(bucket: Resource) -> Iterator[Looked]:
    """A bucket's pages may only read what they have a signed address for; to write, a site must be named."""
    for number, rule in enumerate(listed(bucket.at("CorsConfiguration", "CorsRules"))):
        if set(texts(mapped(rule).get("AllowedMethods"))) - READING:
            where = f"CorsConfiguration.CorsRules.{number}"
            yield looked(bucket, *_sites(texts(mapped(rule).get("AllowedOrigins")), where))


def _origins(parameters: dict[str, Json]) -> Iterator[str]:
    for name, value in parameters.items():
        if name.lower().endswith(ORIGIN.lower()):
            yield str(value).strip("'")


def _with_credentials(parameters: Json, where: str) -> Wrong | None:
    told = {name.lower().rpartition(".")[2]: str(value).strip("'") for name, value in mapped(parameters).items()}
    any_site = told.get(ORIGIN.lower(), "").startswith(("*", "method.request"))
    if any_site and told.get(CREDENTIALS.lower()) == "true":
        return Wrong("any site reads answers with the customer's credentials", where)
    return None


def _sites(sites: list[str], where: str) -> Iterator[Wrong]:
    return (
        Wrong(f"{said(site)} is no site by its full name and https", where)
        for site in sites
        if not _NAMED.fullmatch(site)
    )

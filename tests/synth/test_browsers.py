"""What browsers meet, as synthesized: which sites' pages may call, and a name of one's own."""

import re
from dataclasses import replace

from pipeline.cloud.service.cors import on_gateway_responses
from pipeline.cloud.service.domain import closes_the_gateways_address
from pipeline.cloud.service.route_groups import ROUTE_GROUPS
from tests.synth.planned import settings
from tests.synth.reading import Json, Resource, Template
from tests.synth.test_api import path_of, promised
from tests.synth.test_service import function
from tests.synth.wishes import EVERYTHING, wishing

SHOP, OFFICE = EVERYTHING["origins"]


def preflights(template: Template) -> dict[str, Resource]:
    """The OPTIONS methods by their paths."""
    return {
        path_of(template, each["ResourceId"]["Ref"]): each
        for each in template.all("AWS::ApiGateway::Method")
        if each["HttpMethod"] == "OPTIONS"
    }


def answered(method: Resource) -> tuple[Json, str]:
    (response,) = method["Integration"]["IntegrationResponses"]
    headers = {name.rsplit(".", 1)[1]: value for name, value in response["ResponseParameters"].items()}
    return headers, response["ResponseTemplates"]["application/json"]


def environments(template: Template) -> list[Json]:
    """Of the functions that answer requests."""
    return [function(template, group.name)["Environment"]["Variables"] for group in ROUTE_GROUPS]


def test_no_other_site_may_call_unless_a_stage_lists_it(template: Template, stage: str) -> None:
    listed = bool(settings(stage).origins)
    assert bool(preflights(template)) is listed
    assert ("Access-Control" in template.text) is listed
    assert {"ALLOWED_ORIGINS" in each for each in environments(template)} == {listed}


def test_every_path_of_the_contract_answers_a_preflight_without_a_function(everything: Template) -> None:
    """But for what machines alone may call."""
    machines = ("/webhooks/", "/partner/", "/carrier/")
    paths = {path for path in (route.split(" ", 1)[1] for route in promised()) if not path.startswith(machines)}
    found = preflights(everything)
    assert set(found) == paths
    for path, method in found.items():
        assert (method["Integration"]["Type"], method["AuthorizationType"]) == ("MOCK", "NONE")
        headers, _ = answered(method)
        methods = sorted(route.split(" ", 1)[0] for route in promised() if route.endswith(f" {path}"))
        assert headers["Access-Control-Allow-Methods"] == f"'{','.join(methods)}'"
        assert headers["Access-Control-Max-Age"] == "'7200'"


def test_a_preflight_lets_pages_send_every_header_that_the_contract_knows(everything: Template) -> None:
    known = {
        name.rsplit(".", 1)[1]
        for each in everything.all("AWS::ApiGateway::Method")
        if each["Integration"]["Type"] == "AWS_PROXY"
        for name in each.properties.get("RequestParameters", {})
        if ".header." in name
    }
    headers, _ = answered(preflights(everything)["/v1/orders"])
    allowed = set(headers["Access-Control-Allow-Headers"].strip("'").split(","))
    assert known | {"Authorization", "Content-Type"} <= allowed


def test_no_preflight_stands_where_pages_could_not_send_what_is_asked_for(everything: Template) -> None:
    """A partner's key comes in a header that no preflight lets through, so none of its paths has one."""
    found = preflights(everything)
    asks_for_key = {
        path_of(everything, each["ResourceId"]["Ref"])
        for each in everything.all("AWS::ApiGateway::Method")
        if each.properties.get("ApiKeyRequired")
    }
    allowed = {answered(each)[0]["Access-Control-Allow-Headers"].lower() for each in found.values()}
    assert asks_for_key
    assert asks_for_key.isdisjoint(found)
    assert not any("x-api-key" in each for each in allowed)


def test_a_preflight_names_a_listed_origin_and_no_other(everything: Template) -> None:
    for method in preflights(everything).values():
        headers, template = answered(method)
        named = {
            headers["Access-Control-Allow-Origin"].strip("'"),
            *re.findall(r'\$origin == "(https:[^"]+)"', template),
        }
        assert named == {SHOP, OFFICE}
        assert headers["Vary"] == "'Origin'"


def test_the_functions_know_the_origins_too(everything: Template) -> None:
    assert {each["ALLOWED_ORIGINS"] for each in environments(everything)} == {f"{SHOP} {OFFICE}"}


def test_an_error_of_the_gateway_can_be_read_by_the_page_that_asked(everything: Template) -> None:
    for response in everything.all("AWS::ApiGateway::GatewayResponse"):
        said = response["ResponseParameters"]
        assert said["gatewayresponse.header.Access-Control-Allow-Origin"] == "'*'"
    assert on_gateway_responses(wishing(origins=(SHOP,)))["Access-Control-Allow-Origin"] == SHOP


def test_a_stage_with_a_domain_answers_there_with_a_modern_tls_and_nowhere_else(everything: Template) -> None:
    domain = everything.one("AWS::ApiGateway::DomainName")
    certificate = everything.one("AWS::CertificateManager::Certificate")
    assert (domain["DomainName"], domain["RegionalCertificateArn"]) == (
        "orders.example.com",
        {"Ref": certificate.name},
    )
    assert domain["SecurityPolicy"].startswith("SecurityPolicy_TLS13_1_2_")
    assert domain["EndpointAccessMode"] == "STRICT"
    assert (certificate["DomainName"], certificate["ValidationMethod"]) == ("orders.example.com", "DNS")
    mapping = everything.one("AWS::ApiGateway::BasePathMapping")
    assert mapping["Stage"] == {"Ref": everything.one("AWS::ApiGateway::Stage").name}
    assert everything.one("AWS::ApiGateway::RestApi")["DisableExecuteApiEndpoint"] is True
    record = everything.one("AWS::Route53::RecordSet")
    assert (record["Name"], record["Type"]) == ("orders.example.com.", "A")
    assert record["AliasTarget"]["DNSName"] == {"Fn::GetAtt": [domain.name, "RegionalDomainName"]}
    assert everything.document["Outputs"]["ApiUrl"]["Value"] == "https://orders.example.com/"


def test_the_gateways_address_stays_open_until_callers_have_come_over() -> None:
    beside = replace(EVERYTHING["domain"], alone=False)
    stages = (wishing(), wishing(domain=beside), wishing(domain=EVERYTHING["domain"]))
    assert [closes_the_gateways_address(each) for each in stages] == [None, None, True]


def test_browsers_are_told_to_come_back_over_tls_where_the_name_is_ours(
    everything: Template, template: Template, stage: str
) -> None:
    year = "max-age=31536000"
    assert {each["STRICT_TRANSPORT_SECURITY"] for each in environments(everything)} == {year}
    for response in everything.all("AWS::ApiGateway::GatewayResponse"):
        assert response["ResponseParameters"]["gatewayresponse.header.Strict-Transport-Security"] == f"'{year}'"
    assert ("Strict-Transport" in template.text) is bool(settings(stage).domain)

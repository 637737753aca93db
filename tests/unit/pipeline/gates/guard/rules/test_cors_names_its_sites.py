"""Pages of other sites call the API only where their site is named."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
    Change,
    Template,
    assembly,
    edited,
    first,
    found,
    look,
    release,
    resource,
    subject,
)

RULE = "cors_names_its_sites"
SHOP, OTHER = "https://shop.example.com", "https://other.example.com"
CHOOSES = '#if($origin == "{}")\n #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)\n#end'
ECHOES = "#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)"
MATCHES = f'#if($origin.matches(".*example.com") || $origin == "{SHOP}")\n{ECHOES}#end'


def preflight(origin: str, template: str = "", **headers: str) -> dict[str, Any]:
    told = {"Access-Control-Allow-Origin": origin, **{name.replace("_", "-"): value for name, value in headers.items()}}
    answer = {
        "StatusCode": "204",
        "ResponseParameters": {f"method.response.header.{name}": f"'{value}'" for name, value in told.items()},
        **({"ResponseTemplates": {"application/json": template}} if template else {}),
    }
    integration = {"Type": "MOCK", "IntegrationResponses": [answer]}
    return resource("ApiGateway::Method", HttpMethod="OPTIONS", AuthorizationType="NONE", Integration=integration)


@pytest.mark.parametrize(
    ("method", "words"),
    [
        (preflight("*"), "* is no site by its full name"),
        (preflight("*", Access_Control_Allow_Credentials="true"), "with the customer's credentials"),
        (preflight("http://shop.example.com"), "http://shop.example.com is no site"),
        (preflight("https://*.example.com"), "is no site"),
        (preflight("null"), "null is no site"),
        (preflight(SHOP, ECHOES), "says back whatever site asks"),
        (preflight(SHOP, MATCHES), "that a pattern matches"),
        (preflight(SHOP, CHOOSES.format("*")), "* is no site"),
        (preflight("method.request.header.Origin"), "is no site"),
    ],
)
def test_a_preflight_for_any_site_is_told(method: Template, words: str) -> None:
    told = found(RULE, subject(assembly(beta={}, prod={"Asked": method})))
    assert any(words in each.what for each in told)


@pytest.mark.parametrize(
    "method", [preflight(SHOP), preflight(SHOP, CHOOSES.format(OTHER)), preflight("http://localhost:8080")]
)
def test_a_preflight_for_known_sites_passes(method: Template) -> None:
    part = look(RULE, subject(assembly(beta={}, prod={"Asked": method})))
    assert (part.checked, part.findings, part.warnings) == (1, (), ())


def test_a_site_that_may_call_from_now_on_is_a_note() -> None:
    more = assembly(prod={"Asked": preflight(SHOP, CHOOSES.format(OTHER))})
    part = look(RULE, subject(more, assembly(prod={"Asked": preflight(SHOP)})))
    assert part.findings == ()
    assert [f"pages of {OTHER} may call now" in note.what for note in part.warnings] == [True]


def any_site_in_code(document: Template) -> None:
    variables = first(document, "Lambda::Function", "OrdersFunction")["Properties"]["Environment"]["Variables"]
    variables["ALLOWED_ORIGINS"] = "*"


def any_site_writes(document: Template) -> None:
    rule = {"AllowedMethods": ["PUT"], "AllowedOrigins": ["*"]}
    first(document, "S3::Bucket", "DataClaims")["Properties"]["CorsConfiguration"] = {"CorsRules": [rule]}


def any_site_on_an_error(document: Template) -> None:
    name = "gatewayresponse.header.Access-Control-Allow-"
    first(document, "ApiGateway::GatewayResponse")["Properties"]["ResponseParameters"] = {
        f"{name}Origin": "'*'",
        f"{name}Credentials": "'true'",
    }


@pytest.mark.parametrize("change", [any_site_in_code, any_site_writes, any_site_on_an_error])
def test_any_site_elsewhere_is_told(real: Assembly, change: Change) -> None:
    assert len(found(RULE, release(edited(real, "prod/orders", change)))) == 1


def test_a_bucket_whose_signed_addresses_any_page_reads_passes(real: Assembly) -> None:
    def readable(document: Template) -> None:
        rule = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}
        first(document, "S3::Bucket", "DataInvoices")["Properties"]["CorsConfiguration"] = {"CorsRules": [rule]}

    assert found(RULE, release(edited(real, "prod/orders", readable))) == ()


def test_the_release_as_it_is_names_its_sites(real: Assembly) -> None:
    assert found(RULE, release(real)) == ()

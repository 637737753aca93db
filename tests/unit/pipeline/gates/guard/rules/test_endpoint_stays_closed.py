"""The API answers at the addresses it is meant for, over a TLS that is still safe."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly, Stack
from pipeline.gates.guard.subject import Subject
from tests.unit.pipeline.gates.guard.templates import (
    Change,
    Template,
    assembly,
    edited,
    first,
    found,
    look,
    new_in,
    release,
    resource,
    subject,
)

RULE = "endpoint_stays_closed"
MODERN = "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09"
BLOCK = {"Name": "rate", "Action": {"Block": {}}}


def domain(policy: str | None = "TLS_1_2", **more: Any) -> Template:
    told = {"SecurityPolicy": policy} if policy else {}
    return resource("ApiGateway::DomainName", DomainName="api.example.com", **told, **more)


def api(**told: Any) -> Template:
    return resource("ApiGateway::RestApi", **told)


def mapped(to: str = "Api", **more: Any) -> Template:
    return resource("ApiGateway::BasePathMapping", DomainName="api.example.com", RestApiId={"Ref": to}, **more)


def named(name: str) -> Template:
    return resource("Route53::RecordSet", Name=name, Type="A", AliasTarget={"DNSName": "d"})


def firewall(**told: Any) -> Template:
    return resource("WAFv2::WebACL", **{"DefaultAction": {"Allow": {}}, "Rules": [BLOCK], **told})


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"Domain": domain("TLS_1_0")}, "no longer safe: TLS_1_0"),
        ({"Domain": domain(None)}, "no longer safe"),
        ({"Domain": domain(), "Api": api()}, "past its domain"),
        ({"Api": api(DisableExecuteApiEndpoint=True)}, "no request reaches it"),
        ({"Api": api(DisableExecuteApiEndpoint="true"), "Domain": domain()}, "no request reaches it"),
        ({"Api": api(DisableExecuteApiEndpoint=True), "Mapping": mapped("Other")}, "no request reaches it"),
        (
            {"Method": resource("ApiGateway::Method", Integration={"Uri": "${stageVariables.alias}"})},
            "says who answers",
        ),
        ({"Stage": resource("ApiGateway::Stage", CanarySetting={"PercentTraffic": 100})}, "past every alias"),
    ],
)
def test_an_endpoint_that_is_too_open_is_told(bad: dict[str, Template], words: str) -> None:
    told = found(RULE, subject(assembly(beta={"Api": api()}, prod=bad)))
    assert any(words in each.what for each in told)


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        (domain(MODERN), domain("TLS_1_2"), "older TLS than before"),
        (domain(MutualTlsAuthentication={"TruststoreUri": "s3://x"}), domain(), "MutualTlsAuthentication was"),
        (domain(EndpointAccessMode="STRICT"), domain(EndpointAccessMode="BASIC"), "EndpointAccessMode was STRICT"),
        (api(DisableExecuteApiEndpoint=True), api(), "DisableExecuteApiEndpoint was true"),
        (api(Policy={"Statement": []}), api(), "Policy was"),
        (api(ApiKeySourceType="AUTHORIZER"), api(ApiKeySourceType="HEADER"), "ApiKeySourceType was AUTHORIZER"),
        (api(), api(ApiKeySourceType="AUTHORIZER"), "ApiKeySourceType was nothing"),
        (api(), api(Policy={"Statement": [{"Effect": "Deny", "Principal": "*"}]}), "a policy that is new"),
        (mapped(), api(), "callers find it by this no more"),
        (named("api.example.com"), named("old.example.com"), "callers find it elsewhere: was api.example.com"),
        (named("api.example.com"), api(), "callers find it by this no more"),
        (mapped(), mapped(BasePath="v2"), "callers find it elsewhere: was nothing, is v2"),
        (firewall(), firewall(Rules=[]), "a rule of the firewall is gone"),
        (firewall(DefaultAction={"Block": {}}), firewall(), "DefaultAction was"),
        (
            resource("SES::ConfigurationSet", DeliveryOptions={"TlsPolicy": "REQUIRE"}),
            resource("SES::ConfigurationSet"),
            "TlsPolicy",
        ),
    ],
)
def test_an_endpoint_that_is_more_open_than_in_the_base_is_told(was: Template, now: Template, words: str) -> None:
    told = found(RULE, subject(assembly(prod={"It": now}), assembly(prod={"It": was})))
    assert any(words in each.what for each in told)


def test_a_firewall_that_no_longer_stands_before_the_api_is_told() -> None:
    before = {"Acl": resource("WAFv2::WebACLAssociation", WebACLArn="acl", ResourceArn="stage"), "Api": api()}
    (told,) = found(RULE, subject(assembly(prod={"Api": api()}), assembly(prod=before)))
    assert "what stood before the API is gone" in told.what


def test_stricter_ones_pass() -> None:
    both = {"Api": api(DisableExecuteApiEndpoint=True), "Mapping": mapped(), "Name": named("api.example.com")}
    before = assembly(prod={"Domain": domain(), "Acl": firewall(), **both})
    more = [BLOCK, {**BLOCK, "Name": "more"}]
    after = assembly(prod={"Domain": domain(MODERN), "Acl": firewall(Rules=more), **both})
    part = look(RULE, subject(after, before))
    assert (len(part.warnings), [each for each in part.findings if "It" in each.where]) == (1, [])


def test_a_name_that_leads_to_no_domain_may_go() -> None:
    mail = {"Mail": resource("Route53::RecordSet", Name="example.com", Type="MX"), "Api": api()}
    assert found(RULE, subject(assembly(prod={"Api": api()}), assembly(prod=mail))) == ()


def test_a_domain_of_another_stack_of_the_stage_leads_to_it() -> None:
    def release_of(stage: str) -> Subject:
        there = Stack(stage, f"{stage}/domain", {"Resources": {"Mapping": mapped("Imported")}}, {})
        closed = assembly(prod={"Api": api(DisableExecuteApiEndpoint=True)})
        return subject(replace(closed, stacks=(*closed.stacks, there)))

    assert found(RULE, release_of("prod")) == ()
    assert any("no request reaches it" in each.what for each in found(RULE, release_of("beta")))


OPEN, CLOSED = api(), api(DisableExecuteApiEndpoint=True)
NAMED = {"Domain": domain(), "Mapping": mapped()}


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ({"Api": OPEN}, {"Api": CLOSED, **NAMED}, ["the address that everybody knows is closed"]),
        ({"Api": OPEN, "Mapping": mapped("Other")}, {"Api": CLOSED, **NAMED}, ["nobody knows its domain yet"]),
        ({"Api": OPEN}, {"Api": OPEN, **NAMED}, []),
        ({"Api": OPEN, **NAMED}, {"Api": OPEN, **NAMED}, []),
        ({"Api": OPEN, **NAMED}, {"Api": CLOSED, **NAMED}, []),
        ({"Api": CLOSED, **NAMED}, {"Api": CLOSED, **NAMED}, []),
        ({"Topic": resource("SNS::Topic")}, {"Api": CLOSED, **NAMED}, []),
        ({"Topic": resource("SNS::Topic")}, {"Api": OPEN, **NAMED}, ["past its domain"]),
    ],
)
def test_the_old_address_closes_a_release_after_there_is_another(
    before: dict[str, Template], now: dict[str, Template], words: list[str]
) -> None:
    told = [each.what for each in found(RULE, subject(assembly(prod=now), assembly(prod=before)))]
    assert len(told) == len(words)
    assert all(word in each for word, each in zip(words, told, strict=True))


def test_as_long_as_both_answer_who_approves_is_told() -> None:
    part = look(RULE, subject(assembly(prod={"Api": OPEN, **NAMED}), assembly(prod={"Api": OPEN})))
    assert ["past its domain" in each.what for each in part.warnings] == [True]


def edge(document: Template) -> None:
    first(document, "ApiGateway::RestApi")["Properties"]["EndpointConfiguration"]["Types"] = ["EDGE"]


def keys_by_header(document: Template) -> None:
    del first(document, "ApiGateway::RestApi")["Properties"]["ApiKeySourceType"]


@pytest.mark.parametrize(
    ("change", "words"), [(edge, "Types was"), (keys_by_header, "ApiKeySourceType was AUTHORIZER")]
)
def test_another_kind_of_endpoint_is_told(real: Assembly, change: Change, words: str) -> None:
    (told,) = new_in(RULE, real, change)
    assert words in told.what


def test_the_release_as_it_is_stays_closed(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings, part.warnings) == (9, (), ())
    assert found(RULE, release(edited(real, "prod/orders", edge))) == ()

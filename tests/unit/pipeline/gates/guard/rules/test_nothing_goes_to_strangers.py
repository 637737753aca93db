"""No data, event, log or request goes to an account or an address that is not ours."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, assembly, found, look, release, resource, subject

RULE = "nothing_goes_to_strangers"
STRANGE = "999999999999"
BUS = f"arn:aws:events:eu-west-1:{STRANGE}:event-bus/theirs"
OWN = "arn:aws:events:eu-west-1:111111111111:event-bus/ours"
JOINED = {"Fn::Join": ["", ["arn:", "aws", f":firehose:eu-west-1:{STRANGE}:", "deliverystream/theirs"]]}


def rule(target: Any) -> Template:
    return resource("Events::Rule", Targets=[{"Id": "Target0", "Arn": target}])


def method(**integration: str) -> Template:
    return resource("ApiGateway::Method", Integration=integration)


def subscription(protocol: str, endpoint: str = "them") -> Template:
    return resource("SNS::Subscription", Protocol=protocol, Endpoint=endpoint)


def asking(address: str) -> Template:
    return resource("Lambda::Function", Environment={"Variables": {"PAYMENT_PROVIDER_URL": address}})


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (rule(BUS), f"the account {STRANGE}"),
        (rule(JOINED), f"the account {STRANGE}"),
        (resource("ApiGateway::Stage", AccessLogSetting={"DestinationArn": JOINED}), f"the account {STRANGE}"),
        (resource("Logs::SubscriptionFilter", DestinationArn=BUS), f"the account {STRANGE}"),
        (subscription("sqs", f"arn:aws:sqs:eu-west-1:{STRANGE}:theirs"), f"the account {STRANGE}"),
        (subscription("http", "http://theirs.example"), "without TLS"),
        (method(Type="HTTP_PROXY", Uri="https://theirs.example"), "handed to https://theirs.example"),
        (method(Type="AWS", Credentials="arn:aws:iam::*:user/*"), "the rights of whoever asks"),
        (asking("http://payments.example"), "http://payments.example is asked without TLS"),
        (asking("HTTP://payments.example/v1"), "is asked without TLS"),
        (resource("Events::ApiDestination", InvocationEndpoint="http://theirs.example/"), "is asked without TLS"),
    ],
)
def test_what_leads_out_is_told(bad: Template, words: str) -> None:
    (told,) = found(RULE, subject(assembly(beta={"Rule": rule(OWN)}, prod={"Rule": bad})))
    assert words in told.what


@pytest.mark.parametrize(
    "good",
    [
        rule(OWN),
        rule({"Ref": "Bus"}),
        method(Type="MOCK"),
        method(Type="HTTP", ConnectionType="VPC_LINK"),
        asking("https://payments.example"),
        resource("Lambda::Function", Description="what was http:// once"),
    ],
)
def test_what_stays_with_us_passes(good: Template) -> None:
    part = look(RULE, subject(assembly(beta={"Rule": good}, prod={"Rule": good})))
    assert (part.checked, part.findings) == (2, ())


def test_somebody_who_is_told_from_now_on_is_a_note() -> None:
    now = assembly(prod={"Told": subscription("email", "team@example.com")})
    part = look(RULE, subject(now, assembly(prod={})))
    assert ["tells team@example.com now" in note.what for note in part.warnings] == [True]
    assert look(RULE, subject(now, now)).warnings == ()


def test_the_release_as_it_is_names_our_accounts_alone(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings, part.warnings) == (real.resources, (), ())

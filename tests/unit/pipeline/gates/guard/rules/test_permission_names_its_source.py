"""A function is called by a named service, for a named thing of this account."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.gates.guard.templates import (
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

RULE = "permission_names_its_source"
API = "arn:aws:execute-api:eu-west-1:111111111111:abc/*/*/*"
GATEWAY, BUCKETS = "apigateway.amazonaws.com", "s3.amazonaws.com"
ANY_ACCOUNT = "arn:aws:events:eu-west-1:*:rule/x"
ANYTHING = "arn:aws:events:eu-west-1:111111111111:*"


def permission(principal: str, action: str = "lambda:InvokeFunction", **more: str) -> Template:
    return resource("Lambda::Permission", Action=action, Principal=principal, FunctionName="Orders", **more)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (permission(GATEWAY), "may call it for whoever asks"),
        (permission("*"), "lets in *"),
        (permission("999999999999"), "lets in 999999999999"),
        (permission("arn:aws:iam::999999999999:root"), "none of ours"),
        (permission(GATEWAY, SourceArn="*"), "for anything: "),
        (permission("events.amazonaws.com", SourceArn=ANY_ACCOUNT), "for anything: "),
        (permission("events.amazonaws.com", SourceArn=ANYTHING), "for anything: "),
        (permission(BUCKETS, SourceArn="arn:aws:s3:::uploads"), "whoever has the name"),
        (permission(GATEWAY, "lambda:*", SourceArn=API), "it allows lambda:*"),
        (permission("111111111111", "lambda:InvokeFunctionUrl", FunctionUrlAuthType="NONE"), "lets everybody call"),
    ],
)
def test_a_permission_for_too_many_is_told(bad: Template, words: str) -> None:
    told = found(RULE, subject(assembly(beta={}, prod={"Calls": bad})))
    assert any(words in each.what for each in told)


@pytest.mark.parametrize(
    "good",
    [
        permission(GATEWAY, SourceArn=API),
        permission(BUCKETS, SourceArn="arn:aws:s3:::uploads", SourceAccount="111111111111"),
        permission("cognito-idp.amazonaws.com", SourceAccount="111111111111"),
        permission("arn:aws:iam::111111111111:role/orders-pipeline"),
    ],
)
def test_a_permission_for_one_passes(good: Template) -> None:
    part = look(RULE, subject(assembly(beta={}, prod={"Calls": good})))
    assert (part.checked, [each for each in part.findings if "Calls" in each.where]) == (1, [])


def test_what_the_base_asked_for_besides_is_not_dropped(real: Assembly) -> None:
    def of_any_account(document: Template) -> None:
        del first(document, "Lambda::Permission", "RotationLive")["Properties"]["SourceAccount"]

    (told,) = new_in(RULE, real, of_any_account)
    assert f"SourceAccount was {DELIVERY.stages[-1].environment.account}, is nothing" in told.what


def test_another_source_is_a_note(real: Assembly) -> None:
    def moved(document: Template) -> None:
        first(document, "Lambda::Permission", "ApiRestApi")["Properties"]["SourceArn"] = API

    part = look(RULE, release(edited(real, "prod/orders", moved), real))
    assert part.findings == ()
    assert ["another thing" in each.what for each in part.warnings] == [True]


def test_the_release_as_it_is_names_its_callers(real: Assembly) -> None:
    part = look(RULE, release(real, real))
    assert (part.checked, part.findings, part.warnings) == (12 * 3, (), ())

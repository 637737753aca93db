"""Where invoices are kept: each written once, by one worker, and deleted by nobody."""

import pytest

from tests.synth.planned import settings
from tests.synth.reading import Resource, Template
from tests.synth.test_buckets import denials
from tests.synth.test_service import function, granted, named, role_of
from tests.synth.test_workers import worked_off

TEN_YEARS_FROM_THE_END_OF_ONE = 11 * 365


@pytest.fixture
def bucket(template: Template) -> Resource:
    return template.resources[named(template)["DataInvoices"]]


def test_an_invoice_is_kept_as_long_as_the_law_asks(bucket: Resource) -> None:
    (life,) = bucket["LifecycleConfiguration"]["Rules"]
    assert life["ExpirationInDays"] >= TEN_YEARS_FROM_THE_END_OF_ONE
    assert "Transitions" not in life  # a page is too small for any other class


def test_nobody_writes_over_an_invoice_or_deletes_one(template: Template, bucket: Resource) -> None:
    refused = denials(template, "DataInvoices")
    (over,) = [each for each in refused if each.get("Condition") == {"Null": {"s3:if-none-match": "true"}}]
    assert over["Action"] == "s3:PutObject"
    always = [each for each in refused if "Condition" not in each]
    assert [each["Action"] for each in always] == [["s3:DeleteObject", "s3:DeleteObjectVersion"]]
    for each in (over, *always):
        assert each["Principal"] == {"AWS": "*"}
        assert template.said(each["Resource"]) == f"${{{bucket.name}.Arn}}/*"


def test_the_worker_may_do_exactly_this(template: Template, bucket: Resource) -> None:
    key = f"${{{named(template)['DataKey']}.Arn}} via s3.{template.region}.amazonaws.com"
    table = [f"dynamodb:{action}" for action in ("GetItem", "PutItem", "Query", "UpdateItem")]
    assert granted(template, role_of(function(template, "invoices"))) == {
        **worked_off(template, "Invoices", table),
        f"${{{bucket.name}.Arn}}/invoices/*": ["s3:PutObject"],
        key: ["kms:GenerateDataKey"],
    }


@pytest.mark.parametrize("name", ["orders", "invoices"])
def test_who_writes_and_who_signs_are_told_the_bucket(template: Template, bucket: Resource, name: str) -> None:
    assert function(template, name)["Environment"]["Variables"]["INVOICES_BUCKET_NAME"] == {"Ref": bucket.name}


def test_invoices_say_who_sells_in_this_stage(template: Template, stage: str) -> None:
    told = function(template, "invoices")["Environment"]["Variables"]
    assert told["SELLER"].splitlines() == list(settings(stage).seller)


def test_pages_may_follow_a_redirect_to_an_invoice_where_a_stage_lets_pages_call_it(
    bucket: Resource, stage: str, everything: Template
) -> None:
    assert ("CorsConfiguration" in bucket.properties) is bool(settings(stage).origins)
    (rule,) = everything.resources[named(everything)["DataInvoices"]]["CorsConfiguration"]["CorsRules"]
    assert rule == {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}

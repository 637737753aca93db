"""Everything says whose it is."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from pipeline.plan.delivery import DELIVERY
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, found, look, release, update

RULE = "tags_stay"
OWNER = dict(DELIVERY.tags)["owner"]


def tagged(document: Template) -> Iterator[Any]:
    return (each["Properties"] for each in document["Resources"].values() if "Tags" in each.get("Properties", {}))


def untagged(document: Template) -> None:
    del first(document, "DynamoDB::Table", "DataTable")["Properties"]["Tags"]


def others(document: Template) -> None:
    first(document, "DynamoDB::Table", "DataTable")["Properties"]["Tags"] = [
        {"Key": "owner", "Value": "nobody"},
        {"Key": "service", "Value": "orders"},
        {"Key": "stage", "Value": "beta"},
    ]


def unmapped(document: Template) -> None:
    del first(document, "Cognito::UserPool", "AuthUsers")["Properties"]["UserPoolTags"]["owner"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (untagged, "service is nothing, not orders"),
        (others, f"owner is nobody, not {OWNER}; stage is beta, not prod"),
        (unmapped, f"owner is nothing, not {OWNER}"),
    ],
)
@pytest.mark.parametrize("based", [True, False])
def test_what_belongs_to_nobody_is_told(real: Assembly, change: Any, told: str, based: bool) -> None:
    (finding,) = found(RULE, release(edited(real, "prod/orders", change), real if based else None))
    assert told in finding.what


def test_a_tag_that_only_the_base_has_is_told() -> None:
    function = {"Tags": [{"Key": "function", "Value": "orders"}]}
    (finding,) = found(RULE, update("CloudFront::Distribution", function, {}))
    assert "function is nothing, not orders" in finding.what


def test_a_tag_that_leaves_the_plan_with_everything_is_told(real: Assembly) -> None:
    def ownerless(document: Template) -> None:
        for properties in tagged(document):
            if isinstance(properties["Tags"], list):
                properties["Tags"] = [each for each in properties["Tags"] if each["Key"] != "owner"]

    plan = replace(DELIVERY, tags=(("service", "orders"),))
    findings = found(RULE, release(edited(real, "prod/orders", ownerless), real, plan))
    assert [finding.where.split(":")[0] for finding in findings] == ["prod/orders"]
    assert f"owner is nothing, not {OWNER}, and of 1" in findings[0].what


def test_one_more_tag_of_the_plan_is_welcome(real: Assembly) -> None:
    def more(document: Template) -> None:
        for properties in tagged(document):
            if isinstance(properties["Tags"], list):
                properties["Tags"].append({"Key": "cost-center", "Value": "42"})

    good = release(edited(real, "prod/orders", more), real)
    assert found(RULE, good) == ()
    assert look(RULE, good).checked > 600

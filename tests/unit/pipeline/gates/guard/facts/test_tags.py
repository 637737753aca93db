"""Tags in all the shapes that CloudFormation has for them."""

from typing import Any

import pytest

from pipeline.gates.guard.facts.tags import tags
from pipeline.gates.guard.resource import Resource


@pytest.mark.parametrize(
    "properties",
    [
        {"Tags": [{"Key": "owner", "Value": "orders-team"}]},
        {"Tags": {"owner": "orders-team"}},
        {"UserPoolTags": {"owner": "orders-team"}},
        {"Tag": [{"TagKey": "owner", "TagValue": "orders-team"}]},
    ],
)
def test_every_shape_is_read_alike(properties: dict[str, Any]) -> None:
    assert tags(Resource("prod", "prod/orders", "It", "AWS::Any::Thing", {"Properties": properties})) == {
        "owner": "orders-team"
    }


def test_nothing_said_is_not_the_same_as_none() -> None:
    assert tags(Resource("prod", "prod/orders", "It", "AWS::Any::Thing", {})) is None
    assert tags(Resource("prod", "prod/orders", "It", "AWS::Any::Thing", {"Properties": {"Tags": []}})) == {}

"""What is lost of what a resource holds, though the resource stays."""

from typing import Any

import pytest

from pipeline.rehearsal.runners.cloudformation.losing import loss

SECRET = "AWS::SecretsManager::Secret"
NEW_SECRET = "makes a new secret: the old value is no longer current"


def replicas(*regions: str) -> list[dict[str, Any]]:
    return [{"Region": region, "PointInTimeRecoverySpecification": {}} for region in regions]


def test_another_way_to_generate_a_secret_makes_a_new_one() -> None:
    assert loss(SECRET, "GenerateSecretString", {"PasswordLength": 32}, {"PasswordLength": 64}) == NEW_SECRET
    assert loss(SECRET, "GenerateSecretString", None, {}) == NEW_SECRET


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (replicas("eu-west-1"), replicas("eu-west-1", "us-east-1"), ""),
        (replicas("eu-west-1", "us-east-1"), replicas("us-east-1", "eu-west-1"), ""),
        (replicas("eu-west-1", "us-east-1"), replicas("eu-west-1"), "loses its copy in us-east-1"),
        (replicas("a", "b", "c"), replicas("b"), "loses its copy in a and c"),
        (replicas("a"), [{"Fn::If": ["Large", *replicas("a", "b")]}], "may lose the copy of a replica"),
        ([{"Region": {"Ref": "Where"}}], replicas("a"), "may lose the copy of a replica"),
        (replicas("a"), None, "may lose the copy of a replica"),
    ],
)
def test_a_replica_that_is_taken_out_of_a_table_is_lost_with_its_copy(old: Any, new: Any, said: str) -> None:
    assert loss("AWS::DynamoDB::GlobalTable", "Replicas", old, new) == said


def test_any_other_change_in_place_loses_nothing() -> None:
    assert loss(SECRET, "Description", "a", "b") == ""
    assert loss("AWS::Unlisted::Thing", "GenerateSecretString", {}, None) == ""

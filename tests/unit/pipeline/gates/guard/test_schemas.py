"""Which properties replace a resource, as cfn-lint's schemas say."""

import pytest

from pipeline.gates.guard import schemas
from pipeline.gates.guard.schemas import Replacing, replacing


@pytest.mark.parametrize(
    ("kind", "always", "some"),
    [
        ("AWS::DynamoDB::Table", {"TableName", "ImportSourceSpecification"}, {"KeySchema"}),
        ("AWS::SQS::Queue", {"QueueName", "FifoQueue"}, set()),
        ("AWS::KMS::Key", set(), set()),
        ("Custom::Migration", set(), set()),
    ],
)
def test_a_type_says_which_of_its_properties_replace_it(kind: str, always: set[str], some: set[str]) -> None:
    assert replacing(kind) == Replacing(frozenset(always), frozenset(some))


def test_a_part_of_a_property_may_be_what_replaces() -> None:
    assert "Budget/BudgetName" in replacing("AWS::Budgets::Budget").always


def test_the_registry_that_is_read_has_more_than_a_thousand_types() -> None:
    assert len(schemas._digests()) > 1_000

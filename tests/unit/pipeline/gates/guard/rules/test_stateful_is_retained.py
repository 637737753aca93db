"""What holds data is kept when its stack lets go of it."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
    Template,
    assembly,
    edited,
    first,
    found,
    release,
    resource,
    subject,
)

RULE = "stateful_is_retained"


def kept(kind: str, deletion: str | None, replacing: str | None = "Retain") -> dict[str, Any]:
    given = {"DeletionPolicy": deletion, "UpdateReplacePolicy": replacing}
    return resource(kind) | {policy: value for policy, value in given.items() if value}


@pytest.mark.parametrize(
    "kind",
    ["DynamoDB::Table", "KMS::Key", "S3::Bucket", "Cognito::UserPool", "SecretsManager::Secret", "RDS::DBCluster"],
)
@pytest.mark.parametrize("policy", ["Delete", None])
def test_what_holds_data_must_be_kept_however_it_goes(kind: str, policy: str | None) -> None:
    told = found(RULE, subject(assembly(beta={}, prod={"It": kept(kind, policy, policy)})))
    assert [each.where.split()[1] for each in told if each.where.startswith("prod/orders")] == [
        "DeletionPolicy",
        "UpdateReplacePolicy",
    ]
    assert f"this AWS::{kind} is not kept: its DeletionPolicy is Delete" in told[0].what


def test_a_replaced_table_must_be_kept_as_well() -> None:
    (told,) = found(RULE, subject(assembly(prod={"It": kept("DynamoDB::Table", "Retain", None)})))
    assert told.where == "prod/orders:It UpdateReplacePolicy"


@pytest.mark.parametrize(
    ("kind", "deletion", "replacing", "findings"),
    [
        ("DynamoDB::Table", "RetainExceptOnCreate", "Retain", 0),
        ("RDS::DBCluster", "Snapshot", "Snapshot", 0),
        ("DynamoDB::Table", "Snapshot", "Retain", 1),
    ],
)
def test_a_snapshot_keeps_only_what_there_can_be_one_of(
    kind: str, deletion: str, replacing: str, findings: int
) -> None:
    assert len(found(RULE, subject(assembly(prod={"It": kept(kind, deletion, replacing)})))) == findings


def test_logs_and_queues_may_go_with_their_stack_unless_the_base_kept_them(real: Assembly) -> None:
    def destroyed(document: Template) -> None:
        first(document, "Logs::LogGroup", "OrdersLogs")["DeletionPolicy"] = "Delete"

    (told,) = found(RULE, release(edited(real, "prod/orders", destroyed), real))
    assert "no longer kept: was Retain, is Delete" in told.what
    assert found(RULE, release(real)) == ()


def test_new_things_that_are_kept_are_welcome(real: Assembly) -> None:
    def more(document: Template) -> None:
        document["Resources"] |= {
            "More": kept("DynamoDB::Table", "Retain"),
            "Jobs": resource("SQS::Queue") | {"DeletionPolicy": "Delete"},
        }

    assert found(RULE, release(edited(real, "prod/orders", more), real)) == ()

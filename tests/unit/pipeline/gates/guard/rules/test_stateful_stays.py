"""What holds data, or is known outside by its id, stays where it is."""

from dataclasses import replace

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import (
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

RULE = "stateful_stays"
TABLE = resource("DynamoDB::Table", BillingMode="PAY_PER_REQUEST")


@pytest.mark.parametrize(
    "kind",
    [
        "DynamoDB::Table",
        "S3::Bucket",
        "KMS::Key",
        "SQS::Queue",
        "Logs::LogGroup",
        "Cognito::UserPoolClient",
        "ApiGateway::RestApi",
        "Events::EventBus",
    ],
)
def test_what_is_gone_is_told(kind: str) -> None:
    (told,) = found(RULE, subject(assembly(prod={"Other": TABLE}), assembly(prod={"It": resource(kind)})))
    assert told.where == "prod/orders:It"
    assert f"this AWS::{kind} is gone;" in told.what


@pytest.mark.parametrize(
    ("kind", "policy", "told"),
    [
        ("Logs::LogGroup", "Delete", ([], ["prod/orders:It"])),
        ("Logs::LogGroup", "Retain", (["prod/orders:It"], [])),
        ("Logs::LogGroup", None, (["prod/orders:It"], [])),
        ("SQS::Queue", "Delete", (["prod/orders:It"], [])),
    ],
)
def test_a_log_that_the_base_lets_go_is_a_note(kind: str, policy: str | None, told: tuple[list[str], ...]) -> None:
    gone = resource(kind) | ({"DeletionPolicy": policy} if policy else {})
    part = look(RULE, subject(assembly(prod={"Other": TABLE}), assembly(prod={"It": gone})))
    assert ([each.where for each in part.findings], [each.where for each in part.warnings]) == told


def test_a_renamed_one_is_told_with_what_looks_like_it() -> None:
    (told,) = found(RULE, subject(assembly(prod={"Renamed": TABLE}), assembly(prod={"It": TABLE})))
    assert "is gone; prod/orders:Renamed looks like it, and would be a new, empty one" in told.what


def test_one_that_moved_to_another_stack_is_told_with_where_it_is(real: Assembly) -> None:
    orders = real.stack("prod/orders")
    assert orders is not None
    table = next(each for each in orders.all("AWS::DynamoDB::Table") if each.path.startswith("Data/Table"))
    data = replace(orders, name="prod/data", document={"Resources": {table.logical_id: table.body}})

    def without(document: Template) -> None:
        del document["Resources"][table.logical_id]

    left = edited(real, "prod/orders", without)
    (told,) = found(RULE, release(replace(left, stacks=(*left.stacks, data)), real))
    assert f"prod/data:{table.logical_id} looks like it" in told.what


def test_a_whole_stack_that_is_gone_takes_all_of_it_along(real: Assembly) -> None:
    left = replace(real, stacks=tuple(stack for stack in real.stacks if stack.name != "prod/orders"))
    assert len(found(RULE, release(left, real))) > 50


def test_another_type_or_a_condition_is_no_staying() -> None:
    base = assembly(prod={"It": TABLE})
    (told,) = found(RULE, subject(assembly(prod={"It": resource("DynamoDB::GlobalTable")}), base))
    assert "its type changed: was AWS::DynamoDB::Table, is AWS::DynamoDB::GlobalTable" in told.what
    (told,) = found(RULE, subject(assembly(prod={"It": TABLE | {"Condition": "InTests"}}), base))
    assert "only under a condition now: was nothing, is InTests" in told.what


def test_more_of_them_and_other_properties_are_welcome(real: Assembly) -> None:
    def more(document: Template) -> None:
        document["Resources"]["More"] = resource("SQS::Queue")
        first(document, "Logs::LogGroup")["Properties"]["RetentionInDays"] = 731

    good = release(edited(real, "prod/orders", more), real)
    assert found(RULE, good) == ()
    assert look(RULE, good).checked > 150

"""What no canary tries is told to who approves it."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, look, release

RULE = "lands_before_the_shift"
STAGES = ("beta", "gamma", "prod")


def in_all_stages(original: Assembly, change: Any) -> Assembly:
    for stage in STAGES:
        original = edited(original, f"{stage}/orders", change)
    return original


def another_version(document: Template) -> None:
    """New code of the orders function: another object in the bucket, and another version for its alias."""
    function = first(document, "Lambda::Function", "OrdersFunction")["Properties"]
    function["Code"]["S3Key"] = "another.zip"
    resources = document["Resources"]
    old = next(name for name in resources if name.startswith("OrdersFunctionCurrentVersion"))
    resources["OrdersFunctionCurrentVersionAnother"] = resources.pop(old)
    alias = first(document, "Lambda::Alias", "OrdersLive")["Properties"]
    alias["FunctionVersion"] = {"Fn::GetAtt": ["OrdersFunctionCurrentVersionAnother", "Version"]}


def role(document: Template) -> None:
    first(document, "IAM::Role", "OrdersRole")["Properties"]["MaxSessionDuration"] = 7_200


def table(document: Template) -> None:
    first(document, "DynamoDB::Table", "DataTable")["Properties"]["ContributorInsightsSpecification"] = {
        "Enabled": True
    }


def api(document: Template) -> None:
    first(document, "ApiGateway::Method", "ApiRestApiv1ordersPOST")["Properties"]["OperationName"] = "another"


def reserved(document: Template) -> None:
    first(document, "Lambda::Function", "OrdersFunction")["Properties"]["ReservedConcurrentExecutions"] = 200


def retagged(document: Template) -> None:
    first(document, "SQS::Queue", "MailQueue")["Properties"]["Tags"].append({"Key": "cost-center", "Value": "42"})


def worker(document: Template) -> None:
    first(document, "Lambda::Function", "MailFunction")["Properties"]["MemorySize"] = 1_024


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (role, "roles, policies and permissions change in prod and no version does (1): Orders/Role"),
        (table, "tables change in prod and no version does (1): Data/Table"),
        (api, "parts of the API change in prod and no version does (1): "),
        (
            reserved,
            "functions without a new version, or without a rollout of it change in prod and no version does (1): ",
        ),
        (retagged, "resources with other tags alone change in prod and no version does (1): "),
        (worker, "without a rollout of it change in prod and no version does (1): Mail/Function"),
    ],
)
def test_what_makes_no_version_is_told_and_refuses_nothing(real: Assembly, change: Any, told: str) -> None:
    part = look(RULE, release(edited(real, "prod/orders", change), real))
    assert part.findings == ()
    (note,) = part.warnings
    assert note.where == "prod/orders"
    assert told in note.what


def test_a_new_version_alone_waits_for_its_rollout(real: Assembly) -> None:
    part = look(RULE, release(in_all_stages(real, another_version), real))
    assert (part.findings, part.warnings, part.checked) == ((), (), 3)


def test_what_goes_beside_a_new_version_goes_first(real: Assembly) -> None:
    def both(document: Template) -> None:
        another_version(document)
        role(document)
        reserved(document)

    notes = look(RULE, release(edited(real, "prod/orders", both), real)).warnings
    assert len(notes) == 2
    assert all("change in prod before any version shifts" in note.what for note in notes)


def test_what_all_stages_have_alike_is_told_once(real: Assembly) -> None:
    (note,) = look(RULE, release(in_all_stages(real, table), real)).warnings
    assert "tables change in beta, gamma, prod and no version does (1): " in note.what


def test_many_of_a_kind_are_counted(real: Assembly) -> None:
    def roles(document: Template) -> None:
        for each in document["Resources"].values():
            if each["Type"] == "AWS::IAM::Role":
                each["Properties"]["MaxSessionDuration"] = 7_200

    (note,) = look(RULE, release(edited(real, "prod/orders", roles), real)).warnings
    assert "roles, policies and permissions change in prod and no version does (38): " in note.what
    assert "and 34 more" in note.what


def test_alarms_and_a_release_that_changes_nothing_reach_nobody(real: Assembly) -> None:
    def alarm(document: Template) -> None:
        first(document, "CloudWatch::Alarm")["Properties"]["Threshold"] = 0.5

    assert look(RULE, release(edited(real, "prod/orders", alarm), real)).warnings == ()
    assert look(RULE, release(real, real)).warnings == ()

"""What logs may show, and to whom, is no more than in the base."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, found, look, release, update

RULE = "logs_stay_protected"


def mail_left_out(document: Template) -> None:
    policy = first(document, "Logs::LogGroup", "CustomersLogs")["Properties"]["DataProtectionPolicy"]
    for statement in policy["Statement"]:
        statement["DataIdentifier"] = statement["DataIdentifier"][1:]


def only_audited(document: Template) -> None:
    policy = first(document, "Logs::LogGroup", "CustomersLogs")["Properties"]["DataProtectionPolicy"]
    del policy["Statement"][1]


def unprotected(document: Template) -> None:
    del first(document, "Logs::LogGroup", "CustomersLogs")["Properties"]["DataProtectionPolicy"]


@pytest.mark.parametrize("change", [mail_left_out, only_audited, unprotected])
def test_what_is_no_longer_masked_is_told(real: Assembly, change: Any) -> None:
    (finding,) = found(RULE, release(edited(real, "prod/orders", change), real))
    assert "it shows what was masked: " in finding.what
    assert "EmailAddress" in finding.what


def moved_to(group: dict[str, Any]) -> Any:
    def change(document: Template) -> None:
        document["Resources"]["Elsewhere"] = {"Type": "AWS::Logs::LogGroup", "Properties": group}
        config = first(document, "Lambda::Function", "CustomersFunction")["Properties"]["LoggingConfig"]
        config["LogGroup"] = {"Ref": "Elsewhere"}

    return change


def protected(document: Template) -> None:
    moved_to(first(document, "Logs::LogGroup", "CustomersLogs")["Properties"])(document)


def test_a_function_that_moves_to_a_log_that_masks_less_is_told_and_to_one_that_masks_as_much_may(
    real: Assembly,
) -> None:
    (finding,) = found(RULE, release(edited(real, "prod/orders", moved_to({"LogGroupName": "/else"})), real))
    assert "CustomersFunction" in finding.where
    assert "it logs into Elsewhere, and not into CustomersLogs" in finding.what
    assert "EmailAddress" in finding.what
    assert found(RULE, release(edited(real, "prod/orders", protected), real)) == ()


def test_a_key_that_is_gone_is_told_and_a_new_one_welcome() -> None:
    (finding,) = found(RULE, update("Logs::LogGroup", {"KmsKeyId": "key"}, {}))
    assert "no key of ours closes it any more: was key, is nothing" in finding.what
    assert found(RULE, update("Logs::LogGroup", {}, {"KmsKeyId": "key"})) == ()


def test_more_that_is_masked_is_welcome(real: Assembly) -> None:
    assert found(RULE, release(real, edited(real, "prod/orders", mail_left_out))) == ()
    assert look(RULE, release(real, real)).checked == 13 * 3

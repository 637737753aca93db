"""What the version that still serves may do is told before it is taken away."""

from typing import Any

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import Template, edited, first, look, release

RULE = "permission_goes_a_release_later"


def statements(document: Template) -> Any:
    return first(document, "IAM::Role", "OrdersRole")["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]


def without_queue(document: Template) -> None:
    statements(document)[:] = [each for each in statements(document) if each["Action"] != "sqs:SendMessage"]


def test_an_action_that_goes_is_told_and_refuses_nothing(real: Assembly) -> None:
    part = look(RULE, release(edited(real, "prod/orders", without_queue), real))
    assert part.findings == ()
    (note,) = part.warnings
    assert "may no longer sqs:sendmessage on ${PaymentsQueue1B2D969D.Arn}" in note.what
    assert "OrdersRole" in note.where


def test_a_resource_that_goes_is_told(real: Assembly) -> None:
    def elsewhere(document: Template) -> None:
        for each in statements(document):
            if each["Action"] == "sqs:SendMessage":
                each["Resource"] = "arn:aws:sqs:eu-west-1:444444444444:another"

    (note,) = look(RULE, release(edited(real, "prod/orders", elsewhere), real)).warnings
    assert "sqs:sendmessage" in note.what


def test_more_permissions_and_wider_ones_take_nothing_away(real: Assembly) -> None:
    def wider(document: Template) -> None:
        without_queue(document)
        statements(document).append({"Effect": "Allow", "Action": ["sqs:Send*", "sqs:List*"], "Resource": "*"})

    part = look(RULE, release(edited(real, "prod/orders", wider), real))
    assert (part.findings, part.warnings) == ((), ())
    assert part.checked == 94

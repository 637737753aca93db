"""A person says yes before the last stage, and nobody can say it for them."""

from typing import Any

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.pipelines import action, in_action, stage, stages
from tests.unit.pipeline.gates.guard.templates import Change, Template, edited, first, found, look, release, resource

RULE = "person_approves_last_stage"


def without_approval(document: Template) -> None:
    stages(document).remove(stage(document, "approval"))


def moved_to(name: str, order: int) -> Change:
    """The approval's action in another stage."""

    def change(document: Template) -> None:
        moved = {**action(document, "approval", "approval"), "RunOrder": order}
        without_approval(document)
        stage(document, name)["Actions"].append(moved)

    return change


def skipped(moment: str, value: Any) -> Change:
    return lambda document: stage(document, "approval").update({moment: value})


def granted(what: str) -> Change:
    """A build may answer approvals."""

    def change(document: Template) -> None:
        policy = first(document, "IAM::Policy", "DeliveryBuildlint")["Properties"]["PolicyDocument"]
        policy["Statement"].append({"Effect": "Allow", "Action": what, "Resource": "*"})

    return change


def by_a_function(document: Template) -> None:
    kind = {"Category": "Invoke", "Owner": "AWS", "Provider": "Lambda", "Version": "1"}
    action(document, "approval", "approval")["ActionTypeId"] = kind


def by_somebody_elses_service(document: Template) -> None:
    action(document, "approval", "approval")["ActionTypeId"]["Provider"] = "Robot"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (without_approval, "nobody approves before prod is deployed"),
        (moved_to("prod", 4), "nobody approves before prod is deployed"),
        (moved_to("gamma", 1), "nobody approves before prod is deployed"),
        (moved_to("beta", 3), "nobody approves before prod is deployed"),
        (by_a_function, "nobody approves before prod is deployed"),
        (by_somebody_elses_service, "Robot approves, and no person"),
        (in_action("approval", "approval", TimeoutInMinutes=86_400), "it waits 86400 minutes: at most 10080"),
        (skipped("OnFailure", {"Result": "SKIP"}), "its stage goes on without it (OnFailure SKIP)"),
        (
            skipped("BeforeEntry", {"Conditions": [{"Result": "SKIP"}]}),
            "its stage goes on without it (BeforeEntry SKIP)",
        ),
        (granted("codepipeline:PutApprovalResult"), "whoever has it may approve (codepipeline:PutApprovalResult)"),
        (granted("codepipeline:*"), "whoever has it may approve"),
        (granted("*"), "whoever has it may approve"),
    ],
)
def test_an_approval_that_is_gone_or_no_persons_is_told(real: Assembly, change: Change, told: str) -> None:
    findings = found(RULE, release(edited(real, "pipeline", change)))
    assert any(told in each.what and each.where.startswith("pipeline:") for each in findings)


def test_an_approval_of_the_base_release_is_not_moved_away(real: Assembly) -> None:
    findings = found(RULE, release(edited(real, "pipeline", moved_to("prod", 0)), real))
    assert any("the approval approval of the base release is gone" in each.what for each in findings)


def test_a_function_of_a_stage_may_not_approve_either(real: Assembly) -> None:
    def grants(document: Template) -> None:
        statement = {"Effect": "Allow", "Action": "codepipeline:Put*", "Resource": "*"}
        document["Resources"]["Yes"] = resource("IAM::Policy", PolicyDocument={"Statement": [statement]})

    (told,) = found(RULE, release(edited(real, "beta/orders", grants)))
    assert told.where.startswith("beta/orders:Yes")


@pytest.mark.parametrize(
    "change",
    [
        in_action("approval", "approval", TimeoutInMinutes=60),
        in_action("approval", "approval", Configuration={"CustomData": "Yes?"}),
        granted("codepipeline:GetPipelineState"),
    ],
)
def test_an_approval_may_say_other_things(real: Assembly, change: Change) -> None:
    assert found(RULE, release(edited(real, "pipeline", change), real)) == ()


def test_the_release_as_it_is_waits_for_a_person(real: Assembly) -> None:
    assert found(RULE, release(real, real)) == ()
    assert look(RULE, release(real)).checked > 30

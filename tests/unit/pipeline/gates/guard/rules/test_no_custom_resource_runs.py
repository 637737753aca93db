"""No code of a custom resource runs while a stack changes, unless somebody said yes to it."""

import pytest

from pipeline.gates.guard.assembly import Assembly
from tests.unit.pipeline.gates.guard.templates import assembly, found, look, release, resource, subject, update

RULE = "no_custom_resource_runs"


@pytest.mark.parametrize("kind", ["Custom::Migration", "Custom::AWS", "AWS::CloudFormation::CustomResource"])
def test_a_new_one_and_a_changed_one_run(kind: str) -> None:
    old, new = {"Type": kind, "Properties": {"Version": 1}}, {"Type": kind, "Properties": {"Version": 2}}
    (told,) = found(RULE, subject(assembly(prod={"It": new}), assembly(prod={})))
    assert "is new, and runs its on_create in every stage: it needs an approval" in told.what
    (told,) = found(RULE, subject(assembly(prod={"It": new}), assembly(prod={"It": old})))
    assert "changes, and runs its on_update: it needs an approval" in told.what
    (told,) = found(RULE, subject(assembly(prod={"Other": resource("SQS::Queue")}), assembly(prod={"It": old})))
    assert "runs its on_delete" in told.what


def test_on_a_first_release_all_of_them_run() -> None:
    assert len(found(RULE, subject(assembly(prod={"It": {"Type": "Custom::Migration"}})))) == 1


def test_one_that_is_as_it_was_does_not_run() -> None:
    same = assembly(prod={"It": {"Type": "Custom::Migration", "Properties": {"Version": 1}}})
    part = look(RULE, subject(same, same))
    assert (part.checked, part.findings) == (1, ())


def test_other_resources_run_nothing(real: Assembly) -> None:
    assert found(RULE, update("Lambda::Function", {}, {"Timeout": 5})) == ()
    assert found(RULE, subject(assembly(prod={"It": resource("CloudFormation::Stack")}), assembly(prod={}))) == ()
    assert found(RULE, release(real)) == ()

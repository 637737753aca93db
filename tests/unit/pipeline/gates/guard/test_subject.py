"""The subject: candidate beside base."""

from pathlib import Path

import pytest

from pipeline.gates.context import GateBroke
from pipeline.gates.guard.subject import subject_of
from tests.unit.pipeline.gates.guard.templates import SMALL, assembly, resource, subject
from tests.unit.pipeline.gates.world import context, put

OLD = resource("SQS::Queue", VisibilityTimeout=60)
NEW = resource("SQS::Queue", VisibilityTimeout=30)


def test_resources_are_paired_by_stack_and_logical_id() -> None:
    pair = subject(
        assembly(beta={"Jobs": NEW, "More": NEW}, prod={"Gone": NEW}), assembly(beta={"Jobs": OLD, "Gone": OLD})
    )
    jobs, more, elsewhere = pair.of_candidate("AWS::SQS::Queue")
    old = pair.before(jobs)
    assert old
    assert old.at("VisibilityTimeout") == 60
    assert (pair.before(more), pair.before(elsewhere)) == (None, None)
    assert [pair.after(each) for each in pair.of_base("AWS::SQS::Queue")] == [jobs, None]
    (beta, prod) = pair.candidate.stacks
    assert (pair.stack_before(beta), pair.stack_before(prod)) == (pair.base and pair.base.stacks[0], None)


def test_on_a_first_release_there_is_nothing_before() -> None:
    first = subject(assembly(beta={"Jobs": NEW}))
    (jobs,) = first.of_candidate("AWS::SQS::Queue")
    assert (first.before(jobs), list(first.of_base("AWS::SQS::Queue"))) == (None, [])
    assert first.stack_before(first.candidate.stacks[0]) is None


def test_the_base_is_what_slipway_base_holds(tmp_path: Path) -> None:
    root = put(tmp_path, cdk_dot_out__manifest_dot_json="{}", base__cdk_dot_out__manifest_dot_json="{}")
    assert subject_of(context(root), SMALL).base is None
    named = subject_of(context(root, SLIPWAY_BASE=str(root / "base")), SMALL).base
    assert named
    assert named.folder == root / "base" / "cdk.out"


def test_a_base_that_is_named_and_not_there_is_no_first_release(tmp_path: Path) -> None:
    root = put(tmp_path, cdk_dot_out__manifest_dot_json="{}")
    with pytest.raises(GateBroke, match="is no folder"):
        subject_of(context(root, SLIPWAY_BASE=str(root / "base")), SMALL)
    (root / "base").mkdir()
    with pytest.raises(GateBroke, match="the base release has no assembly"):
        subject_of(context(root, SLIPWAY_BASE=str(root / "base")), SMALL)

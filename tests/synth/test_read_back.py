"""The synthesized delivery, read back by the rehearsal, is the delivery that the plan intends.

The rehearsal never sees the plan; this is the one place where both are held side by side.
"""

import pytest

from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import Approval, Stage
from pipeline.rehearsal.fidelity import assess
from pipeline.rehearsal.fidelity_tables import tables
from pipeline.rehearsal.read.assembly import Assembly as Read
from pipeline.rehearsal.read.assembly import read_assembly
from pipeline.rehearsal.read.codepipeline import read_pipeline
from pipeline.rehearsal.show import render_show
from pipeline.rehearsal.spec import Pipeline
from tests.synth.reading import Assembly


@pytest.fixture(scope="session")
def read(assembly: Assembly) -> Read:
    return read_assembly(assembly.folder)


@pytest.fixture(scope="session")
def pipeline(read: Read) -> Pipeline:
    return read_pipeline(read)


def test_the_gates_asked_are_the_gates_planned_in_their_stages(pipeline: Pipeline) -> None:
    asked = {(stage.name, action.gate) for stage, action in pipeline.actions() if action.gate}
    assert asked == {(stage, gate.name) for stage, gate in DELIVERY.gates()}


def test_the_stages_after_the_assets_are_the_steps_planned_in_their_order(pipeline: Pipeline) -> None:
    planned = [step.name for step in DELIVERY.steps]
    assert [stage.name for stage in pipeline.stages][-len(planned) :] == planned


def test_every_approval_planned_is_asked_with_its_time(pipeline: Pipeline) -> None:
    asked = {action.name: action.timeout_minutes for _, action in pipeline.actions() if action.category == "Approval"}
    assert asked == {step.name: step.timeout_minutes for step in DELIVERY.steps if isinstance(step, Approval)}


def test_every_stage_planned_is_deployed_to_its_account(read: Read, pipeline: Pipeline) -> None:
    deployed = {
        stage.name: {
            action.role.split(":")[4] for action in stage.actions if action.role and action.provider != "CodeBuild"
        }
        for stage in pipeline.stages
        if any(action.provider == "CloudFormation" for action in stage.actions)
    }
    planned = {step.name: {step.environment.account} for step in DELIVERY.steps if isinstance(step, Stage)}
    assert deployed == planned
    assert {stack.account for stack in read.stacks} == {DELIVERY.environment.account, *(a for (a,) in planned.values())}


def test_the_rehearsal_knows_every_kind_of_thing_that_is_synthesized(read: Read, pipeline: Pipeline) -> None:
    notes = assess(read, pipeline, tables(strict=False))
    assert {note.level for note in notes} == {"real", "emulated", "not exercised"}
    assert all(note.why for note in notes)


def test_nothing_of_the_pipeline_is_left_out_of_what_is_shown(pipeline: Pipeline) -> None:
    shown = render_show(pipeline)
    assert [action.name for _, action in pipeline.actions() if action.name not in shown] == []

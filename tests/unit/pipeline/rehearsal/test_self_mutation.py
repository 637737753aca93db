"""What a release changes of its own pipeline."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.self_mutation import differences
from pipeline.rehearsal.spec import BuildProject, BuildSpec, Condition, Phase, Pipeline, Stage
from tests.unit.pipeline.rehearsal.making import approve, build, deploy, pipeline, source

PROJECT = BuildProject("Project", "unit", "aws/codebuild/standard:7.0", "BUILD_GENERAL1_SMALL", "LINUX_CONTAINER")
OLD = pipeline(
    ("Source", source()),
    ("Build", replace(build("unit", gate="unit"), project=PROJECT), build("Synth", 2, outputs=("Synth",))),
    ("beta", deploy()),
    ("approval", approve()),
    ("prod", deploy()),
)


def with_stage(name: str, stage: Stage | None) -> Pipeline:
    """The pipeline with one stage replaced, or without it."""
    stages = (stage if item.name == name else item for item in OLD.stages)
    return replace(OLD, stages=tuple(item for item in stages if item is not None))


def test_a_pipeline_that_stays_as_it_is_has_no_differences() -> None:
    assert differences(OLD, replace(OLD, digest="1" * 64)) == ()


def test_a_first_release_has_nothing_to_compare_with() -> None:
    assert differences(None, OLD) == ("first release: the pipeline orders is new",)


def test_a_stage_that_goes_or_comes_is_named() -> None:
    without = with_stage("approval", None)
    assert differences(OLD, without) == ("− stage approval",)
    assert differences(without, OLD) == ("+ stage approval",)


def test_a_gate_that_goes_is_named_as_a_gate() -> None:
    build_stage = OLD.stages[1]
    assert differences(OLD, with_stage("Build", replace(build_stage, actions=build_stage.actions[1:]))) == (
        "− Build.unit (gate unit)",
    )


def test_what_changes_in_an_action_is_said() -> None:
    build_stage = OLD.stages[1]
    weaker = replace(build_stage.actions[0], project=replace(PROJECT, privileged=True), gate=None, run_order=3)
    changed = replace(build_stage, actions=(weaker, build_stage.actions[1]), conditions=(Condition("onFailure", None),))
    assert differences(OLD, with_stage("Build", changed)) == (
        "Build.unit: run order, build, gate changed",
        "Build: conditions changed",
    )


def test_the_folder_that_an_assembly_lies_in_makes_no_difference() -> None:
    def read_from(where: str, command: str = "make") -> Pipeline:
        spec = BuildSpec(where, "0.2", (Phase("build", (command,)),))
        unit = replace(build("unit"), project=replace(PROJECT, buildspec=spec))
        return pipeline(("Source", source()), ("Build", unit))

    assert differences(read_from("/base/t.json"), read_from("/candidate/t.json")) == ()
    assert differences(read_from("/base/t.json"), read_from("/base/t.json", "true")) == ("Build.unit: build changed",)


def test_settings_and_order_of_stages_are_compared_too() -> None:
    source_stage, build_stage, beta, approval, prod = OLD.stages
    moved = replace(OLD, execution_mode="PARALLEL", stages=(source_stage, build_stage, approval, beta, prod))
    assert differences(OLD, moved) == (
        "execution mode: QUEUED → PARALLEL",
        "order of stages: Source, Build, beta, approval, prod → Source, Build, approval, beta, prod",
    )


@given(st.permutations(OLD.stages), st.integers(1, 5))
def test_no_differences_means_the_same_stages_in_the_same_order(stages: list[Stage], count: int) -> None:
    other = replace(OLD, stages=tuple(stages[:count]))
    assert (differences(OLD, other) == ()) == (other.stages == OLD.stages)

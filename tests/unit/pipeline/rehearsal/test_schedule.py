"""Run orders and artifacts become waves, and what no order can satisfy is refused before anything runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.schedule import problems, promoted, schedule, substitute, variables_of, waves
from pipeline.rehearsal.spec import Action, Pipeline, Stage
from tests.unit.pipeline.rehearsal.making import approve, build, deploy, pipeline, source


def said(made: Pipeline) -> list[str]:
    """What is wrong with a pipeline, without the file and what to do."""
    return [f"{problem.path}: {problem.what}" for problem in problems(made)]


def names(stage: Stage) -> list[tuple[int, list[str]]]:
    return [(wave.run_order, [action.name for action in wave.actions]) for wave in waves(stage)]


def test_actions_of_one_run_order_are_one_wave_in_the_order_of_the_template() -> None:
    stage = Stage("Build", (build("late", 3), build("b", 1), build("a", 1), build("mid", 2)))
    assert names(stage) == [(1, ["b", "a"]), (2, ["mid"]), (3, ["late"])]


def test_a_sound_pipeline_has_no_problems_and_keeps_its_stages_in_order() -> None:
    made = pipeline(("Source", source()), ("Build", build("Synth", outputs=("Synth",))), ("beta", deploy()))
    assert [item.stage.name for item in schedule(made)] == ["Source", "Build", "beta"]


def test_an_artifact_that_nobody_makes_is_named() -> None:
    made = pipeline(("Source", source()), ("Build", build("unit", inputs=("Sauce",))))
    assert said(made) == ["Build.unit: it needs the artifact Sauce, which no action makes"]


def test_an_artifact_must_be_made_at_a_lower_run_order() -> None:
    made = pipeline(("Source", source()), ("Build", build("a", outputs=("A",)), build("b", inputs=("A",))))
    assert said(made) == ["Build.b: it needs the artifact A, which is made no earlier than it runs"]


def test_a_circle_of_two_actions_is_refused_where_it_closes() -> None:
    first = build("a", 1, inputs=("B",), outputs=("A",))
    second = build("b", 2, inputs=("A",), outputs=("B",))
    made = pipeline(("Source", source()), ("Build", first, second))
    assert said(made) == ["Build.a: it needs the artifact B, which is made no earlier than it runs"]


def test_an_artifact_of_a_later_stage_is_too_late() -> None:
    made = pipeline(("Source", source()), ("Build", build("a", inputs=("C",))), ("More", build("c", outputs=("C",))))
    assert said(made) == ["Build.a: it needs the artifact C, which is made no earlier than it runs"]


def test_variables_come_only_from_earlier_actions() -> None:
    uses = {"X": "#{Own.Version} #{Late.Version} #{Nobody.Version} #{codepipeline.PipelineExecutionId}"}
    made = pipeline(
        ("Source", source(namespace="Commit")),
        ("Build", build("own", namespace="Own", configuration=uses), build("late", 2, namespace="Late")),
    )
    assert said(made) == [
        "Build.own: it needs the variables of Own, which is made no earlier than it runs",
        "Build.own: it needs the variables of Late, which is made no earlier than it runs",
        "Build.own: it needs the variables of Nobody, which no action makes",
    ]


def test_names_are_said_once() -> None:
    made = pipeline(
        ("Source", source()),
        ("Build", build("a", outputs=("A",), namespace="N"), build("a", outputs=("A",), namespace="N")),
        ("Build", build("b")),
    )
    assert said(made) == [
        "orders: 2 times the stage Build",
        "Build: 2 times the action a",
        "orders: 2 times the output artifact A",
        "orders: 2 times the namespace N",
    ]


def test_names_that_could_leave_their_folder_are_refused() -> None:
    made = pipeline(("Source", source(outputs=("../Source",))), ("..", build("a/b", inputs=("../Source",))))
    assert said(made) == [
        "..: '..' is no name",
        "..: 'a/b' is no name",
        "orders: '../Source' is no artifact name",
    ]


def test_sources_stand_in_the_first_stage_and_nothing_else_does() -> None:
    made = pipeline(("Source", source(), approve()), ("Build", source("again", outputs=("More",))))
    assert said(made) == [
        "Source.approval: source actions stand in the first stage, and nothing else does",
        "Build.again: source actions stand in the first stage, and nothing else does",
    ]


def test_one_stage_is_no_pipeline_and_a_stage_needs_actions() -> None:
    assert said(pipeline(("Source", source()))) == ["orders: 1 stage; a pipeline has at least two"]
    assert said(pipeline(("Source", source()), ("Empty",))) == ["Empty: a stage without actions"]


@pytest.mark.parametrize("order", [0, -1, 1000])
def test_a_run_order_is_1_to_999(order: int) -> None:
    made = pipeline(("Source", source()), ("Build", build("a", order)))
    assert f"Build.a: run order {order}; it is 1 to 999" in said(made)


def test_a_template_must_come_from_an_input_artifact() -> None:
    made = pipeline(("Source", source()), ("beta", deploy(inputs=("Source",), TemplatePath="Synth::a.json")))
    assert said(made) == ["beta.Deploy: TemplatePath is 'Synth::a.json', not a file in one of its input artifacts"]


def test_a_build_of_two_inputs_says_where_it_starts() -> None:
    made = pipeline(
        ("Source", source()),
        ("Build", build("a", outputs=("A",))),
        ("More", build("two", inputs=("Source", "A")), build("odd", configuration={"PrimarySource": "A"})),
    )
    assert said(made) == [
        "More.two: several input artifacts and no PrimarySource",
        "More.odd: PrimarySource A is none of its input artifacts",
    ]


def test_an_impossible_pipeline_is_unreadable_with_all_its_problems() -> None:
    made = pipeline(("Source", source()), ("Build", build("a", inputs=("X",)), build("b", inputs=("Y",))))
    with pytest.raises(Unreadable) as refused:
        schedule(made)
    assert [problem.path for problem in refused.value.problems] == ["Build.a", "Build.b"]


def test_an_approval_promotes_what_its_stage_and_later_ones_deploy() -> None:
    made = pipeline(
        ("Source", source()),
        ("Build", build("Synth", outputs=("Synth",)), build("Other", outputs=("Other",))),
        ("beta", deploy(inputs=("Other",))),
        ("prod", approve(), deploy(order=2)),
    )
    assert [promoted(made, stage) for stage in made.stages] == [
        ("Other", "Synth"),
        ("Other", "Synth"),
        ("Other", "Synth"),
        ("Synth",),
    ]


def test_variables_are_put_in_and_a_missing_one_is_named() -> None:
    values = {"Build": {"Version": "1.4"}}
    assert substitute("v#{Build.Version} of $HOME and ${X}", values) == "v1.4 of $HOME and ${X}"
    with pytest.raises(KeyError, match=r"#\{Build\.Colour\}"):
        substitute("#{Build.Colour}", values)
    assert variables_of("#{Source@example_orders.CommitId}") == (("Source@example_orders", "CommitId"),)


ACTIONS = st.lists(st.integers(1, 20), min_size=1, max_size=30)


@given(ACTIONS)
def test_waves_hold_every_action_once_and_never_go_back(orders: list[int]) -> None:
    actions = tuple(build(f"a{number}", order) for number, order in enumerate(orders))
    found = waves(Stage("Build", actions))
    assert sorted(action.name for wave in found for action in wave.actions) == sorted(item.name for item in actions)
    assert [wave.run_order for wave in found] == sorted(set(orders))
    assert all(action.run_order == wave.run_order for wave in found for action in wave.actions)


@given(st.permutations(range(6)), st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8))
def test_whatever_passes_can_be_walked_in_order(order: list[int], needs: list[tuple[int, int]]) -> None:
    """A pipeline without problems, walked wave by wave, never meets an artifact that isn't there yet."""
    made = pipeline(("Source", source()), ("Build", *(_needing(number, order, needs) for number in range(6))))
    if any(problems(made)):
        return
    there: set[str] = set()
    for item in schedule(made):
        for wave in item.waves:
            assert all(there.issuperset(action.inputs) for action in wave.actions)
            there.update(name for action in wave.actions for name in action.outputs)


def _needing(number: int, order: list[int], needs: list[tuple[int, int]]) -> Action:
    inputs = tuple(dict.fromkeys(("Source", *(f"A{other}" for who, other in needs if who == number))))
    primary = {"PrimarySource": "Source"}
    return build(f"a{number}", order[number] + 1, inputs=inputs, outputs=(f"A{number}",), configuration=primary)

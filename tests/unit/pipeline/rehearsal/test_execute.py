"""The walk through a pipeline: who runs when, what is handed on, and whose fault a failure is."""

import threading
from collections.abc import Mapping
from concurrent import futures
from pathlib import Path
from typing import Any

import pytest

from pipeline.record.events import (
    ActionFinished,
    ActionStarted,
    PipelineRead,
    PlannedAction,
    PlannedStage,
    StageFinished,
)
from pipeline.record.verdict import Outcome, Verdict
from pipeline.rehearsal.errors import Broke, Cancelled, Refused, Unreadable
from pipeline.rehearsal.execute import Options, pipeline_read
from pipeline.rehearsal.runners.base import ActionContext, ActionResult
from pipeline.rehearsal.spec import Stage
from tests.unit.pipeline.rehearsal.making import approve, build, deploy, pipeline, source
from tests.unit.pipeline.rehearsal.walking import TWO, Stand, raising

PATIENCE_SECONDS = 20.0


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    return Stand(tmp_path)


def test_everything_passes_when_everything_passes(stand: Stand) -> None:
    ended = stand.walk(TWO)
    assert (ended.outcome, ended.stage, ended.action) == (Outcome.PASSED, None, None)
    assert list(ended.results) == [("Source", "source"), ("Build", "unit")]


def test_what_an_action_makes_is_what_the_next_one_gets(stand: Stand) -> None:
    seen: list[str] = []

    def look(context: ActionContext) -> ActionResult:
        seen.append((context.inputs["Source"] / "made").read_text())
        return ActionResult()

    stand.walk(TWO, unit=look)
    assert seen == ["source"]


def test_a_runner_may_hand_on_another_folder_than_the_one_it_was_given(stand: Stand) -> None:
    (stand.folder / "given" / "README.md").write_text("the commit")
    seen: list[list[str]] = []

    def look(context: ActionContext) -> ActionResult:
        seen.append([path.name for path in context.inputs["Source"].iterdir()])
        return ActionResult()

    stand.walk(TWO, source=lambda _: ActionResult(outputs={"Source": stand.folder / "given"}), unit=look)
    assert seen == [["README.md"]]


def test_artifacts_may_be_there_from_the_start(stand: Stand) -> None:
    (stand.folder / "given" / "template.json").write_text("{}")
    made = pipeline(("base", build("read", inputs=("Given",))))
    ended = stand.walk(
        made,
        read=lambda context: ActionResult(summary=(context.inputs["Given"] / "template.json").read_text()),
    )
    assert ended.results["base", "read"].summary == "{}"


def test_an_artifact_that_was_not_made_refuses_the_action(stand: Stand) -> None:
    def forget(context: ActionContext) -> ActionResult:
        (context.outputs["Source"] / "made").unlink()
        return ActionResult()

    ended = stand.walk(TWO, source=forget)
    assert (ended.outcome, stand.ends["source"].reason) == (
        Outcome.REFUSED,
        "the artifact Source is empty; the action must make what the next ones take",
    )


def test_an_artifact_that_was_tampered_with_breaks_the_run(stand: Stand) -> None:
    made = pipeline(("Source", source()), ("Build", build("tamper")), ("beta", build("use")))

    def tamper(_: ActionContext) -> ActionResult:
        (kept,) = (stand.folder / "work" / "artifacts").iterdir()
        kept.write_bytes(kept.read_bytes().replace(b"source", b"saucer"))
        return ActionResult()

    ended = stand.walk(made, tamper=tamper, use=lambda context: ActionResult(summary=str(context.inputs["Source"])))
    assert (ended.outcome, ended.action) == (Outcome.BROKE, "use")
    assert stand.ends["use"].reason.startswith("the artifact Source was changed after it was made: SHA-256 ")


def test_every_action_has_clean_folders_and_knows_where_it_is(stand: Stand) -> None:
    seen: list[ActionContext] = []

    def look(context: ActionContext) -> ActionResult:
        assert list(context.work.iterdir()) == []
        seen.append(context)
        return ActionResult()

    stand.walk(TWO, unit=look)
    (context,) = seen
    assert (context.stage, context.action, context.execution_id) == ("Build", "unit", "run-1")
    assert (context.environment, context.log.name) == ({"HOME": "/home/ada"}, "Build.unit.log")
    assert context.evidence == context.log.parent / "Build.unit"


def test_what_passed_leaves_nothing_in_the_work_folder_and_what_failed_stays_for_a_look(stand: Stand) -> None:
    def fail(context: ActionContext) -> ActionResult:
        (context.work / "core").write_text("look at me")
        raise Refused("no")

    stand.walk(TWO, unit=fail)
    left = sorted(path.name for path in (stand.folder / "work").iterdir())
    assert left == ["Build.unit", "artifacts"]
    assert (stand.folder / "work" / "Build.unit" / "work" / "core").exists()


# --- whose fault -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("problem", "outcome", "reason"),
    [
        (Refused("1 test failed"), Outcome.REFUSED, "1 test failed"),
        (Unreadable("no phases", "add one", file="b.yml"), Outcome.UNREADABLE, "b.yml: no phases; add one"),
        (Broke("the local AWS is gone"), Outcome.BROKE, "the local AWS is gone"),
        (KeyError("x"), Outcome.BROKE, "KeyError: 'x'"),
        (AssertionError("never"), Outcome.BROKE, "AssertionError: never"),
        (Cancelled("told to"), Outcome.INTERRUPTED, "told to"),
    ],
)
def test_the_exception_says_whose_fault_it_is(stand: Stand, problem: Exception, outcome: Outcome, reason: str) -> None:
    ended = stand.walk(TWO, unit=raising(problem))
    assert (ended.outcome, ended.stage, ended.action) == (outcome, "Build", "unit")
    assert (stand.ends["unit"].outcome, stand.ends["unit"].reason) == (outcome, reason)


def test_a_break_leaves_the_end_of_its_traceback_in_the_log(stand: Stand) -> None:
    stand.walk(TWO, unit=raising(ZeroDivisionError("division by zero")))
    assert "Traceback" in stand.log("Build.unit.log")
    assert stand.ends["unit"].last_lines[-1] == "ZeroDivisionError: division by zero"


def test_a_refusal_leaves_no_traceback(stand: Stand) -> None:
    stand.walk(TWO, unit=raising(Refused("no")))
    assert stand.log("Build.unit.log") == ""


def test_a_promised_verdict_that_is_missing_is_never_a_pass(stand: Stand) -> None:
    made = pipeline(("Source", source()), ("Build", build("unit", gate="unit")))
    assert stand.walk(made).outcome is Outcome.BROKE


def test_a_verdict_is_told_with_the_action_that_asked_for_it(stand: Stand) -> None:
    verdict = Verdict("unit", Outcome.PASSED, "3 passed", 3, "tests", "slipway gate unit")
    made = pipeline(("Source", source()), ("Build", build("unit", gate="unit")))
    stand.walk(made, unit=lambda _: ActionResult(verdict=verdict))
    assert stand.ends["unit"].verdict == verdict


def test_breaking_outweighs_refusing(stand: Stand) -> None:
    made = pipeline(("Source", source()), ("Build", build("a"), build("b"), build("c")))
    ended = stand.walk(made, a=raising(Refused("no")), b=raising(OSError("disk full")), c=raising(Unreadable("x", "y")))
    assert (ended.outcome, ended.action) == (Outcome.BROKE, "b")


def test_refusing_outweighs_what_could_not_be_read(stand: Stand) -> None:
    made = pipeline(("Source", source()), ("Build", build("a"), build("b")))
    assert stand.walk(made, a=raising(Unreadable("x", "y")), b=raising(Refused("no"))).outcome is Outcome.REFUSED


# --- order -----------------------------------------------------------------------------------------------------------


def test_a_refused_action_ends_its_stage_and_what_comes_later_is_not_told(stand: Stand) -> None:
    made = pipeline(("Source", source()), ("Build", build("unit"), build("Synth", 2)), ("beta", build("smoke")))
    stand.walk(made, unit=raising(Refused("no")))
    assert [event.action for event in stand.events if isinstance(event, ActionStarted)] == ["source", "unit"]
    assert [event.stage for event in stand.events if isinstance(event, StageFinished)] == ["Source", "Build"]


def test_actions_of_one_run_order_run_side_by_side(stand: Stand) -> None:
    both = threading.Barrier(2, timeout=PATIENCE_SECONDS)

    def meet(_: ActionContext) -> ActionResult:
        both.wait()
        return ActionResult()

    made = pipeline(("Source", source()), ("Build", build("a"), build("b")))
    assert stand.walk(made, a=meet, b=meet).outcome is Outcome.PASSED


def test_no_more_run_side_by_side_than_there_are_workers(stand: Stand) -> None:
    running, most, lock = 0, 0, threading.Lock()

    def work(context: ActionContext) -> ActionResult:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        context.cancel.wait(0.001)
        with lock:
            running -= 1
        return ActionResult()

    made = pipeline(("Source", source()), ("Build", *(build(f"a{number}") for number in range(9))))
    stand.walk(made, Options(workers=3), **{f"a{number}": work for number in range(9)})
    assert most <= 3


def test_what_is_to_be_done_before_a_stage_is_done_before_it_is_told(stand: Stand) -> None:
    seen: list[tuple[str, int]] = []
    stand.before_stage = lambda stage: seen.append((stage.name, len(stand.events)))
    stand.walk(TWO)
    assert seen == [("Source", 0), ("Build", 4)]


def test_what_fails_before_a_stage_ends_the_walk(stand: Stand) -> None:
    def fail(stage: Stage) -> None:
        if stage.name == "Build":
            raise Broke("the base release can't be deployed")

    stand.before_stage = fail
    with pytest.raises(Broke, match="the base release"):
        stand.walk(TWO)
    assert [event.stage for event in stand.events if isinstance(event, StageFinished)] == ["Source"]


# --- variables -------------------------------------------------------------------------------------------------------


def test_variables_reach_later_actions_only_where_they_are_asked_for(stand: Stand) -> None:
    seen: list[Mapping[str, str]] = []

    def look(context: ActionContext) -> ActionResult:
        seen.append(context.configuration)
        return ActionResult()

    told = {"A": "v#{Made.Version}", "B": "#{codepipeline.PipelineExecutionId}", "C": "${Token[Key]}"}
    made = pipeline(
        ("Source", source()), ("Build", build("make", namespace="Made")), ("Use", build("use", configuration=told))
    )
    stand.walk(made, make=lambda _: ActionResult(variables={"Version": "1.4"}), use=look)
    assert seen == [{"ProjectName": "project", "A": "v1.4", "B": "run-1", "C": "${Token[Key]}"}]


def test_a_variable_without_a_value_refuses_the_action_that_uses_it(stand: Stand) -> None:
    made = pipeline(
        ("Source", source()),
        ("Build", build("make", namespace="Made")),
        ("Use", build("use", configuration={"A": "#{Made.X}"})),
    )
    ended = stand.walk(made)
    assert (ended.outcome, ended.action) == (Outcome.REFUSED, "use")
    assert stand.ends["use"].reason.startswith("the variable #{Made.X} has no value: ")


def test_an_approval_knows_the_digest_of_what_it_lets_through(stand: Stand) -> None:
    seen: list[Mapping[str, str]] = []

    def look(context: ActionContext) -> ActionResult:
        seen.append(context.promotes)
        return ActionResult()

    made = pipeline(
        ("Source", source()),
        ("Build", build("Synth", outputs=("Synth",))),
        ("prod", approve(), deploy(order=2)),
    )
    stand.walk(made, approval=look)
    (promotes,) = seen
    assert list(promotes) == ["Synth"]
    assert len(promotes["Synth"]) == 64


# --- stopping --------------------------------------------------------------------------------------------------------


def test_an_interrupted_run_stops_what_runs_and_begins_nothing_more(stand: Stand) -> None:
    def interrupt(context: ActionContext) -> ActionResult:
        stand.cancel.cancel("a signal")
        context.cancel.check()
        return ActionResult()

    made = pipeline(("Source", source()), ("Build", build("a"), build("b")), ("beta", build("c")))
    ended = stand.walk(made, Options(workers=1), a=interrupt)
    assert (ended.outcome, ended.stage, ended.action) == (Outcome.INTERRUPTED, "Build", "a")
    assert [event.action for event in stand.events if isinstance(event, ActionStarted)] == ["source", "a"]


def test_what_breaks_because_everything_is_being_torn_down_is_an_interruption(stand: Stand) -> None:
    def torn(_: ActionContext) -> ActionResult:
        stand.cancel.cancel("a signal")
        raise ConnectionResetError("the world is gone")

    ended = stand.walk(TWO, unit=torn)
    assert (ended.outcome, stand.ends["unit"].reason) == (Outcome.INTERRUPTED, "a signal")
    assert "ConnectionResetError" in stand.log("Build.unit.log")


def test_a_run_that_is_stopped_before_it_begins_tells_nothing_and_is_no_pass(stand: Stand) -> None:
    stand.cancel.cancel("too late")
    ended = stand.walk(TWO)
    assert (ended.outcome, stand.events) == (Outcome.INTERRUPTED, [])


def test_others_of_a_wave_end_by_themselves_unless_told_otherwise(stand: Stand) -> None:
    refused = threading.Event()

    def refuse(_: ActionContext) -> ActionResult:
        refused.set()
        raise Refused("no")

    def carry_on(_: ActionContext) -> ActionResult:
        assert refused.wait(PATIENCE_SECONDS)
        return ActionResult(summary="went on")

    made = pipeline(("Source", source()), ("Build", build("a"), build("b")))
    stand.walk(made, a=refuse, b=carry_on)
    assert (stand.ends["b"].outcome, stand.ends["b"].summary) == (Outcome.PASSED, "went on")


def test_the_first_refusal_can_stop_the_others(stand: Stand) -> None:
    begun = threading.Event()

    def refuse(_: ActionContext) -> ActionResult:
        assert begun.wait(PATIENCE_SECONDS)
        raise Refused("no")

    def wait(context: ActionContext) -> ActionResult:
        begun.set()
        assert context.cancel.wait(PATIENCE_SECONDS)
        context.cancel.check()
        return ActionResult()

    made = pipeline(("Source", source()), ("Build", build("a"), build("b")))
    ended = stand.walk(made, Options(stop_at_first_refusal=True), a=refuse, b=wait)
    assert (ended.outcome, ended.action) == (Outcome.REFUSED, "a")
    assert (stand.ends["b"].outcome, stand.ends["b"].reason) == (Outcome.INTERRUPTED, "stopped because a was refused")


def test_a_keyboard_interrupt_in_the_walk_stops_its_actions(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python raises it wherever the walk is; here that is where it nearly always is, waiting for its actions."""
    begun, stopped = threading.Event(), threading.Event()

    def wait(context: ActionContext) -> ActionResult:
        begun.set()
        assert context.cancel.wait(PATIENCE_SECONDS)
        stopped.set()
        context.cancel.check()
        return ActionResult()

    def interrupted(running: Any, seconds: float) -> Any:
        if begun.is_set():
            raise KeyboardInterrupt
        return futures.wait(running, seconds)

    monkeypatch.setattr("pipeline.rehearsal.execute.wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        stand.walk(TWO, unit=wait)
    assert stopped.is_set()


# --- telling ---------------------------------------------------------------------------------------------------------


def test_times_are_those_of_the_clock_that_was_passed_in(stand: Stand) -> None:
    stand.walk(TWO)
    assert [event.seconds for event in stand.events if isinstance(event, ActionFinished)] == [1.0, 1.0]
    assert [event.seconds for event in stand.events if isinstance(event, StageFinished)] == [3.0, 3.0]


def test_a_log_is_named_relative_to_the_runs_folder(stand: Stand) -> None:
    stand.walk(TWO)
    assert [event.log for event in stand.events if isinstance(event, ActionStarted)] == [
        "logs/Source.source.log",
        "logs/Build.unit.log",
    ]


def test_the_pipeline_is_told_as_it_was_read() -> None:
    made = pipeline(("Source", source()), ("Build", build("unit", 2, gate="unit")))
    assert pipeline_read(made) == PipelineRead(
        pipeline="orders",
        template="pipeline.template.json",
        digest="0" * 64,
        pipeline_type="V2",
        execution_mode="QUEUED",
        stages=(
            PlannedStage("Source", (PlannedAction("source", "Source", "CodeStarSourceConnection", 1),)),
            PlannedStage("Build", (PlannedAction("unit", "Build", "CodeBuild", 2, "unit"),)),
        ),
    )


def test_what_a_person_wants_to_hear_of_begins_before_the_others_of_its_wave(stand: Stand) -> None:
    made = pipeline(("Source", source()), ("Build", build("assemble"), build("lint"), build("unit")))
    stand.walk(made, Options(workers=1, first=("unit", "lint")))
    told = [event.action for event in stand.events if isinstance(event, ActionStarted)]
    assert told == ["source", "unit", "lint", "assemble"]


def test_the_others_begin_as_soon_as_there_is_room(stand: Stand) -> None:
    assembled = threading.Event()

    def unit(_: ActionContext) -> ActionResult:
        assert assembled.wait(10), "assemble waited for unit"
        return ActionResult()

    def assemble(_: ActionContext) -> ActionResult:
        assembled.set()
        return ActionResult()

    made = pipeline(("Source", source()), ("Build", build("assemble"), build("lint"), build("unit")))
    ended = stand.walk(made, Options(workers=2, first=("unit", "lint")), unit=unit, assemble=assemble)
    assert ended.outcome is Outcome.PASSED


def test_what_is_heard_of_first_stops_the_others_only_where_a_refusal_stops_all(tmp_path: Path) -> None:
    made = pipeline(("Source", source()), ("Build", build("assemble"), build("unit")))
    for stops, reached in ((True, ["source", "unit"]), (False, ["source", "unit", "assemble"])):
        (tmp_path / str(stops)).mkdir()
        stand = Stand(tmp_path / str(stops))
        options = Options(workers=1, stop_at_first_refusal=stops, first=("unit",))
        ended = stand.walk(made, options, unit=raising(Refused("no")))
        assert (ended.outcome, [action for _, action in ended.results]) == (Outcome.REFUSED, reached)


def test_what_was_denied_while_an_action_failed_is_told_with_it_and_what_was_denied_before_is_not(
    tmp_path: Path,
) -> None:
    stand = Stand(tmp_path)
    stand.denied.append("role a may not do x on y")

    def failing(_: ActionContext) -> ActionResult:
        stand.denied.append("role b may not do z on y")
        return ActionResult(Outcome.REFUSED, "1 failed")

    stand.walk(TWO, unit=failing)
    assert stand.ends["unit"].reason == "1 failed\ndenied: role b may not do z on y"


def test_what_was_denied_while_an_action_passed_refuses_it(tmp_path: Path) -> None:
    stand = Stand(tmp_path)

    def passing(_: ActionContext) -> ActionResult:
        stand.denied.append("role b may not do z on y")
        return ActionResult(summary="9 passed")

    assert stand.walk(TWO, unit=passing).outcome is Outcome.REFUSED
    assert stand.ends["unit"].reason == (
        "9 passed, and yet a role was denied what it asked for\ndenied: role b may not do z on y"
    )


def test_what_was_denied_before_refuses_nothing_again(tmp_path: Path) -> None:
    stand = Stand(tmp_path)
    stand.denied.append("role b may not do z on y")
    assert stand.walk(TWO).outcome is Outcome.PASSED

"""A run is folded from its events."""

import pytest

from pipeline.record.events import (
    ActionFinished,
    ActionStarted,
    ApprovalAnswered,
    ApprovalAsked,
    Commit,
    Entry,
    Event,
    LiveNow,
    PipelineRead,
    PlannedAction,
    PlannedStage,
    RolloutFinished,
    RolloutSample,
    RolloutStarted,
    RunFinished,
    RunStarted,
    StageFinished,
    StageStarted,
)
from pipeline.record.run import NotARun, Run, fold
from pipeline.record.verdict import Outcome

BEGIN = RunStarted(
    "r1", "orders", Commit("c" * 40, "t", "a"), None, "first release", "2026-11-23T10:15:00Z", 7, 30, "x"
)
READ = PipelineRead(
    "Pipeline",
    "PipelineStack.template.json",
    "d" * 64,
    "V2",
    "SUPERSEDED",
    (
        PlannedStage("Build", (PlannedAction("unit", "Build", "CodeBuild", 1, "unit"),)),
        PlannedStage("beta", (PlannedAction("Deploy", "Deploy", "CloudFormation", 1),)),
    ),
)


def folded(*events: Event) -> Run:
    return fold(Entry(seq, float(seq), event) for seq, event in enumerate(events, start=1))


def end(outcome: Outcome = Outcome.REFUSED) -> RunFinished:
    return RunFinished(outcome, "Build", "unit refused", "scripts/rehearse", 1, 9.0)


def outcomes(run: Run) -> dict[str, list[str | None]]:
    return {stage.name: [stage.outcome, *(action.outcome for action in stage.actions)] for stage in run.stages}


def test_what_a_refusal_left_undone_was_not_reached() -> None:
    run = folded(
        BEGIN,
        READ,
        StageStarted("Build"),
        ActionStarted("Build", "unit"),
        ActionFinished("Build", "unit", Outcome.REFUSED, 2.0),
        StageFinished("Build", Outcome.REFUSED, 2.5),
        end(),
    )

    assert outcomes(run) == {"Build": ["refused", "refused"], "beta": ["not reached", "not reached"]}


def test_what_began_and_never_ended_was_interrupted() -> None:
    run = folded(BEGIN, READ, StageStarted("Build"), ActionStarted("Build", "unit"), end(Outcome.INTERRUPTED))

    assert outcomes(run)["Build"] == ["interrupted", "interrupted"]


def test_a_run_under_way_has_open_ends() -> None:
    run = folded(BEGIN, READ, StageStarted("Build"), ActionStarted("Build", "unit"))

    assert outcomes(run) == {"Build": [None, None], "beta": [None, None]}
    assert run.finished is None


def test_the_base_release_stands_where_it_happened() -> None:
    run = folded(
        BEGIN,
        READ,
        StageStarted("Build"),
        StageFinished("Build", Outcome.PASSED, 1),
        StageStarted("base"),
        ActionStarted("base", "beta.Deploy"),
        ActionFinished("base", "beta.Deploy", Outcome.PASSED, 1.0),
        StageStarted("beta"),
    )

    assert [stage.name for stage in run.stages] == ["Build", "base", "beta"]


def test_samples_belong_to_their_own_deployment() -> None:
    begun = [RolloutStarted("prod", name, "orders", "live", "1", "2", "Canary") for name in ("d-1", "d-2")]
    sample = RolloutSample("prod", "d-2", 30.0, 10.0, 25, 5, 225, 0)
    over = RolloutFinished("prod", "d-2", "Stopped", True, "alarm", 250, 5, 60.0)

    first, second = folded(BEGIN, *begun, sample, over).rollouts

    assert (len(first.samples), first.finished) == (0, None)
    assert second.samples[0].what == sample
    assert second.finished is not None
    assert second.finished.what == over


def test_an_approval_keeps_its_first_answer() -> None:
    asked = ApprovalAsked("approval", "Approve", "abc", "promote?")
    yes = ApprovalAnswered("approval", "Approve", True, "--approve")
    no = ApprovalAnswered("approval", "Approve", False, "someone else")

    assert folded(BEGIN, asked, yes, no).approvals[0].answered == yes


def test_what_is_live_is_the_last_thing_said_of_a_stage() -> None:
    old, new = (LiveNow("prod", sha, {"orders": {version: 100.0}}) for sha, version in (("a", "1"), ("b", "2")))

    assert folded(BEGIN, old, new).live == {"prod": new}


def test_events_without_a_beginning_are_no_run() -> None:
    with pytest.raises(NotARun, match="the first event is stage-started"):
        folded(StageStarted("beta"))
    with pytest.raises(NotARun, match="no event at all"):
        folded()

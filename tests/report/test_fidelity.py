"""No page says of this run what it never came to."""

from dataclasses import replace

from pipeline.record.events import ActionFinished, FidelityNoted, Needs
from pipeline.record.run import fold
from pipeline.record.verdict import NOT_RUN, Finding
from pipeline.report.fidelity import EMULATED, NOT_EXERCISED, NOT_REACHED, REAL, by_level, missed, names
from tests.report import sample


def subjects(run: str) -> dict[str, list[str]]:
    levels = by_level(fold(getattr(sample, run)()))
    return {level: [note.subject.split("::")[-1] for note in notes] for level, notes in levels.items()}


def test_a_run_that_was_refused_in_build_claims_no_canary_and_no_deployment() -> None:
    assert subjects("refused") == {
        REAL: ["action Build/AWS/CodeBuild/1"],
        EMULATED: [],
        NOT_EXERCISED: ["Role", "arm64 machine code"],
        NOT_REACHED: [
            "Alarm",
            "DeploymentGroup",
            "Function",
            "GlobalTable",
            "action Deploy/AWS/CloudFormation/1",
            "time",
        ],
    }


def test_a_run_that_came_to_a_canary_claims_all_of_it() -> None:
    told = subjects("rolled_back")
    assert told[REAL] == ["Alarm", "DeploymentGroup", "Function", "action Build/AWS/CodeBuild/1"]
    assert told[NOT_REACHED] == []


def test_what_was_not_reached_says_what_it_would_have_been() -> None:
    (alarm, *_) = by_level(fold(sample.refused()))[NOT_REACHED]
    assert alarm.why == "real where a run reaches it: our evaluator by CloudWatch's documented rules"


def test_what_a_gate_says_that_nobody_looked_at_is_not_exercised() -> None:
    undone = Finding("audit of what is locked", "a rehearsal asks nobody outside", severity=NOT_RUN)
    entries = [
        replace(each, event=replace(each.event, verdict=replace(each.event.verdict, warnings=(undone,))))
        if isinstance(each.event, ActionFinished) and each.event.verdict == sample.SCAN
        else each
        for each in sample.rolled_back()
    ]
    told = by_level(fold(entries))[NOT_EXERCISED][-1]
    assert (told.subject, told.why) == (undone.where, undone.what)


def test_things_are_named_in_short_and_once() -> None:
    notes = [
        FidelityNoted(subject, "real", "so")
        for subject in ("AWS::Lambda::Function", "AWS::Lambda::Alias", "action Approval/AWS/Manual/1", "cold starts")
    ]
    assert names(notes) == ("Lambda", "approval")


def test_a_service_of_which_something_was_reached_is_not_called_missed() -> None:
    table, stream = (FidelityNoted(f"AWS::DynamoDB::{name}", "emulated", "so") for name in ("Table", "Stream"))
    queue = FidelityNoted("AWS::SQS::Queue", "emulated", "so", Needs("resource", "AWS::SQS::Queue"))
    assert missed({REAL: (), EMULATED: (table,), NOT_REACHED: (stream, queue)}) == ("SQS",)

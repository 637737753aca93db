"""How rules are asked: what counts, what is blind, what is ours."""

from collections.abc import Iterator

import pytest

from pipeline.gates.context import GateBroke
from pipeline.gates.guard.looking import BLIND, NONE_OF_ITS_KIND, look_by, must_see
from pipeline.gates.guard.rule import About, Looked, Needs, Note, Rule, Wrong, looked
from pipeline.gates.guard.subject import Subject
from tests.unit.pipeline.gates.guard.templates import assembly, resource, subject

QUEUE = resource("SQS::Queue")
BOTH = subject(assembly(pipeline={"Build": QUEUE}, beta={"Jobs": QUEUE}, prod={"Jobs": QUEUE, "More": QUEUE}))


def about(needs: Needs) -> About:
    return About("events", "A queue is right", "jobs are lost", "mend it", "I19", needs)


def queues(of: Subject) -> Iterator[Looked]:
    for each in of.of_candidate("AWS::SQS::Queue"):
        yield looked(each, Wrong("is wrong", "RedrivePolicy") if each.logical_id == "More" else None)


def worth_knowing(of: Subject) -> Iterator[Looked]:
    for each in of.of_candidate("AWS::SQS::Queue"):
        yield looked(each, Note("is new here", fix="look twice") if each.logical_id == "More" else None)


def nothing(of: Subject) -> Iterator[Looked]:
    yield from (looked(each) for each in of.of_candidate("AWS::SNS::Topic"))


def test_each_look_counts_and_a_finding_says_where_what_why_and_what_to_do() -> None:
    part = look_by([Rule("queue_is_right", about("every stage"), queues)], BOTH)
    assert (part.checked, part.what) == (4, "looks")
    (finding,) = part.findings
    assert finding.where == "prod/orders:More RedrivePolicy"
    assert finding.what == "queue_is_right is wrong; jobs are lost"
    assert finding.fix == "mend it"


def test_a_note_is_told_in_the_same_words_and_refuses_nothing() -> None:
    part = look_by([Rule("queue_is_right", about("every stage"), worth_knowing)], BOTH)
    assert (part.checked, part.findings) == (4, ())
    (note,) = part.warnings
    assert (note.where, note.severity) == ("prod/orders:More", "note")
    assert (note.what, note.fix) == ("queue_is_right is new here; jobs are lost", "look twice")


@pytest.mark.parametrize(("needs", "where"), [("every stage", ["beta", "prod"]), ("the pipeline", ["pipeline"])])
def test_a_rule_that_must_find_something_and_does_not_refuses(needs: Needs, where: list[str]) -> None:
    part = look_by([Rule("topic_is_right", about(needs), nothing)], BOTH)
    assert sorted(finding.where for finding in part.findings) == where
    assert all("topic_is_right found nothing to look at in" in finding.what for finding in part.findings)
    assert {finding.fix for finding in part.findings} == {BLIND}


def test_a_rule_that_may_find_nothing_says_so() -> None:
    part = look_by([Rule("topic_is_right", about("nothing"), nothing)], BOTH)
    assert (part.checked, part.findings, part.idle, part.blind) == (0, (), NONE_OF_ITS_KIND, False)


def test_a_stage_without_resources_is_left_to_the_rule_about_stages() -> None:
    rule = Rule("queue_is_right", about("every stage"), queues)
    assert must_see(rule, subject(assembly(pipeline={}, beta={"Jobs": QUEUE}, prod={}))) == {"beta"}


def test_an_assembly_with_nothing_in_it_leaves_every_rule_blind() -> None:
    part = look_by([Rule("topic_is_right", about("nothing"), nothing)], subject(assembly()))
    assert (part.checked, part.blind) == (0, True)


def test_a_rule_that_crashes_is_our_failure_and_named() -> None:
    def crash(of: Subject) -> Iterator[Looked]:
        return (looked(each, Wrong(str(each.properties["Alarms"]))) for each in of.of_candidate("AWS::SQS::Queue"))

    with pytest.raises(GateBroke, match="rule queue_is_right crashed: KeyError: 'Alarms'"):
        look_by([Rule("queue_is_right", about("nothing"), crash)], BOTH)

"""No alarm goes away."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.renamed import successor
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import said

ABOUT = About(
    kind="alarms",
    what="An alarm that the base has is still there, by its logical id or as one that asks and tells the same",
    why="what it watched for goes on unseen, and a rollout that it stopped goes through",
    fix="bring the alarm back; if what it watched is gone, too, waive it with a reason",
    models="R07: an alarm deleted",
    needs="nothing",
)
ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm", "AWS::CloudWatch::AnomalyDetector")


def look(subject: Subject) -> Iterator[Looked]:
    """Each alarm of the base."""
    for old in subject.of_base(*ALARMS):
        new = subject.after(old)
        wrong = None
        if (new is None or new.type != old.type) and successor(subject, old) is None:
            name = old.at("AlarmName") or old.logical_id
            wrong = Wrong(f"the alarm {said(name)} is gone: was {old.type}, is {new.type if new else 'nothing'}")
        yield looked(old, wrong)

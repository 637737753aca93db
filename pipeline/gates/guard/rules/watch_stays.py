"""What watches the account, and what keeps personal data out of logs, goes on."""

from collections.abc import Iterator
from itertools import starmap

from pipeline.gates.guard.comparing import is_true, lost
from pipeline.gates.guard.facts.texts import written
from pipeline.gates.guard.facts.watches import weaker
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import About, Looked, Wrong, looked
from pipeline.gates.guard.subject import Subject
from pipeline.gates.guard.values import at
from pipeline.gates.openapi.node import listed, mapped

ABOUT = About(
    kind="logs",
    what="Trails, analyzers, detectors and budgets are there and on, tell as much as soon, and logs mask what they did",
    why="what goes wrong in the account is told by nobody, or what should be masked stands in the open",
    fix="bring it back, or waive this with a reason",
    models="CWE-778, CWE-532: an analyzer, a trail or a log's masks taken away; findings archived, a budget told late",
    needs="nothing",
)
SWITCHES: dict[str, str] = {
    "AWS::AccessAnalyzer::Analyzer": "",
    "AWS::Budgets::Budget": "",
    "AWS::CE::AnomalyMonitor": "",
    "AWS::CE::AnomalySubscription": "",
    "AWS::CloudTrail::Trail": "IsLogging",
    "AWS::Config::ConfigRule": "",
    "AWS::Config::ConfigurationRecorder": "",
    "AWS::EC2::FlowLog": "",
    "AWS::GuardDuty::Detector": "Enable",
    "AWS::Inspector::AssessmentTemplate": "",
    "AWS::Macie::Session": "",
    "AWS::SecurityHub::Hub": "",
}
"""What watches, and the property that switches it on, if it has one."""
LOG = "AWS::Logs::LogGroup"
MASKS = "DataProtectionPolicy"


def look(subject: Subject) -> Iterator[Looked]:
    """Each watch of the base, and each of its logs that masks something and is still there."""
    for old in subject.of_base(*SWITCHES):
        new = subject.after(old)
        gone = _watch(old, new)
        yield looked(old, gone, *(() if gone or new is None else starmap(Wrong, weaker(old, new))))
    for old in subject.of_base(LOG):
        new = subject.after(old)
        if new and old.at(MASKS) is not None:
            yield looked(new, lost(new, old, MASKS) or _unmasked(old, new))


def _unmasked(old: Resource, new: Resource) -> Wrong | None:
    gone = sorted(_masked(old) - _masked(new))
    return Wrong(f"it no longer masks or finds {', '.join(gone)}", MASKS) if gone else None


def _masked(log: Resource) -> set[str]:
    """What the log masks or finds: each kind of personal data with what is done about it."""
    return {
        f"{written(kind).rpartition('/')[2]} ({operation})"
        for statement in listed(log.at(MASKS, "Statement"))
        for kind in listed(at(statement, "DataIdentifier"))
        for operation in mapped(at(statement, "Operation"))
    }


def _watch(old: Resource, new: Resource | None) -> Wrong | None:
    if new is None or new.type != old.type:
        return Wrong(f"nothing is watched by it any more: {old.type}")
    switch = SWITCHES[old.type]
    was_on = switch and is_true(old.at(switch))
    return Wrong("it is switched off", switch) if was_on and not is_true(new.at(switch)) else None

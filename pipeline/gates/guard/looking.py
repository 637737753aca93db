"""The rules of one kind over a subject, as a part of the gate's evidence."""

from collections.abc import Iterator, Sequence

from pipeline.gates.context import GateBroke
from pipeline.gates.guard.rule import Looked, Rule
from pipeline.gates.guard.subject import Subject
from pipeline.gates.part import Part
from pipeline.record.verdict import Finding

LOOKS = "looks"
"""What is counted: one rule's look at one thing."""
NONE_OF_ITS_KIND = "there is nothing of its kind, and need not be"
BLIND = "bring back what it looks at, or mend the rule if it reads what CDK no longer writes"


def look_by(rules: Sequence[Rule], subject: Subject) -> Part:
    """What the rules found; `checked` counts looks. GateBroke names a rule that crashed: that is never the change's."""
    if not subject.candidate.resources:
        return Part("", 0, LOOKS)  # the change synthesizes to nothing, which the gate's floor says once
    checked = 0
    findings: list[Finding] = []
    notes: list[Finding] = []
    for rule in rules:
        seen = _looks(rule, subject)
        checked += len(seen)
        findings += [finding for each in seen for finding in rule.found(each)]
        notes += [note for each in seen for note in rule.noted(each)]
        findings += _blind(rule, seen, subject)
    idle = "" if checked or findings else NONE_OF_ITS_KIND
    return Part("", checked, LOOKS, tuple(findings), tuple(notes), idle=idle)


def _looks(rule: Rule, subject: Subject) -> list[Looked]:
    try:
        return list(rule.look(subject))
    except GateBroke:
        raise
    except Exception as problem:
        raise GateBroke(f"rule {rule.id} crashed: {type(problem).__name__}: {problem}") from problem


def _blind(rule: Rule, seen: Sequence[Looked], subject: Subject) -> Iterator[Finding]:
    """Where a rule must have looked at something and found nothing of its kind: what it guards was taken away."""
    for stage in must_see(rule, subject) - {each.stage for each in seen}:
        told = f"{rule.id} found nothing to look at in {stage or 'the pipeline'}; {rule.about.why}"
        yield Finding(stage or "pipeline", told, BLIND)


def must_see(rule: Rule, subject: Subject) -> set[str]:
    """The stages in which a rule must find something; the pipeline's own is "".

    A stage that has no resources at all is told once, by the rule `every_stage_has_stacks`.
    """
    match rule.about.needs:
        case "every stage":
            return {stack.stage for stack in subject.candidate.of_stages() if stack.resources}
        case "the pipeline":
            return {""}
        case "nothing":
            return set()

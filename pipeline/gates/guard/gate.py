"""The gate `guard`: do the templates keep what no scanner knows of: a careful rollout, the data, who may do what?

Rules look at what was synthesized, and at what the base release synthesized to: some hold anyway, others are about the
change. They are pure and know no AWS.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from pipeline.gates import waivers
from pipeline.gates.context import Context
from pipeline.gates.evidence import Evidence, broken_of, findings_of, warnings_of
from pipeline.gates.guard.looking import LOOKS, look_by
from pipeline.gates.guard.registry import all_rules
from pipeline.gates.guard.rule import Rule
from pipeline.gates.guard.subject import Subject, subject_of
from pipeline.gates.part import Job, Part, run_jobs
from pipeline.plan.delivery import DELIVERY
from pipeline.plan.model import Delivery
from pipeline.plan.waivers import Waiver
from pipeline.record.counting import plural
from pipeline.record.verdict import Finding

OWN = "guard"
"""How waivers name all of the gate's rules, of whatever kind."""
FIRST_RELEASE = "not compared: there is no base release (SLIPWAY_BASE)"


def gather(context: Context, delivery: Delivery = DELIVERY) -> Evidence:
    """Every rule's looks at the assembly, without what the base release waived already. Measures `findings`."""
    subject = subject_of(context, delivery)
    known = tuple(waiver for waiver in waivers.read(context.root) if waiver.tool == OWN)
    valid = waivers.released(known, context.base)
    parts = run_jobs(context, [(kind, _job(rules, subject, valid)) for kind, rules in by_kind(all_rules()).items()])
    unneeded = waivers.wrong([replace(part, tool=OWN) for part in parts], valid, context.today)
    wrong = (*unneeded, *waivers.loose(known, context.today))
    return evidence(subject, parts, wrong, rules=len(all_rules()), new=waivers.waiting(known, valid))


def by_kind(rules: Sequence[Rule]) -> Mapping[str, tuple[Rule, ...]]:
    """The rules of each kind, both in the order of the alphabet."""
    ordered = sorted(rules, key=lambda rule: (rule.about.kind, rule.id))
    return {kind: tuple(each) for kind, each in groupby(ordered, key=lambda rule: rule.about.kind)}


def _job(rules: Sequence[Rule], subject: Subject, known: Sequence[Waiver]) -> Job:
    return lambda context: waivers.spare(replace(look_by(rules, subject), tool=OWN), known, context.today)


def evidence(
    subject: Subject, parts: Sequence[Part], wrong: Sequence[Finding], *, rules: int, new: Sequence[Finding] = ()
) -> Evidence:
    """The kinds' parts as one, with what is wrong with the waivers, and which of them are `new`."""
    findings = (*findings_of(parts), *wrong)
    waived = sum(len(part.waived) for part in parts)
    looks = sum(part.checked for part in parts)
    notes = (*new, *warnings_of(parts))
    told = [
        f"{plural(len(findings), 'finding')} by {plural(rules, 'rule')} in {plural(looks, 'look')}",
        f"{plural(subject.candidate.resources, 'resource')} {_compared(subject)}",
        *([f"{plural(waived, 'finding')} waived in {waivers.FILE}"] if waived else []),
        *([f"{plural(len(notes), 'note')} for who approves it"] if notes else []),
    ]
    return Evidence(
        summary="; ".join(told),
        checked=looks,
        checked_what=LOOKS,
        measured={"findings": len(findings)},
        findings=findings,
        warnings=notes,
        broken=broken_of(parts),
        parts=tuple(parts),
    )


def _compared(subject: Subject) -> str:
    return FIRST_RELEASE if subject.base is None else f"compared with {subject.base.resources:,} of the base release"

"""Evidence into a verdict. Pure: the same evidence and plan always give the same verdict.

What counts, in this order: our own failure (broke), a limit that is not kept or too little checked (refused), and only
then a pass. A gate can't pass on a figure that was never taken. Nothing checked at all is too little: a change that
deletes its tests has failed, not we.
"""

from dataclasses import dataclass

from pipeline.gates.evidence import Evidence
from pipeline.plan.model import Gate
from pipeline.record.counting import counted
from pipeline.record.figures import with_unit
from pipeline.record.verdict import Finding, Measurement, Outcome, Verdict

BRING_BACK = "bring back what was removed or skipped"
_RANK = {"error": 0, "high": 0, "warning": 1, "medium": 1}


@dataclass(frozen=True)
class Asked:
    """Who asked, and how to ask again."""

    see_again: str
    stage: str | None = None
    seed: int | None = None
    seconds: float = 0.0


def judge(gate: Gate, evidence: Evidence, asked: Asked) -> Verdict:
    """The verdict on `evidence`, held against the limits and the floor of `gate`."""
    measurements = _measurements(gate, evidence)
    over = any(not taken.within for taken in measurements)
    # Failures often cut the counting short: too few checked is only told where nothing else refuses the change.
    told = _over_limits(gate, evidence, measurements) if over else _too_few(gate, evidence)
    breaches = (*told, *_blind(gate, evidence, told))
    # What we could not count is no count that is too low: nothing for the change to bring back.
    shown = breaches if over or not evidence.broken else _blind(gate, evidence, ())
    refused = over or bool(breaches)
    broken = (*evidence.broken, *_never_taken(gate, evidence, refused=refused))
    return Verdict(
        gate=gate.name,
        outcome=_outcome(broken=bool(broken), refused=refused),
        summary=_summary(evidence.summary, broken, breaches),
        checked=evidence.checked,
        checked_what=evidence.checked_what,
        see_again=asked.see_again,
        stage=asked.stage,
        seed=asked.seed,
        seconds=asked.seconds,
        measurements=measurements,
        findings=(*sorted(evidence.findings, key=_rank), *shown),
        warnings=evidence.warnings,
        details="\n".join((*broken, evidence.details)).strip(),
    )


def broke(gate: Gate, why: str, asked: Asked) -> Verdict:
    """The verdict of a gate that could not gather anything."""
    return Verdict(
        gate=gate.name,
        outcome=Outcome.BROKE,
        summary=why.splitlines()[0],
        checked=0,
        checked_what="",
        see_again=asked.see_again,
        stage=asked.stage,
        seed=asked.seed,
        seconds=asked.seconds,
        details=why,
    )


def _measurements(gate: Gate, evidence: Evidence) -> tuple[Measurement, ...]:
    return tuple(
        Measurement(
            limit.measure, evidence.measured[limit.measure], limit.unit, at_least=limit.at_least, at_most=limit.at_most
        )
        for limit in gate.limits
        if limit.measure in evidence.measured
    )


def _over_limits(gate: Gate, evidence: Evidence, measurements: tuple[Measurement, ...]) -> tuple[Finding, ...]:
    """Limits that are not kept, where the findings don't say it already (too little of something they never do)."""
    return tuple(
        Finding(f"{gate.name}: {taken.name}", f"{with_unit(taken.value, taken.unit)}, limit {_bound(taken)}")
        for taken in measurements
        if not taken.within and (not evidence.findings or _is_low(taken))
    )


def _is_low(taken: Measurement) -> bool:
    return taken.at_least is not None and taken.value < taken.at_least


def _too_few(gate: Gate, evidence: Evidence) -> tuple[Finding, ...]:
    floor = max(gate.checked_at_least, 1)
    if evidence.checked >= floor:
        return ()
    text = f"too few: {counted(evidence.checked, evidence.checked_what)}, at least {floor:,} expected"
    fix = f"{BRING_BACK}, or lower the floor in pipeline/plan/delivery.py and say why"
    return (Finding(f"{gate.name}: checked", text, fix),)


def _blind(gate: Gate, evidence: Evidence, told: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The tools that had nothing to look at, where the gate's own count does not say it already."""
    return tuple(
        Finding(f"{gate.name}: {part.tool}", f"too few: 0 {part.what}, at least 1 expected", BRING_BACK)
        for part in evidence.parts
        if part.blind and not (told and not evidence.checked and part.what == evidence.checked_what)
    )


def _never_taken(gate: Gate, evidence: Evidence, *, refused: bool) -> tuple[str, ...]:
    """Measures that nobody took; a stated reason suffices only where the change is refused anyway."""
    reasons = evidence.unmeasured
    missing = [limit.measure for limit in gate.limits if limit.measure not in evidence.measured]
    return tuple(
        f"{name} was not measured: {reasons.get(name, 'the gate left it out')}"
        for name in missing
        if not (refused and name in reasons)
    )


def _outcome(*, broken: bool, refused: bool) -> Outcome:
    if broken:
        return Outcome.BROKE
    return Outcome.REFUSED if refused else Outcome.PASSED


def _summary(said: str, broken: tuple[str, ...], breaches: tuple[Finding, ...]) -> str:
    if broken:
        return broken[0].splitlines()[0]
    return "; ".join((said, *(f"{breach.where.split(': ', 1)[1]} {breach.what}" for breach in breaches)))


def _rank(finding: Finding) -> int:
    return _RANK.get(finding.severity, 2)


def _bound(taken: Measurement) -> str:
    sides = (("at least", taken.at_least), ("at most", taken.at_most))
    return " and ".join(f"{word} {with_unit(bound, taken.unit)}" for word, bound in sides if bound is not None)

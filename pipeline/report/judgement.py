"""A rollout judged again from its evidence, in text: the judgement, whether it is the one that was given, and others'.

The judge is pure, so the same bins and the same policy give the same judgement, every float of it to the last bit.
Where they don't, something is not what it was, and that is told with both. That they do says nothing of who wrote the
evidence: who has to know keeps its digest elsewhere. The same bins are also put to the rules of well-known judges.
Plain text without colour, for the terminal and for the page.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import batched

from pipeline.judge.evidence import Evidence, written
from pipeline.judge.judging import Judgement, Verdict, Weighing, clustered
from pipeline.judge.observed import MINUTE_SECONDS, Symptom
from pipeline.judge.others import OTHERS
from pipeline.judge.others.rule import OtherJudge, Said
from pipeline.judge.policy import Policy
from pipeline.judge.sequential import Test
from pipeline.report import words

COLUMNS = 60
"""The widest a timeline gets; where there are more bins, a column is the highest of several."""
NO_BAR, BARS = "·", "▁▂▃▄▅▆▇█"
LAST_DIGITS = 1e-12
"""Figures that differ by less than this (part of themselves) may come from another machine's logarithm."""
_LOGARITHMS = ("highest", "needed")


@dataclass(frozen=True)
class Replayed:
    """What was kept, what is made of it `now`, and what the other judges say of the same bins, each by its name."""

    evidence: Evidence
    now: Judgement
    others: Mapping[str, Said]

    @property
    def same(self) -> bool:
        """Whether the judgement is the one that was given, bit for bit."""
        return written(self.now) == written(self.evidence.judgement)


def replayed(evidence: Evidence, others: Sequence[OtherJudge] = OTHERS) -> Replayed:
    """Judge again, and ask the others."""
    said = {other.name: _heard(other, evidence) for other in others}
    return Replayed(evidence, evidence.judged_again(), said)


def _heard(other: OtherJudge, evidence: Evidence) -> Said:
    """What another judge says. Lambda's minutes are the clock's, and traffic begins to shift within one: the others
    count minutes from their beginning, so the first is put there for them, and what they say is put back."""
    if not evidence.minutes:
        return other.judge(evidence.bins, evidence.bin_seconds)
    into = evidence.minutes[0].at % MINUTE_SECONDS
    bins = [replace(each, at=each.at - into) for each in evidence.minutes]
    said = other.judge(bins, MINUTE_SECONDS)
    return said if said.stopped_at is None else replace(said, stopped_at=said.stopped_at + into)


def render(found: Replayed) -> str:
    """All of it as a person reads it."""
    paragraphs = (_head(found.evidence), _verdicts(found), _symptoms(found), _timeline(found), _others(found))
    return "\n".join("".join(f"{line}\n" for line in lines) for lines in map(list, paragraphs) if lines)


def _head(evidence: Evidence) -> Iterator[str]:
    policy, bins = evidence.policy, evidence.bins
    versions = f"version {evidence.canary_version} beside {evidence.stable_version}"
    yield f"{evidence.function}:{evidence.alias} in {evidence.stage}, {versions}, deployment {evidence.deployment_id}"
    span = f", from {_clock(bins[0].at)} to {_clock(_end(evidence))} of the rollout" if bins else ""
    minutes = (
        "" if evidence.minutes is None else f"; errors by Lambda's {words.plural(len(evidence.minutes), 'minute')}"
    )
    yield f"{words.plural(len(bins), 'bin')} of {evidence.bin_seconds:g} s{span}{minutes}"
    yield f"alpha {policy.alpha:g} over {words.plural(len(policy.symptoms), 'symptom')}; {_passing(policy)}"
    yield f"too little known: {policy.inconclusive}; no traffic: {policy.no_traffic}"


def _passing(policy: Policy) -> str:
    if not policy.ruled_out:
        return "passes unless it is convicted"
    symptoms = " and ".join(policy.ruled_out)
    return f"passes once it shows less than {_part(policy.tolerated)} {symptoms}, with a doubt of {policy.doubt:g}"


def _verdicts(found: Replayed) -> Iterator[str]:
    then, now = found.evidence.judgement, found.now
    yield f"then  {_verdict(then)}"
    yield f"now   {_verdict(now)}"
    if found.same:
        yield "✓ the judgement follows from what stands in the file, bit for bit"
        return
    before, after = _figures(then), _figures(now)
    differing = [name for name in after if before[name] != after[name]]
    yield f"✗ not the same: {words.plural(len(differing), 'figure')} of {len(after)}"
    widest = max(map(len, differing))
    yield from (f"  {name:<{widest}}  then {before[name]}, now {after[name]}" for name in differing)
    if all(_last_digits(name, before[name], after[name]) for name in differing):
        yield "Only the last digits of logarithms differ, as they may between machines: another processor or C library."
        yield "Replay it where it was judged (the function's platform and Python) to have the same bits."
    else:
        yield "The file was edited since, or the judge is another one: `git log pipeline/judge` says what changed."


def _verdict(judgement: Judgement) -> str:
    convicting = judgement.convicted_by if judgement.verdict is Verdict.ROLLBACK else None
    by = "" if convicting is None else f", by {convicting.symptom} at {_clock(convicting.convicted_at or 0.0)}"
    return f"{judgement.verdict.upper()}{by}; the version {'may go on' if judgement.allowed else 'may not go on'}"


def _figures(judgement: Judgement) -> dict[str, str]:
    """Everything a judgement says, as it is written, by what it is called."""
    document = json.loads(written(judgement))
    weighings = document.pop("weighings")
    figures = {name: json.dumps(value) for name, value in document.items()}
    for one in weighings:
        figures |= {f"{one['symptom']}.{name}": json.dumps(value) for name, value in one.items()}
    return figures


def _last_digits(name: str, before: str, after: str) -> bool:
    return name.endswith(_LOGARITHMS) and math.isclose(
        float(before), float(after), rel_tol=LAST_DIGITS, abs_tol=LAST_DIGITS
    )


def _symptoms(found: Replayed) -> Iterator[str]:
    policy = found.evidence.policy
    rows = [
        ("symptom", "canary bad", "stable bad", "evidence", "convicts", "convicted", f"below {_part(policy.tolerated)}")
    ]
    for one in found.now.weighings:
        at = "-" if one.convicted_at is None else _clock(one.convicted_at)
        rows.append((one.symptom, *_answered(one), f"{one.highest:.2f}", f"{one.needed:.2f}", at, _shown(one, found)))
    yield from _table(rows)
    yield "Bad of all requests of each version; the evidence is the highest of any moment, a natural logarithm."
    for one in found.now.weighings:
        if one.clustered > 1.0:
            came = f"{one.symptom} came {one.clustered:.1f} at a time"
            yield f"In {_before(found.evidence)} before the shift, {came}: its evidence is divided by that."


def _before(evidence: Evidence) -> str:
    return words.plural(len(evidence.before), "minute")


def _answered(one: Weighing) -> tuple[str, str]:
    return f"{one.bad:,} / {one.requests:,}", f"{one.stable_bad:,} / {one.stable_requests:,}"


def _shown(one: Weighing, found: Replayed) -> str:
    if one.symptom not in found.evidence.policy.ruled_out:
        return "not asked"
    return "shown" if one.ruled_out else "not shown"


def _timeline(found: Replayed) -> Iterator[str]:
    bins = found.evidence.bins
    if not bins:
        return
    each = math.ceil(len(bins) / COLUMNS)
    most = max(seen.canary.requests for seen in bins)
    rows = [(one.symptom.value, _bars(_evidence(found, one.symptom), one.needed, each)) for one in found.now.weighings]
    rows.append(("canary asked", _bars([seen.canary.requests for seen in bins], most, each)))
    rows.append(("its weight", _bars([seen.weight for seen in bins], 1.0, each)))
    widest = max(len(name) for name, _ in rows)
    yield from (f"{name:<{widest}}  {bars}" for name, bars in rows)
    asked = f"{words.plural(most, 'request')} in a bin, " if most else ""
    full = f"evidence that convicts, {asked}all of the traffic"
    yield f"A column for {words.plural(each, 'bin')}; {NO_BAR} is none, {BARS[-1]} is {full}."


def _evidence(found: Replayed, symptom: Symptom) -> list[float]:
    """The evidence after each bin, a natural logarithm: of all that was over when the bin was."""
    kept = found.evidence
    series, seconds = kept.coarse if symptom is Symptom.ERRORS else (kept.bins, kept.bin_seconds)
    test, evidence, coming = Test(symptom), [], list(series)
    divided = clustered(kept.before, symptom)
    for shown in kept.bins:
        while coming and coming[0].at + seconds <= shown.at + kept.bin_seconds:
            test = test.and_then(coming.pop(0))
        evidence.append(test.weighed.log_evidence / divided)
    return evidence


def _bars(values: Sequence[float], full: float, each: int) -> str:
    """A bar for the highest of every `each` values: none for 0, the last of `BARS` for what reaches `full`."""
    return "".join(_bar(max(several), full) for several in batched(values, each, strict=False))


def _bar(value: float, full: float) -> str:
    if value <= 0.0:
        return NO_BAR
    return BARS[-1] if value >= full else BARS[int(value / full * (len(BARS) - 1))]


def _others(found: Replayed) -> Iterator[str]:
    rows = [("other judges", "would have", "why")]
    for name, said in found.others.items():
        rows.append((name, _outcome(said), said.why))
    yield from _table(rows)
    of = "bins" if found.evidence.minutes is None else "minutes"
    yield f"Of the same {of}. A moment is when what a rule looks at is complete; what metrics, alarms and shifts take"
    yield "comes on top, for every judge alike."
    if Verdict.ROLLBACK in (found.evidence.judgement.verdict, found.now.verdict) and found.evidence.bins:
        yield f"What they would have said after {_clock(_end(found.evidence))}, had traffic gone on, nobody saw."


def _outcome(said: Said) -> str:
    return "let it through" if said.stopped_at is None else f"stopped it at {_clock(said.stopped_at)}"


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as they need be; figures to the right, words to the left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    right = [any(_is_figure(row[n]) for row in rows[1:]) for n in range(len(widths))]
    for row in rows:
        cells = (
            f"{cell:{'>' if at_right else '<'}{width}}"
            for cell, width, at_right in zip(row, widths, right, strict=True)
        )
        yield "  ".join(cells).rstrip()


def _is_figure(cell: str) -> bool:
    return cell[:1].isdigit() and not any(map(str.isalpha, cell))


def _end(evidence: Evidence) -> float:
    return evidence.bins[-1].at + evidence.bin_seconds


def _clock(at: float) -> str:
    """`0:40`; `-0:05` before traffic began to shift."""
    return f"-{words.clock(-at)}" if at < 0 else words.clock(at)


def _part(value: float) -> str:
    return f"{100 * value:.3g} %"

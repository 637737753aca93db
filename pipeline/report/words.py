"""How figures, durations and verdicts are worded, the same on every page."""

from pipeline.record.counting import counted as counted
from pipeline.record.counting import plural as plural
from pipeline.record.figures import number as number
from pipeline.record.figures import with_unit as with_unit
from pipeline.record.run import ActionRun
from pipeline.record.verdict import Measurement, Outcome, Verdict

GLYPHS = {
    Outcome.PASSED: "✓",
    Outcome.REFUSED: "✗",
    Outcome.BROKE: "!",
    Outcome.UNREADABLE: "?",
    Outcome.NOT_REACHED: "–",
    Outcome.INTERRUPTED: "■",
}
RUNNING = "…"


def glyph(outcome: Outcome | None) -> str:
    """The sign that stands before the word; `…` while there is no outcome."""
    return RUNNING if outcome is None else GLYPHS[outcome]


def seconds(value: float | None) -> str:
    """`0.3 s`, `38 s`, `1 m 26 s`; empty for None."""
    if value is None:
        return ""
    if value < 9.95:
        return f"{value:.1f} s"
    whole = round(value)
    return f"{whole} s" if whole < 60 else f"{whole // 60} m {whole % 60:02} s"


def clock(value: float) -> str:
    """A point in a run or a rollout: `0:40`, `12:05`."""
    whole = int(value)
    return f"{whole // 60}:{whole % 60:02}"


def aws_time(value: float) -> str:
    """Seconds on the compressed clock, in the minutes that AWS would have taken: `after 9:56 of AWS's time`."""
    return f"after {clock(value)} of AWS's time"


def after(real: float, world: float, at_once: bool) -> str:
    """When something happened in a rollout: in AWS's time where steps were waited for, on the compressed clock.

    What moves `at_once` waits for its hooks alone. They take real seconds, here as on AWS: `after 4.8 s`.
    """
    return f"after {seconds(real)}" if at_once else aws_time(world)


def answered(requests: int, failed: int) -> str:
    """What a new version did while it was shifted: `12 of 60 requests failed`, or that nobody asked it anything."""
    return f"{failed:,} of {plural(requests, 'request')} failed" if requests else "no request came to it"


def measured(measurement: Measurement) -> str:
    """`lines 94 %`."""
    return f"{measurement.name} {with_unit(measurement.value, measurement.unit)}"


def limit(measurement: Measurement) -> str:
    """`≥ 90 %`, `≤ 0`, both, or nothing."""
    bounds = (("≥", measurement.at_least), ("≤", measurement.at_most))
    return ", ".join(f"{sign} {with_unit(bound, measurement.unit)}" for sign, bound in bounds if bound is not None)


def limits(verdict: Verdict) -> str:
    """Every limit with its name: `lines ≥ 90 %; failed ≤ 0`."""
    return "; ".join(f"{each.name} {limit(each)}" for each in verdict.measurements if limit(each))


def outcome_line(action: ActionRun) -> str:
    """What stands behind an action's glyph: its summary, or why it was refused."""
    return action.summary or action.reason


def short(sha: str, dirty: bool = False) -> str:
    """`3f9c1a2`, the first seven digits of a commit, or `3f9c1a2 + uncommitted work` where more than it is meant."""
    return f"{sha[:7]} + uncommitted work" if dirty else sha[:7]

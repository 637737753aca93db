"""What a finished build means for its action: passed, refused, or broke. Pure.

A build that promises a verdict (SLIPWAY_OUT is in its environment) is believed only if the verdict is there, is of the
promised gate, and says what the exit status says: status 0 with `passed`, 3 with `broke`, anything else with `refused`.
A build that promises none is a foreign step: its exit status alone decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.record.counting import plural
from pipeline.record.verdict import Outcome, Verdict
from pipeline.rehearsal.runners.codebuild.transitions import PhaseResult, first_failure, succeeded

BROKE_STATUS = 3
MINUTE = 60


@dataclass(frozen=True)
class Promise:
    """The verdict that a build promised: the gate's name, the file it writes, and what was found there.

    `problem` says why there is no `verdict`.
    """

    gate: str | None
    file: str
    verdict: Verdict | None = None
    problem: str = ""


@dataclass(frozen=True)
class Judgement:
    """How the action ended: `reason` says why it did not pass, `summary` is one line about what was done."""

    outcome: Outcome
    summary: str
    reason: str = ""


def describe(failure: PhaseResult, timeout_seconds: float) -> str:
    """One sentence about the phase that went wrong first."""
    if failure.status == "TIMED_OUT":
        return f"timed out: {failure.type} was still running after {timeout_seconds / MINUTE:g} minutes"
    if failure.command:
        return f"{failure.type}: exit status {failure.exit_status} from: {failure.command}"
    return f"{failure.type}: {failure.message}"


def _foreign(failure: PhaseResult | None, why: str, commands: int) -> Judgement:
    ran = plural(commands, "command")
    if failure is None:
        return Judgement(Outcome.PASSED, ran)
    return Judgement(Outcome.REFUSED, ran, why)


def _contradiction(promise: Promise, verdict: Verdict, failure: PhaseResult | None) -> str:
    """Why the verdict can't be believed; empty if it can."""
    if promise.gate and verdict.gate != promise.gate:
        return f"it is of the gate {verdict.gate}, not of {promise.gate}"
    if verdict.outcome is Outcome.PASSED and verdict.checked < 1:
        return "it passed without having checked anything"
    status = failure.exit_status if failure else 0
    expected = {0: Outcome.PASSED, BROKE_STATUS: Outcome.BROKE}.get(status or 0, Outcome.REFUSED)
    if verdict.outcome is not expected:
        return f"it says {verdict.outcome}, but the build ended with exit status {status}"
    return ""


def judge(results: Sequence[PhaseResult], commands: int, promise: Promise | None, timeout_seconds: float) -> Judgement:
    """The judgement of a build with these phases, after `commands` commands."""
    failure = first_failure(results)
    why = describe(failure, timeout_seconds) if failure else ""
    if promise is None or (failure and failure.status == "TIMED_OUT"):
        return _foreign(failure, why, commands)
    verdict = promise.verdict
    if verdict is None:
        return Judgement(Outcome.BROKE, "no verdict", "; ".join(part for part in (promise.problem, why) if part))
    if failure and failure.exit_status is None and verdict.outcome is Outcome.PASSED:
        # The gate passed, but what the build should hand on is not there: CodeBuild fails such a build.
        return Judgement(Outcome.REFUSED, verdict.summary, why)
    if doubt := _contradiction(promise, verdict, failure):
        return Judgement(Outcome.BROKE, verdict.summary, f"{promise.file} can't be believed: {doubt}")
    reason = "" if succeeded(results) else verdict.summary
    return Judgement(verdict.outcome, verdict.summary, reason)

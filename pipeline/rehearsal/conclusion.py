"""The last word of a run: its outcome, where it fell, one sentence with the figures, and the exit code."""

from dataclasses import replace

from pipeline.record.counting import plural
from pipeline.record.events import RunFinished
from pipeline.record.figures import number, with_unit
from pipeline.record.own_count import own_count
from pipeline.record.run import RolloutRun, Run
from pipeline.record.verdict import Measurement, Outcome
from pipeline.rehearsal.cancel import INTERRUPTED
from pipeline.rehearsal.execute import Ended

EXIT_CODES = {
    Outcome.PASSED: 0,
    Outcome.REFUSED: 1,
    Outcome.UNREADABLE: 2,
    Outcome.BROKE: 3,
    Outcome.INTERRUPTED: INTERRUPTED,
}
EVERYTHING = 100.0
_VERBS = {Outcome.REFUSED: "refused", Outcome.UNREADABLE: "can't be rehearsed"}


def conclude(run: Run, ended: Ended, see_again: str, seconds: float) -> RunFinished:
    """What a run that was walked to its end (or to its first failure) comes to."""
    where = ended.stage or (run.stages[-1].name if run.stages else "")
    sentence = _sentence(run, ended, where)
    return finished(ended.outcome, where, sentence, see_again, seconds)


def finished(outcome: Outcome, where: str, sentence: str, see_again: str, seconds: float) -> RunFinished:
    """A last word, with the exit code that belongs to its outcome."""
    return RunFinished(outcome, where, sentence, see_again, EXIT_CODES[outcome], round(seconds, 3))


def interrupted_with(end: RunFinished, exit_code: int) -> RunFinished:
    """The same last word; if it says interrupted, with the exit code of what interrupted the run."""
    return replace(end, exit_code=exit_code) if end.outcome is Outcome.INTERRUPTED else end


def _sentence(run: Run, ended: Ended, where: str) -> str:
    if ended.outcome is Outcome.PASSED:
        return _delivered(run, where)
    if ended.outcome is Outcome.INTERRUPTED:
        return f"interrupted in {where}" if where else "interrupted"
    rolled_back = [each for each in run.rollouts if each.started.stage == where and _rolled_back(each)]
    if ended.outcome is Outcome.REFUSED and rolled_back:
        return _rollback(min(rolled_back, key=_cause_first))
    return _failure(ended, where)


def _delivered(run: Run, where: str) -> str:
    gates = [action for _, action in run.gates]
    passed = sum(1 for gate in gates if gate.outcome is Outcome.PASSED)
    moved = any(each.finished and each.finished.what.status != "NothingToShift" for each in run.rollouts)
    shipped = moved or run.started.base is None
    nothing = "" if shipped else "; no function changed, so no canary was seen"
    return f"delivered to {where}: {passed} of {plural(len(gates), 'gate')} passed{nothing}"


def _rolled_back(rollout: RolloutRun) -> bool:
    return rollout.finished is not None and rollout.finished.what.rolled_back


def _cause_first(rollout: RolloutRun) -> tuple[int, bool]:
    """An alarm or a hook stops one deployment; CloudFormation then stops the stack's others, which explains nothing,
    though a hook of theirs may object before they have stopped.
    """
    stopped = rollout.finished is not None and rollout.finished.what.status == "Stopped"
    if any(each.what.state == "ALARM" for each in rollout.alarms):
        return 0, stopped
    return 1 if any(each.what.status == "Failed" for each in rollout.hooks) else 2, stopped


def _rollback(rollout: RolloutRun) -> str:
    end = rollout.finished.what if rollout.finished else None
    red = next((each.what for each in rollout.alarms if each.what.state == "ALARM"), None)
    stage = rollout.started.stage
    failed = f"; {end.failed:,} of {plural(end.requests, 'request')} to the new version failed" if end else ""
    said = dict.fromkeys(reason for each in rollout.said for reason in each.what.reasons)
    failed = f"{''.join(f'; {reason}' for reason in said)}{failed}"
    if red is None or red.measured is None:
        return f"rolled back in {stage}: {end.reason if end else 'no reason given'}{failed}"
    value, limit = with_unit(red.measured, red.unit), with_unit(red.limit, red.unit)
    late = ", only after the shift to 100 %" if red.weight == EVERYTHING else ""
    return f"rolled back in {stage}: alarm {red.alarm} measured {value}{own_count(red)}, limit {limit}{late}{failed}"


def _failure(ended: Ended, where: str) -> str:
    verb = _VERBS.get(ended.outcome, "broke")
    result = ended.result
    if result is None or ended.action is None:
        return f"{where} {verb}"
    if result.verdict and ended.outcome is Outcome.REFUSED:
        outside = [_outside(each) for each in result.verdict.measurements if not each.within]
        why = "; ".join(outside) or result.verdict.summary
        return f"{result.verdict.gate} refused in {where}: {why}"
    lines = (result.reason or result.summary).strip().splitlines()
    return f"{ended.action} {verb} in {where}: {lines[0] if lines else 'no reason given'}"


def _outside(measurement: Measurement) -> str:
    low = measurement.at_least is not None and measurement.value < measurement.at_least
    bound = f"≥ {number(measurement.at_least or 0)}" if low else f"≤ {number(measurement.at_most or 0)}"
    unit = f" {measurement.unit}" if measurement.unit else ""
    return f"{measurement.name} {number(measurement.value)}{unit}, limit {bound}{unit}"

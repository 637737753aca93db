"""What a rollout comes to in words: how it ended, what it measured, what it could see and what its failures said."""

from collections.abc import Iterable
from dataclasses import replace

from pipeline.record.events import AlarmChanged, RolloutFinished, RolloutSample, WatchedAlarm, WeightShifted
from pipeline.record.own_count import own_count
from pipeline.record.run import RolloutRun, Timed
from pipeline.record.sight import NO_ACCIDENT, let_pass, smallest_seen
from pipeline.record.verdict import Outcome
from pipeline.report import words


def said(rollout: RolloutRun) -> tuple[str, ...]:
    """What the new version logged when it failed."""
    errors = rollout.finished.what.errors if rollout.finished else ()
    return tuple(f"version {rollout.started.to_version} logged: {error}" for error in errors)


def not_healed(rollout: RolloutRun) -> tuple[str, ...]:
    """That the old version failed as well where all went back to it: what the new one wrote is not taken back."""
    end, start = rollout.finished.what if rollout.finished else None, rollout.started
    failed = sum(each.what.failed_old for each in rollout.samples)
    if end is None or not end.rolled_back or not failed:
        return ()
    requests = sum(each.what.requests_old for each in rollout.samples)
    return (
        f"version {start.from_version}, which is live again, failed {failed:,} of {words.plural(requests, 'request')} "
        f"meanwhile, too: it may not be able to read what version {start.to_version} wrote, which stays",
    )


def watched(function: str, alarm: WatchedAlarm) -> str:
    """An alarm and its limit: `errors ≤ 1 %`."""
    return f"{_own_word(function, alarm.name)} ≤ {words.with_unit(alarm.limit, alarm.unit)}"


def _own_word(function: str, alarm: str) -> str:
    """The alarm without its function's name, which the row has already."""
    return alarm.removeprefix(f"{function}-")


def outcome_of(rollout: RolloutRun) -> tuple[Outcome | None, str]:
    """How a rollout ended, and the word for it."""
    if rollout.finished is None:
        return None, "running"
    end = rollout.finished.what
    if end.status == "NothingToShift":
        return Outcome.NOT_REACHED, "nothing to shift"
    if end.status == "Succeeded" and not end.rolled_back and _over_limit(rollout):
        return Outcome.REFUSED, "over its limit"
    if end.status == "Succeeded" and not end.rolled_back:
        # Nobody asked the new version anything while it moved: that proves nothing, and is not called a pass.
        return (Outcome.PASSED, "passed") if end.requests else (Outcome.NOT_REACHED, "moved unseen")
    return Outcome.REFUSED, "rolled back" if end.rolled_back else "refused"


def _over_limit(rollout: RolloutRun) -> bool:
    """Whether more requests failed than a rehearsal lets pass, and more than one, though no alarm fired."""
    end, limit = rollout.finished.what if rollout.finished else None, let_pass(rollout.started.alarms)
    return (
        end is not None and limit is not None and end.failed >= NO_ACCIDENT and 100 * end.failed > limit * end.requests
    )


def sight(rollout: RolloutRun) -> str:
    """What the canary of a rollout that passed could have seen; empty where nothing was watched or no request came.

    By the rule that the rehearsal itself refuses by, on all requests of the rollout: an alarm looks at its own period,
    and may want more requests and more failures in it before it says anything.
    """
    end, start = rollout.finished.what if rollout.finished else None, rollout.started
    limit = let_pass(start.alarms)
    if end is None or limit is None or not end.requests or outcome_of(rollout)[0] is not Outcome.PASSED:
        return ""
    counts = words.plural(end.requests, "request")
    share = smallest_seen(end.requests, NO_ACCIDENT)
    if share is None:
        return f"{counts} can show no fault: two must fail before anything is refused."
    percent = words.number(max(round(100 * share, 1), limit))
    rule = f"by the rehearsal's own rule ({NO_ACCIDENT} failed over the limit; an alarm may ask for more)"
    seen = f"{counts} show a fault in {percent} % of them 9 times in 10, {rule}"
    return f"{seen}; a rarer one may pass. A smaller --speed sends more."


def least_sight(rollouts: Iterable[RolloutRun]) -> str:
    """What the canaries of one stage could have seen, in a line: of several, the one that was asked least."""
    seen = [(each, told) for each in rollouts if (told := sight(each))]
    if not seen:
        return ""
    least, told = min(seen, key=lambda pair: pair[0].finished.what.requests if pair[0].finished else 0)
    return f"{least.started.function}{' was asked least' if seen[1:] else ''}: {told}"


def ended_after(rollout: RolloutRun) -> str:
    """How long it took, empty while it runs: `after 9:56 of AWS's time`, or real seconds where all moved at once."""
    end = rollout.finished
    return words.after(end.at - rollout.began, end.what.world_seconds, rollout.started.at_once) if end else ""


def in_real_seconds(rollout: RolloutRun) -> RolloutRun:
    """The same rollout with everything at the real second since its beginning instead of the compressed clock's."""

    def real[E: (RolloutSample, WeightShifted, AlarmChanged, RolloutFinished)](seen: Timed[E]) -> Timed[E]:
        return Timed(seen.at, replace(seen.what, world_seconds=seen.at - rollout.began))

    return replace(
        rollout,
        samples=tuple(map(real, rollout.samples)),
        shifts=tuple(map(real, rollout.shifts)),
        alarms=tuple(map(real, rollout.alarms)),
        finished=real(rollout.finished) if rollout.finished else None,
    )


def measured(rollout: RolloutRun) -> str:
    """What the alarm measured that fired first, else how many requests were answered how."""
    red = [each.what for each in rollout.alarms if each.what.state == "ALARM"]
    if red and red[0].measured is not None:
        alarm = _own_word(rollout.started.function, red[0].alarm)
        return f"{alarm} {words.with_unit(red[0].measured, red[0].unit)}{own_count(red[0])}"
    end = rollout.finished.what if rollout.finished else None
    return words.answered(end.requests, end.failed) if end else ""

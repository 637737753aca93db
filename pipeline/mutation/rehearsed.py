"""A whole rehearsal of a copy's change over the commit before it, read from its tape."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pipeline.mutation.answer import Answer, broke, of_verdict
from pipeline.mutation.ask import Copy
from pipeline.record import tape
from pipeline.record.run import ActionRun, RolloutRun, Run, fold
from pipeline.record.verdict import Finding, Outcome
from pipeline.report.rollouts import outcome_of

REHEARSAL, ROLLOUT = "rehearsal", "rollout"
SECONDS = 2_400.0
COMMAND = ("scripts/rehearse", "--ref", "HEAD", "--base", "HEAD~1", "--approve")
RUNS = ".slipway/runs"
TAPE = f"{RUNS}/latest/{tape.FILE_NAME}"


def rehearse(copy: Copy) -> tuple[Answer, ...]:
    """Rehearse the copy's last commit; every gate that answered, and the rollouts as one of them."""
    began, written = copy.around.clock(), copy.written()
    try:
        code = copy.run(COMMAND, SECONDS)
        run = fold(tape.read(copy.root / TAPE).entries)
    except subprocess.TimeoutExpired:
        return (broke(REHEARSAL, copy.around.clock() - began, f"it did not end within {SECONDS:.0f} s"),)
    except (OSError, tape.UnreadableTape) as problem:
        return (broke(REHEARSAL, copy.around.clock() - began, f"it left no tape: {problem}: {copy.said(written)}"),)
    return answers_of(run, code)


def keep_pages(root: Path, pages: Path) -> None:
    """Keep what rehearsals in `root` left to read, nothing else: who wonders why one ended so needs its evidence."""
    shutil.rmtree(pages, ignore_errors=True)
    if (root / RUNS).is_dir():
        shutil.copytree(root / RUNS, pages, symlinks=True)


def answers_of(run: Run, code: int) -> tuple[Answer, ...]:
    """What a run answered, in the order of its journey; the last one tells how it ended."""
    asked = tuple(_of_action(stage.name, action) for stage in run.stages for action in stage.actions if _counts(action))
    shifted = tuple(_rollouts(run))
    outcome = run.finished.outcome if run.finished else Outcome.BROKE
    told = run.finished.sentence if run.finished else f"the run was cut off, exit code {code}"
    if outcome is Outcome.PASSED:
        return (*asked, *shifted, Answer(REHEARSAL, outcome, run.ended, told, ended=run.ended))
    if outcome is Outcome.REFUSED and any(one.outcome is Outcome.REFUSED for one in (*asked, *shifted)):
        return (*asked, *shifted)
    if outcome in (Outcome.REFUSED, Outcome.UNREADABLE):
        whole = Answer(REHEARSAL, Outcome.REFUSED, run.ended, told, (Finding(REHEARSAL, told),), run.ended)
        return (*asked, *shifted, whole)
    return (*asked, *shifted, broke(REHEARSAL, run.ended, told))


def _counts(action: ActionRun) -> bool:
    """What was asked to the end: that an action was stopped because another was refused says nothing."""
    return action.gate is not None and action.outcome in (Outcome.PASSED, Outcome.REFUSED, Outcome.BROKE)


def _of_action(stage: str, action: ActionRun) -> Answer:
    took = action.seconds or 0.0
    ended = (action.began or 0.0) + took
    if action.verdict is not None:
        return replace(of_verdict(action.verdict, took), ended=ended)
    findings = (Finding(f"{stage}: {action.name}", action.reason),) if action.reason else ()
    outcome = action.outcome or Outcome.BROKE
    return Answer(action.gate or action.name, outcome, took, action.summary, findings, ended)


def _rollouts(run: Run) -> Iterator[Answer]:
    for rollout in run.rollouts:
        end = rollout.finished
        if end is not None and outcome_of(rollout)[0] is Outcome.REFUSED:
            where = f"{rollout.started.stage}: {rollout.started.function}"
            finding = Finding(where, "; ".join(reasons(rollout)))
            yield Answer(ROLLOUT, Outcome.REFUSED, end.at - rollout.began, finding.what, (finding,), end.at)


def reasons(rollout: RolloutRun) -> Iterator[str]:
    """Why a rollout ended as it did, and what its alarms said."""
    if rollout.finished:
        yield rollout.finished.what.reason
    yield from (f"{each.what.alarm} {each.what.state}: {each.what.reason}" for each in rollout.alarms)

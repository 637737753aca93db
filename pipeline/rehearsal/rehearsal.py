"""A rehearsal from its first event to its last, and whose fault it was if it went wrong.

Never raises for what goes wrong inside: that is told. The world is stopped in the end, whatever happened.
"""

import contextlib
import traceback
from collections.abc import Callable

from pipeline.record.events import Entry, RunFinished, RunStarted
from pipeline.record.run import fold
from pipeline.record.tape import FILE_NAME, Tape
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.conclusion import conclude, finished, interrupted_with
from pipeline.rehearsal.errors import Broke, Cancelled, Unreadable
from pipeline.rehearsal.ground import standing_on
from pipeline.rehearsal.journey import Asked, Journey, Surroundings

type Listener = Callable[[Entry], None]


def rehearse(asked: Asked, around: Surroundings, listeners: tuple[Listener, ...] = ()) -> RunFinished:
    """Rehearse, telling everything to the tape in the workspace and to `listeners`; the last event."""
    entries: list[Entry] = []
    tape = Tape(around.workspace.folder / FILE_NAME, around.clock, (entries.append, *listeners))
    try:
        tape.write(_started(asked, around))
        end = interrupted_with(_guarded(asked, around, tape, entries), around.cancel.exit_code)
        tape.write(end)
    finally:
        try:
            around.world.stop()
        finally:
            tape.close()
    return end


def _started(asked: Asked, around: Surroundings) -> RunStarted:
    return RunStarted(
        run_id=around.workspace.run_id,
        product=asked.product,
        commit=asked.commit,
        base=asked.base.commit,
        base_reason=asked.base.reason,
        started_at=asked.started_at,
        seed=asked.seed,
        speed=asked.speed,
        command=asked.command,
        strict=asked.strict,
    )


def _guarded(asked: Asked, around: Surroundings, tape: Tape, entries: list[Entry]) -> RunFinished:
    def end(outcome: Outcome, sentence: str) -> RunFinished:
        if around.cancel.is_set():
            outcome, sentence = Outcome.INTERRUPTED, around.cancel.reason
        return finished(outcome, "", sentence, asked.command, tape.elapsed())

    try:
        with standing_on(around.world.check_alive):
            ended = Journey(asked, around, tape.write).travel()
        return conclude(fold(entries), ended, asked.command, tape.elapsed())
    except Unreadable as problem:
        return end(Outcome.UNREADABLE, str(problem))
    except (Broke, Cancelled) as problem:
        return end(Outcome.BROKE, str(problem))
    except Exception as problem:
        with contextlib.suppress(OSError):  # a full disk may be what went wrong
            (around.workspace.logs / "slipway.log").write_text(traceback.format_exc(), encoding="utf-8")
        return end(Outcome.BROKE, f"{type(problem).__name__}: {problem}; see logs/slipway.log in the run's folder")

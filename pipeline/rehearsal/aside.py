"""Work that is none of the pipeline's, told as a stage with actions of its own: what takes time is seen to take it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.record.events import ActionFinished, ActionStarted, StageFinished, StageStarted
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.errors import Cancelled, Unreadable
from pipeline.rehearsal.runners.base import Emit, last_lines


@dataclass(frozen=True)
class Aside:
    """The stage `name`; `clock` gives monotonic seconds."""

    name: str
    emit: Emit
    clock: Callable[[], float] = time.monotonic

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """The stage begins and ends with the block."""
        began, outcome = self.clock(), Outcome.BROKE
        self.emit(StageStarted(self.name))
        try:
            yield
            outcome = Outcome.PASSED
        except Exception as problem:
            outcome = outcome_of(problem)
            raise
        finally:
            self.emit(StageFinished(self.name, outcome, self._since(began)))

    def do[T](self, action: str, work: Callable[[], tuple[T, str]], log: Path | None = None) -> T:
        """Do the work of one action, which gives what it made and a line about it. `log` is where it writes."""
        began = self.clock()
        self.emit(ActionStarted(self.name, action, f"{log.parent.name}/{log.name}" if log else None))
        try:
            made, summary = work()
        except Exception as problem:
            self.emit(self._failed(action, problem, self._since(began), log))
            raise
        self.emit(ActionFinished(self.name, action, Outcome.PASSED, self._since(began), summary))
        return made

    def _failed(self, action: str, problem: Exception, seconds: float, log: Path | None) -> ActionFinished:
        """What can't be read ends the run, whose last word has all of it: here its first line is enough."""
        if isinstance(problem, Unreadable):
            return ActionFinished(self.name, action, Outcome.UNREADABLE, seconds, "", str(problem).splitlines()[0])
        end = last_lines(log) if log else ()
        return ActionFinished(self.name, action, outcome_of(problem), seconds, "", str(problem), end)

    def _since(self, began: float) -> float:
        return round(self.clock() - began, 3)


def outcome_of(problem: Exception) -> Outcome:
    """What work came to that ended with an exception: what is not of a kind of our own is our failure."""
    match problem:
        case Cancelled():
            return Outcome.INTERRUPTED
        case Unreadable():
            return Outcome.UNREADABLE
        case _:
            return Outcome.BROKE

"""What a person sees while a sweep runs: a line per change on standard error, and now and then what is under way."""

import threading
import time
from collections.abc import Callable

from rich.console import Console

from pipeline.mutation import told
from pipeline.mutation.catalogue import Change
from pipeline.mutation.judge import Judged, Result
from pipeline.report import words

EVERY_SECONDS = 30.0
STYLES = {
    Result.STOPPED: "green",
    Result.PASSED: "green",
    Result.ELSEWHERE: "yellow",
    Result.LET_THROUGH: "red",
    Result.FALSE_ALARM: "red",
    Result.BROKE: "magenta",
    Result.NOT_APPLIED: "magenta",
}


class Progress:
    """Tells of a sweep of `total` changes. Safe to share among threads; rich honours NO_COLOR by itself."""

    def __init__(self, console: Console, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives monotonic seconds; the first reading is the start."""
        self._console, self._total, self._clock = console, total, clock
        self._began = clock()
        self._done = 0
        self.known = 0
        """How many were known from before."""
        self._under_way: dict[str, float] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def __enter__(self) -> "Progress":
        """Tell from time to time what is under way."""
        threading.Thread(target=self._remind, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        """Stop telling."""
        self._ended.set()

    def began(self, change: Change) -> None:
        """A change is taken up."""
        with self._lock:
            self._under_way[change.id] = self._clock()

    def waits(self, change: Change) -> None:
        """Build has passed a change, and the rest of its way is for later."""
        with self._lock:
            self._under_way.pop(change.id, None)

    def ended(self, judged: Judged, again: bool) -> None:
        """Something came of a change; `again`: it is known from before."""
        with self._lock:
            self._under_way.pop(judged.change.id, None)
            self._done += 1
            self.known += again
            told_before = " (from before)" if again else ""
            self._say(f"{told.line(judged)}{told_before}", STYLES[judged.result])

    def _remind(self) -> None:
        while not self._ended.wait(EVERY_SECONDS):
            with self._lock:
                since = ", ".join(f"{name} {words.seconds(self._clock() - at)}" for name, at in self._under_way.items())
                self._say(f"… {since or 'waiting'}", "dim")

    def _say(self, text: str, style: str) -> None:
        elapsed = words.clock(self._clock() - self._began)
        self._console.print(
            f"{elapsed:>6} {self._done:>3}/{self._total}  {text}", style=style, highlight=False, markup=False
        )

"""What Ctrl-C and SIGTERM do to a run: stop it once, cleanly; a second one ends it at once."""

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from pipeline.rehearsal.cancel import Cancel

type Handler = Callable[[int, FrameType | None], Any] | int | signal.Handlers | None


class Signals:
    """Holds the handlers while it is entered."""

    def __init__(self, cancel: Cancel) -> None:
        """`cancel` is what they set."""
        self._cancel = cancel
        self._old: dict[int, Handler] = {}
        self._stopping = False

    def __enter__(self) -> "Signals":
        """Take the signals."""
        for number in (signal.SIGINT, signal.SIGTERM):
            self._old[number] = signal.signal(number, self._heard)
        return self

    def __exit__(self, *exception: object) -> None:
        """Give them back."""
        for number, handler in self._old.items():
            signal.signal(number, handler)

    def _heard(self, number: int, _: FrameType | None) -> None:
        if self._stopping:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self._stopping = True
        stop = (f"interrupted by {signal.Signals(number).name}", 128 + number)
        # A handler must not take locks that its own thread may hold.
        threading.Thread(target=self._cancel.cancel, args=stop).start()

"""A way to say stop, once and for a reason, to everything that is still running."""

import threading

from pipeline.rehearsal.errors import Cancelled

INTERRUPTED = 130


class Cancel:
    """A token that is set once. What it gave birth to is set with it; a child can be set alone.

    Safe to share among threads. A signal handler starts a thread that sets it: what is held below is not reentrant.
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        # Reentrant: a signal handler may call cancel() while its own thread is inside child().
        self._lock = threading.RLock()
        self._children: list[Cancel] = []
        self._reason = ""
        self._exit_code = INTERRUPTED

    @property
    def reason(self) -> str:
        """Why it was set; empty while it is not."""
        return self._reason

    @property
    def exit_code(self) -> int:
        """What a process that stops for it ends with: 128 and the signal's number, as shells count."""
        return self._exit_code

    def is_set(self) -> bool:
        """Whether to stop."""
        return self._event.is_set()

    def cancel(self, reason: str, exit_code: int = INTERRUPTED) -> None:
        """Set it and all its children; only the first reason and its exit code count."""
        with self._lock:
            if self._event.is_set():
                return
            self._reason, self._exit_code = reason, exit_code
            self._event.set()
            children = tuple(self._children)
        for child in children:
            child.cancel(reason, exit_code)

    def child(self) -> "Cancel":
        """A token that is set when this one is, at once if it already is."""
        child = Cancel()
        with self._lock:
            self._children.append(child)
            already = self._event.is_set()
        if already:
            child.cancel(self._reason, self._exit_code)
        return child

    def wait(self, seconds: float) -> bool:
        """Sleep for `seconds` of real time or until it is set; whether it is set."""
        return self._event.wait(seconds)

    def check(self) -> None:
        """Raise Cancelled with the reason if it is set."""
        if self.is_set():
            raise Cancelled(self._reason)

"""What functions wrote, as files: one per function, for whoever looks after a run. Bounded; a cut one says so."""

import threading
from pathlib import Path

MOST_BYTES = 8 * 1024 * 1024
CUT = "--- the log is cut here: it reached its limit ---\n"


class LogFolder:
    """Appends to `<folder>/<account>-<function>.log`."""

    def __init__(self, folder: Path, most: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most = most
        self._written: dict[str, int] = {}
        self._lock = threading.Lock()

    def write(self, account: str, function: str, text: str) -> None:
        """One invocation's lines, whole or not at all."""
        name = f"{account}-{function}.log"
        with self._lock:
            before = self._written.get(name, 0)
            if before > self._most:
                return
            after = before + len(text.encode(errors="replace"))
            self._written[name] = after
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / name).open("a", encoding="utf-8", errors="replace") as file:
                file.write(text if after <= self._most else CUT)

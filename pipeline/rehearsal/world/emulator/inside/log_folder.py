"""What functions wrote, as files: one per function, for whoever looks after a run. Bounded; a cut one says so."""

import threading
from io import FileIO
from pathlib import Path

MOST_BYTES = 8 * 1024 * 1024
CUT = "--- the log is cut here: it reached its limit ---\n"


class LogFolder:
    """Appends to `<folder>/<account>-<function>.log`. Files stay open, and nothing waits to be written."""

    def __init__(self, folder: Path, most: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most = most
        self._files: dict[str, FileIO] = {}
        self._written: dict[str, int] = {}
        self._lock = threading.Lock()

    def write(self, account: str, function: str, text: str) -> None:
        """One invocation's lines, whole or not at all."""
        name = f"{account}-{function}.log"
        data = text.encode(errors="replace")
        with self._lock:
            before = self._written.get(name, 0)
            if before > self._most:
                return
            after = self._written[name] = before + len(data)
            self._file(name).write(data if after <= self._most else CUT.encode())

    def _file(self, name: str) -> FileIO:
        if name not in self._files:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._files[name] = (self._folder / name).open("ab", buffering=0)
        return self._files[name]

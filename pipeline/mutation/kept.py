"""Walks that were walked before, one file each: a sweep that was killed goes on where it was.

What is kept is what the gates answered, and not what that was worth: that is judged anew whenever it is read.
"""

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pipeline.gates.output import write_atomically
from pipeline.mutation.catalogue import Change
from pipeline.mutation.walk import Walked

FOLDER = Path(".slipway/mutation")
_WALKED = TypeAdapter(Walked)


@dataclass(frozen=True)
class Kept:
    """The folder of the walks over one tree."""

    folder: Path

    def read(self, change: Change) -> Walked | None:
        """The walk of this very change, None if there is none that can be trusted."""
        try:
            walked = _WALKED.validate_json(self._file(change).read_bytes())
        except (OSError, ValidationError):
            return None
        return walked if walked.trustworthy else None

    def write(self, change: Change, walked: Walked) -> None:
        """Keep a walk, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self._file(change), _WALKED.dump_json(walked, indent=1).decode())

    def _file(self, change: Change) -> Path:
        return self.folder / f"{change.id}-{change.digest}.json"

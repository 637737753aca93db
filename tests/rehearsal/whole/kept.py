"""How whole rehearsals of a tree ended, so that who goes on does not rehearse them again."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from pipeline.gates.output import write_atomically
from tests.rehearsal.whole.ended import Ended
from tests.rehearsal.whole.rows import Row

FOLDER = Path(".slipway/rehearsals")
DECIDED = (0, 1)
"""The exit codes of a rehearsal that came to an end of its own: another one may end otherwise the next time."""
_ENDED = TypeAdapter(Ended)


@dataclass(frozen=True)
class Kept:
    """Where the end of one rehearsal stands, if it is known."""

    file: Path

    def read(self) -> Ended | None:
        """How it ended; None if that is not known."""
        return _ENDED.validate_json(self.file.read_bytes()) if self.file.exists() else None

    def write(self, end: Ended) -> None:
        """Keep an end that was decided."""
        if end.exit_code in DECIDED:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.file, _ENDED.dump_json(end, indent=1).decode())


def kept(root: Path, tree: str, row: Row, seed: int, patch: bytes) -> Kept:
    """For `row` with `seed` over the files of `tree`; the row's own words and `patch` make the change."""
    digest = hashlib.sha256(repr(row).encode() + b"\0" + patch).hexdigest()[:12]
    return Kept(root / FOLDER / tree / f"{row.id}-{seed}-{digest}.json")

"""Assemblies of earlier runs, kept: the same files synthesize the same.

Each is a folder named after the digest of its files and its command. It appears in one step, so that runs side by side
find a whole one or none, and only those used last are kept.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

KEPT = 8


class Shelf:
    """A folder of assemblies by key; `folder` is made when something is put there."""

    def __init__(self, folder: Path) -> None:
        """Nothing is read or made yet."""
        self._folder = folder

    def take(self, key: str, to: Path) -> bool:
        """Copy the assembly of `key` to the new folder `to`; False if there is none."""
        kept = self._folder / key
        try:
            os.utime(kept)
            shutil.copytree(kept, to)
        except OSError:  # never kept, or being cleared away by another run
            shutil.rmtree(to, ignore_errors=True)
            return False
        return True

    def put(self, key: str, assembly: Path, made_in: Path) -> None:
        """Keep `assembly`, unless it points back to the folder it was `made_in`, which ends with the run.

        A shelf that can't be written to is no reason to stop: the next run synthesizes again.
        """
        if _mentions(assembly, made_in):
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._folder, prefix=".") as scratch:
                whole = shutil.copytree(assembly, Path(scratch, key))
                whole.rename(self._folder / key)
            self._clear()
        except OSError:  # it is there already, or the disk is full
            return

    def _clear(self) -> None:
        """Forget all but the assemblies that were used last."""
        by_use = sorted(self._folder.glob("[!.]*"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in by_use[KEPT:]:
            shutil.rmtree(old, ignore_errors=True)


def key_of(tree: str, app: str) -> str:
    """The key of what `app` makes of the files with the digest `tree`."""
    return f"{tree}-{hashlib.sha256(app.encode()).hexdigest()[:12]}"


def _mentions(assembly: Path, folder: Path) -> bool:
    """Whether a document of the assembly names `folder`: an asset that was not copied into the assembly."""
    needle = str(folder).encode()
    return any(needle in path.read_bytes() for path in assembly.rglob("*.json"))

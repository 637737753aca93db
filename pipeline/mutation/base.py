"""What every change is compared with: HEAD itself, laid out and synthesized once."""

import shutil
from pathlib import Path

from pipeline.mutation.ask import SLIPWAY, SYNTH_SECONDS, Copy, Surroundings
from pipeline.mutation.copies import Copies
from pipeline.rehearsal.errors import Broke

BASE, READY = "base", ".ready"


def prepare(copies: Copies, folder: Path, around: Surroundings) -> Path:
    """The folder with HEAD's files and its `cdk.out`, made in `folder` if it is not there; Broke if it can't be."""
    base = folder / BASE
    if (base / READY).exists():
        return base
    folder.mkdir(parents=True, exist_ok=True)
    copy = copies.make(BASE)
    log = folder / "logs" / f"{BASE}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    made = Copy(copy, log, around)
    try:
        if made.run([SLIPWAY, "synth", "--output", str(copy / "cdk.out")], SYNTH_SECONDS):
            raise Broke(f"HEAD does not synthesize: {made.said(0)}; see {log}")
        shutil.rmtree(copy / ".git")
        shutil.rmtree(base, ignore_errors=True)
        shutil.copytree(copy, base, symlinks=True)
        (base / READY).touch()
    finally:
        copies.remove()
    return base

"""What a change is compared with: HEAD itself, or what was released over it, laid out and synthesized once.

A sample is part of the tests of a change, and compared with what they are compared with.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from pipeline.mutation.ask import BASE as GIVEN
from pipeline.mutation.ask import SLIPWAY, SYNTH_SECONDS, Copy, Surroundings
from pipeline.mutation.catalogue import Change
from pipeline.mutation.copies import Copies
from pipeline.mutation.lay import lay
from pipeline.rehearsal.errors import Broke

BASE, READY = "base", ".ready"


def given(environ: Mapping[str, str]) -> Path | None:
    """The release that whoever asks for a sample compares with: a gate that passed over it is not asked again."""
    named = environ.get(GIVEN)
    return Path(named).resolve() if named and Path(named, "cdk.out").is_dir() else None


def prepare(copies: Copies, folder: Path, around: Surroundings, released: Change | None = None) -> Path:
    """The folder with the files of HEAD, or of HEAD with what was `released`, and their `cdk.out`.

    It is made in `folder` if it is not there. Broke if it does not synthesize, NotApplied if it does not fit HEAD.
    """
    name = BASE if released is None else f"{BASE}-{released.id}-{released.digest}"
    base = folder / name
    if (base / READY).exists():
        return base
    folder.mkdir(parents=True, exist_ok=True)
    copy = copies.make()
    log = folder / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    made = Copy(copy, log, around)
    try:
        if released is not None:
            lay(released, copies, made)
        if made.run([SLIPWAY, "synth", "--output", str(copy / "cdk.out")], SYNTH_SECONDS):
            what = "HEAD" if released is None else f"HEAD with {released.id}"
            raise Broke(f"{what} does not synthesize: {made.said(0)}; see {log}")
        shutil.rmtree(copy / ".git")
        shutil.rmtree(base, ignore_errors=True)
        shutil.copytree(copy, base, symlinks=True)
        (base / READY).touch()
    finally:
        copies.drop(copy)
    return base

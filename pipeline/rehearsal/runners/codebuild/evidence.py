"""What a gate leaves in its SLIPWAY_OUT: where that is, what its verdict says, and a masked copy for the run."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import TypeAdapter

from pipeline.record.verdict import UnreadableVerdict, Verdict, from_json
from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.runners.codebuild.judgement import Promise
from pipeline.rehearsal.runners.codebuild.masking import Masker

VARIABLE = "SLIPWAY_OUT"
VERDICT = "verdict.json"
KEPT_BYTES = 64 * 1024 * 1024
_VERDICTS = TypeAdapter(Verdict)


def folder(environment: Mapping[str, str], source: Path, where: str) -> Path | None:
    """The folder that the build promises its verdict in; None if it promises none.

    Unreadable unless it is below the build's own folder: builds that run side by side must not share one.
    """
    named = environment.get(VARIABLE)
    if not named:
        return None
    found = Path(os.path.normpath(source / named))
    if found == source or not found.is_relative_to(source):
        raise Unreadable(
            f"{VARIABLE} is {named!r}, which is not below the build's own folder",
            "give it a relative path, such as slipway-out",
            file=where,
        )
    return found


def forget(out: Path) -> bool:
    """Remove a verdict that came with the input, so that only this build's own is believed; whether there was one."""
    old = out / VERDICT
    if not old.exists() and not old.is_symlink():
        return False
    old.unlink()
    return True


def read(out: Path, gate: str | None, masker: Masker) -> Promise:
    """The verdict in `out`, or why there is none."""
    file = f"{VARIABLE}/{VERDICT}"
    try:
        verdict = from_json((out / VERDICT).read_bytes())
    except FileNotFoundError:
        return Promise(gate, file, problem=f"no verdict: the build promised {file} and did not write it")
    except OSError as problem:
        return Promise(gate, file, problem=f"{file} can't be read: {problem.strerror}")
    except UnreadableVerdict as problem:
        return Promise(gate, file, problem=f"{file}: {masker.mask(str(problem))}")
    masked = masker.mask_json(_VERDICTS.dump_python(verdict, mode="json"))
    return Promise(gate, file, _VERDICTS.validate_python(masked))


def _files(out: Path) -> Iterator[Path]:
    for here, names, files in os.walk(out):
        names.sort()
        yield from (Path(here) / name for name in sorted(files))


def keep(out: Path, target: Path, masker: Masker) -> tuple[str, ...]:
    """Copy what the gate left into `target`, masked, the verdict first; the lines say what was not kept and why.

    Links are not followed: they could lead out of the build's folder. At most 64 MB are kept.
    """
    lost: list[str] = []
    room = KEPT_BYTES
    for path in sorted(_files(out), key=lambda path: path.name != VERDICT):
        name = path.relative_to(out)
        size = path.lstat().st_size
        if path.is_symlink() or not path.is_file():
            lost.append(f"{name}: not an ordinary file")
        elif size > room:
            lost.append(f"{name}: {size:,} bytes, more than there is room for")
        else:
            room -= size
            _copy(path, target / name, masker)
    return tuple(lost)


def _copy(path: Path, target: Path, masker: Masker) -> None:
    """Copy a file; one that is text is masked."""
    data = path.read_bytes()
    try:
        data = masker.mask(data.decode()).encode()
    except UnicodeDecodeError:
        for secret in masker.secrets:
            data = data.replace(secret.encode(), b"***")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)

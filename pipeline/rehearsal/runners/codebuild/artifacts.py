"""What a build hands on: which files its patterns mean, and their copy into the artifact's folder.

Source: "Build specification reference for CodeBuild", artifacts and reports. A pattern that matches nothing is skipped
with a line in the log; when none matches, UPLOAD_ARTIFACTS fails with "no matching artifact paths found".
"""

import glob
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.rehearsal.spec import ArtifactFiles, ReportGroup

NOTHING = "no matching artifact paths found"


class ArtifactsMissing(Exception):
    """The files that the build should hand on are not there, or can't be told apart."""


@dataclass(frozen=True)
class Selection:
    """The files of one artifact: where each is, by its path in the artifact. `skipped` are patterns without a file."""

    files: dict[PurePosixPath, Path]
    skipped: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def _pattern(text: str) -> re.Pattern[str]:
    """A glob as an expression over relative paths: `*` stays within a folder, `**` does not, dots are ordinary."""
    return re.compile(glob.translate(text.removeprefix("./"), recursive=True, include_hidden=True, seps="/"))


def _walk(base: Path) -> Iterator[PurePosixPath]:
    """Every file below `base` in a fixed order, and every link to a folder, which is not entered."""
    for folder, names, files in os.walk(base):
        names.sort()
        here = Path(folder)
        links = [name for name in names if (here / name).is_symlink()]
        for name in sorted([*files, *links]):
            yield PurePosixPath((here / name).relative_to(base).as_posix())


def _bases(source: Path, base_directory: str | None) -> list[Path]:
    """The folders that `base-directory` means, which may be a pattern; ArtifactsMissing if there is none."""
    if not base_directory or base_directory in (".", "./"):
        return [source]
    if Path(base_directory).is_absolute():
        found = [Path(base_directory)]
    else:
        found = sorted(source.glob(base_directory.removeprefix("./").rstrip("/")))
    folders = [path for path in found if path.is_dir()]
    if not folders:
        raise ArtifactsMissing(f"no matching base directory path found for {base_directory}")
    return folders


def select(files: ArtifactFiles | ReportGroup, source: Path) -> Selection:
    """The files that the patterns mean, below the build's folder `source`.

    ArtifactsMissing when there are none, or when flattening (`discard-paths`) would put two into one place.
    """
    wanted = {text: _pattern(text) for text in files.files}
    excluded = [_pattern(text) for text in files.exclude_paths] if isinstance(files, ArtifactFiles) else []
    found: dict[PurePosixPath, Path] = {}
    matched: set[str] = set()
    left_out: list[str] = []
    for base in _bases(source, files.base_directory):
        for path in _walk(base):
            hits = {text for text, pattern in wanted.items() if pattern.match(str(path))}
            if not hits or any(pattern.match(str(path)) for pattern in excluded):
                continue
            if (base / path).is_dir() or not (base / path).exists():
                left_out.append(f"{path}: a link to a folder, or to nothing")
                continue
            matched |= hits
            _place(found, PurePosixPath(path.name) if files.discard_paths else path, base / path)
    if not found:
        raise ArtifactsMissing(NOTHING)
    return Selection(found, tuple(text for text in wanted if text not in matched), tuple(left_out))


def _place(found: dict[PurePosixPath, Path], name: PurePosixPath, path: Path) -> None:
    if name in found:
        raise ArtifactsMissing(
            f"{found[name]} and {path} would both become {name}; tell them apart, or keep their paths"
        )
    found[name] = path


def copy(selection: Selection, folder: Path) -> None:
    """Copy the files into `folder`, with their modes and times; a link to a file becomes the file."""
    for name, path in selection.files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)

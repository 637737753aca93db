"""Secrets in the source: checkov's detectors over every file, and our own looks for what they leave out.

The scanner is slow (some 20 detectors per line, in Python), so a file that it has found clean is remembered by its
name, its contents and the scanner's lock, outside the source. A planted decoy is scanned every time: if it is not
found, the scanner saw nothing and nobody may call the source clean.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.files import source_files, text_of
from pipeline.gates.output import write_atomically
from pipeline.gates.part import Part
from pipeline.gates.tools import secret_names, secret_shapes
from pipeline.gates.tools.checkov import read_report, run_checkov
from pipeline.gates.tools.secret_names import named_in
from pipeline.gates.tools.secret_shapes import secrets_in, secrets_in_bytes
from pipeline.record.counting import plural
from pipeline.record.verdict import Finding

LOCK = "locks/development.txt"
LOOKS = (Path(secret_names.__file__), Path(secret_shapes.__file__))
DECOY = "decoy-that-must-be-found.py"
FIX = "take it out and make it invalid where it was given out: whoever has the history has it"
# AWS's own example credentials, which documents may show. Compared by digest, as checkov names secrets.
EXAMPLES = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
ALLOWED = frozenset(hashlib.sha1(example.encode()).hexdigest() for example in EXAMPLES)  # noqa: S324 - checkov's choice


def check(context: Context) -> Part:
    """Every file of the source; `checked` counts them, the remembered ones too."""
    files = source_files(context.root)
    memory = Memory(context.cache / "secrets", context.root)
    unknown = [path for path in files if not memory.knows(path)]
    findings = (*scanned(context, unknown), *by_shape(context.root, unknown), *by_name(context.root, unknown))
    named = {finding.where.rsplit(":", 1)[0] for finding in findings}
    memory.learn(path for path in unknown if str(path) not in named)
    told = f"{plural(len(unknown), 'file')} looked at, {len(files) - len(unknown):,} known to be clean from before"
    return Part("secrets", len(files), "files", findings, (Finding("secrets", told, severity="note"),))


def scanned(context: Context, files: Iterable[Path]) -> tuple[Finding, ...]:
    """What checkov finds in `files`, beside the decoy."""
    with tempfile.TemporaryDirectory(prefix="slipway-secrets-") as folder:
        for path in files:
            _link(context.root / path, Path(folder) / path)
        (Path(folder) / DECOY).write_text(decoy())
        argv = ["--framework", "secrets", "--enable-secret-scan-all-files", "-d", folder]
        text = run_checkov(context, argv, "secrets")
    return findings_in(text)


def decoy() -> str:
    """A file with a secret in it, put together here so that this source holds none."""
    return f'ACCESS = "{"AKIA" + "QYLPMN5HHHFPZAM2"}"\n'


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copyfile(source, target)


def findings_in(text: str) -> tuple[Finding, ...]:
    """Checkov's secrets without the decoy and the allowed examples; GateBroke if it missed the decoy."""
    failed = read_report(text).results.failed_checks
    if not any(one.file_path.endswith(DECOY) for one in failed):
        raise GateBroke("the planted decoy was not found: the scanner sees nothing")
    return tuple(
        Finding(
            f"{one.file_path.lstrip('/')}:{one.file_line_range[0]}", f"{one.check_id} {one.check_name}", FIX, "high"
        )
        for one in failed
        if not one.file_path.endswith(DECOY) and one.resource not in ALLOWED
    )


def by_shape(root: Path, files: Iterable[Path]) -> tuple[Finding, ...]:
    """Secrets that their shape betrays, in the open or in base64, as in a Kubernetes secret or a test's fixture."""
    return tuple(
        Finding(f"{path}:{number}", f"SHAPE {kind}", FIX, "high")
        for path in files
        for number, kind in _shapes_in(root / path)
    )


def _shapes_in(path: Path) -> Iterable[tuple[int, str]]:
    text = text_of(path)
    return secrets_in(text) if text is not None else ((1, kind) for kind in secrets_in_bytes(path.read_bytes()))


def by_name(root: Path, files: Iterable[Path]) -> tuple[Finding, ...]:
    """Secrets that their names betray, in files of settings; a finding says the name and not the secret."""
    return tuple(
        Finding(f"{path}:{number}", f"NAME {name}", FIX, "high")
        for path in files
        for number, name in named_in(path.name, text_of(root / path) or "")
    )


class Memory:
    """Files that were found clean, by a digest of name and contents; one list for the scanners as they are."""

    def __init__(self, folder: Path, root: Path) -> None:
        lock = root / LOCK
        self._root = root
        scanners = (lock.read_bytes() if lock.exists() else b"") + b"".join(look.read_bytes() for look in LOOKS)
        self._file = folder / f"{_digest(scanners)[:12]}.json"
        self._clean: set[str] = set(self._read())

    def knows(self, path: Path) -> bool:
        """Whether these very contents under this very name were found clean."""
        return self._key(path) in self._clean

    def learn(self, paths: Iterable[Path]) -> None:
        """Remember that `paths` are clean, beside what other runs have learnt meanwhile."""
        learnt = {self._key(path) for path in paths}
        if learnt:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._file, json.dumps(sorted({*self._read(), *learnt})))

    def _key(self, path: Path) -> str:
        return _digest(str(path).encode(errors="surrogateescape") + b"\0" + (self._root / path).read_bytes())

    def _read(self) -> list[str]:
        try:
            known: list[str] = json.loads(self._file.read_text())
        except (OSError, ValueError):
            return []
        return known


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

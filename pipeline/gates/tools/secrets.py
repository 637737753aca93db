"""Secrets in the source, in its history and in what is synthesized: checkov's detectors, and our own looks beside them.

The scanner is slow (some 20 detectors per line, in Python), so a text that it has found clean is remembered by its
name, its contents and the scanner's lock, outside the source. A planted decoy is scanned every time: if it is not
found, the scanner saw nothing and nobody may call the source clean.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.files import decoded, source_files
from pipeline.gates.history import Change, Version, change_of, commit_of, versions_in
from pipeline.gates.output import write_atomically
from pipeline.gates.part import Part
from pipeline.gates.tools import secret_encodings, secret_names, secret_shapes
from pipeline.gates.tools.checkov import read_report, run_checkov
from pipeline.gates.tools.remembered import neutral
from pipeline.gates.tools.secret_names import named_in
from pipeline.gates.tools.secret_shapes import secrets_in, secrets_in_bytes
from pipeline.gates.tools.templates import templates_of
from pipeline.record.counting import plural
from pipeline.record.verdict import NOT_RUN, Finding

LOCK = "locks/development.txt"
LOOKS = tuple(Path(str(look.__file__)) for look in (secret_encodings, secret_names, secret_shapes))
DECOY = "decoy-that-must-be-found.py"
FIX = "take it out and make it invalid where it was given out: whoever has the history has it"
GUESSES = ("CKV_SECRET_6", "CKV_SECRET_80")
"""Checkov's looks for what seems random. What only seemed so is put right by a later commit; a key is not."""
# AWS's own example credentials, which documents may show. Compared by digest, as checkov names secrets.
EXAMPLES = (
    "AKIAIOSFODNN7EXAMPLE",
    "ASIAIOSFODNN7EXAMPLE",
    "AKIAI44QH8DHBEXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
)
ALLOWED = frozenset(hashlib.sha1(example.encode()).hexdigest() for example in EXAMPLES)  # noqa: S324 - checkov's choice


@dataclass(frozen=True)
class Piece:
    """A text to look into: `path` tells what kind of text it is, and where it stands. `version`: of an earlier day.

    `made` is what was synthesized: there every other word is a digest, so checkov's look for what seems random says
    nothing.
    """

    path: Path
    content: bytes
    version: Version | None = None
    made: bool = False

    @property
    def key(self) -> str:
        """A digest of name and contents."""
        return _digest(str(self.path).encode(errors="surrogateescape") + b"\0" + self.content)


def check(context: Context) -> Part:
    """Every file of the source, every version of one that the change brought, every template; `checked` counts them."""
    source = [Piece(path, (context.root / path).read_bytes()) for path in source_files(context.root)]
    templates = list(_templates(context))
    change = change_of(context)
    past = [] if isinstance(change, str) else _past(change, source)
    memory = Memory(context.cache / "secrets", context.root)
    pieces = (*source, *templates, *past)
    unknown = [piece for piece in pieces if not memory.knows(piece)]
    found = {number: findings for number, findings in looked_into(context, unknown).items() if findings}
    memory.learn(piece for number, piece in enumerate(unknown) if number not in found)
    told = f"{plural(len(unknown), 'text')} looked at, {len(pieces) - len(unknown):,} known to be clean from before"
    notes = [Finding("secrets", told, severity="note"), _told_of_history(change, past)]
    return Part("secrets", len(pieces), "texts", tuple(_with_commits(change, unknown, found)), tuple(notes))


def _templates(context: Context) -> Iterator[Piece]:
    """The templates with their digests numbered: a digest is no secret, and changes with every change of code."""
    templates = templates_of(context)
    texts = {str(path.relative_to(context.assembly)): path.read_text(encoding="utf-8") for path in templates}
    for name, text in neutral(texts).texts.items():
        yield Piece(Path(context.assembly.name, name), text.encode(), made=True)


def _past(change: Change, source: Sequence[Piece]) -> list[Piece]:
    """What the change's commits brought besides what is there now."""
    now = {piece.key for piece in source}
    versions = [Piece(version.path, version.content, version) for version in versions_in(change)]
    return list({piece.key: piece for piece in versions if piece.key not in now}.values())


def _told_of_history(change: Change | str, past: Sequence[Piece]) -> Finding:
    if isinstance(change, str):
        return Finding("secrets in the history", change, severity=NOT_RUN)
    return Finding("secrets", f"{plural(len(past), 'earlier text')} of the change looked at as well", severity="note")


def _with_commits(
    change: Change | str, pieces: Sequence[Piece], found: dict[int, tuple[Finding, ...]]
) -> Iterator[Finding]:
    for number, findings in found.items():
        version = pieces[number].version
        if version is None or isinstance(change, str):
            yield from findings
        else:
            where = f", in commit {commit_of(change, version)}"
            yield from (Finding(one.where, one.what + where, FIX, one.severity) for one in findings)


def looked_into(context: Context, pieces: Sequence[Piece]) -> dict[int, tuple[Finding, ...]]:
    """What checkov and our own looks find in each piece, by the piece's number."""
    by_checkov = scanned(context, pieces)
    return {
        number: (*by_checkov.get(number, ()), *by_shape(piece), *by_name(piece)) for number, piece in enumerate(pieces)
    }


def scanned(context: Context, pieces: Sequence[Piece]) -> dict[int, list[Finding]]:
    """What checkov finds in the pieces, beside the decoy. Each lies in a folder called by its number."""
    with tempfile.TemporaryDirectory(prefix="slipway-secrets-") as folder:
        for number, piece in enumerate(pieces):
            if not piece.made:
                laid = Path(folder, str(number), piece.path)
                laid.parent.mkdir(parents=True, exist_ok=True)
                laid.write_bytes(piece.content)
        (Path(folder) / DECOY).write_text(decoy())
        argv = ["--framework", "secrets", "--enable-secret-scan-all-files", "-d", folder]
        text = run_checkov(context, argv, "secrets")
    found: dict[int, list[Finding]] = {}
    for one in findings_in(text):
        number, line = int(one.where.partition("/")[0]), one.where.rpartition(":")[2]
        if pieces[number].version and one.what.startswith(GUESSES):
            continue
        where = f"{pieces[number].path}:{line}"
        found.setdefault(number, []).append(Finding(where, one.what, one.fix, one.severity))
    return found


def decoy() -> str:
    """A file with a secret in it, put together here so that this source holds none."""
    return f'ACCESS = "{"AKIA" + "QYLPMN5HHHFPZAM2"}"\n'


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


def by_shape(piece: Piece) -> tuple[Finding, ...]:
    """Secrets that their shape betrays, in the open or wrapped, as in a Kubernetes secret or a test's fixture."""
    text = decoded(piece.content)
    found = secrets_in(text) if text is not None else ((1, kind) for kind in secrets_in_bytes(piece.content))
    return tuple(Finding(f"{piece.path}:{number}", f"SHAPE {kind}", FIX, "high") for number, kind in found)


def by_name(piece: Piece) -> tuple[Finding, ...]:
    """Secrets that their names betray; a finding says the name and not the secret."""
    found = named_in(str(piece.path), decoded(piece.content) or "")
    return tuple(Finding(f"{piece.path}:{number}", f"NAME {name}", FIX, "high") for number, name in found)


class Memory:
    """Texts that were found clean, by a digest of name and contents; one list for the scanners as they are."""

    def __init__(self, folder: Path, root: Path) -> None:
        lock = root / LOCK
        scanners = (lock.read_bytes() if lock.exists() else b"") + b"".join(look.read_bytes() for look in LOOKS)
        self._file = folder / f"{_digest(scanners)[:12]}.json"
        self._clean: set[str] = set(self._read())

    def knows(self, piece: Piece) -> bool:
        """Whether these very contents under this very name were found clean."""
        return piece.key in self._clean

    def learn(self, pieces: Iterable[Piece]) -> None:
        """Remember that `pieces` are clean, beside what other runs have learnt meanwhile."""
        learnt = {piece.key for piece in pieces}
        if learnt:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._file, json.dumps(sorted({*self._read(), *learnt})))

    def _read(self) -> list[str]:
        try:
            known: list[str] = json.loads(self._file.read_text())
        except (OSError, ValueError):
            return []
        return known


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

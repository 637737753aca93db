"""Scanning templates that differ from earlier ones in nothing but digests, without scanning them again.

Any change of code changes the digests of assets in all templates, and the logical ids of Lambda versions with them. No
rule of a scanner depends on which digest it is. So scanners are always given a neutral copy, in which digests are
numbered, and what they say of it is remembered by what they were given: the same copy, the same rules, the same answer.
"""

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.gates.context import Context
from pipeline.gates.tools.kept_answers import digest_of, keep, kept_answer, recall
from pipeline.record.verdict import Finding

# The digest of an asset (64), the end of a version's logical id (32), and a destination's mark in a build spec (8). A
# logical id may end in digits before its digest, so what counts is where the digits end.
_DIGESTS = re.compile(r"[0-9a-f]{64}(?![0-9a-f])|[0-9a-f]{32}(?![0-9a-f])|(?<=-)[0-9a-f]{8}(?=\\)")
_TOLD = 32


@dataclass(frozen=True)
class Neutral:
    """Templates by their paths inside the assembly, with digests numbered; `digests` are the true ones by number."""

    texts: dict[str, str]
    digests: dict[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Of all names and texts."""
        whole = "\0".join(part for item in sorted(self.texts.items()) for part in item)
        return hashlib.sha256(whole.encode()).hexdigest()

    def lay_out(self, folder: Path) -> tuple[Path, ...]:
        """Write the templates into `folder`."""
        for name, text in self.texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
        return tuple(folder / name for name in self.texts)

    def restored(self, text: str) -> str:
        """What a scanner said, with the true digests."""
        return _DIGESTS.sub(lambda found: self.digests.get(found[0], found[0]), text)


def neutral(templates: dict[str, str]) -> Neutral:
    """The neutral copies of `templates` (text by path inside the assembly)."""
    numbers: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        digest = found[0]
        return numbers.setdefault(digest, f"{len(numbers) + 1:0{len(digest)}x}")

    texts = {name: _DIGESTS.sub(number, text) for name, text in sorted(templates.items())}
    return Neutral(texts, {number: digest for digest, number in numbers.items() if len(digest) >= _TOLD})


def scanned[T](
    context: Context,
    tool: str,
    templates: tuple[Path, ...],
    scan: Callable[[tuple[Path, ...]], str],
    read: Callable[[str], T],
    sources: Iterable[str] = (),
) -> tuple[T, tuple[Finding, ...]]:
    """What `read` makes of what `scan` says of the templates, and a note if it was said of the same ones before.

    `sources` are what the scanner looks at besides: files, and folders of Python, below the root. Only what can be read
    is remembered. An answer that was spoiled on the disk is asked for again.
    """
    texts = {str(path.relative_to(context.assembly)): path.read_text(encoding="utf-8") for path in templates}
    copies = neutral(texts)
    kept = kept_answer(context.cache, tool, f"{_besides(context.root, sources)}{copies.digest}")
    if (known := recall(kept)) is not None:
        note = "these templates were looked at before; since then only digests of assets have changed"
        return read(copies.restored(known)), (Finding(tool, note, severity="note"),)
    with tempfile.TemporaryDirectory(prefix="slipway-scan-") as folder:
        said = scan(copies.lay_out(Path(folder)))
    told = read(copies.restored(said))
    keep(kept, said)
    return told, ()


def _besides(root: Path, sources: Iterable[str]) -> str:
    """A digest of all the files with a dash behind it; nothing for no sources."""
    homes = [root / name for name in sources]
    files = [file for home in homes for file in (sorted(home.rglob("*.py")) if home.is_dir() else [home])]
    return f"{digest_of(root, (file.relative_to(root) for file in files))}-" if homes else ""

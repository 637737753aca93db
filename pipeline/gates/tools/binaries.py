"""What nobody can read in the source: programs, archives, compiled code, blobs and bundles. Pictures and fonts may be.

A reviewer reads text. Whatever else lies in the tree is taken on trust, and so is what a text only carries along.
"""

import re
from pathlib import PurePath

from pipeline.gates.context import Context
from pipeline.gates.files import decoded, source_files
from pipeline.gates.part import Part
from pipeline.record.verdict import Finding

SEEN = {
    b"\x89PNG\r\n\x1a\n": (".png",),
    b"\xff\xd8\xff": (".jpg", ".jpeg"),
    b"GIF8": (".gif",),
    b"RIFF": (".webp",),
    b"\x00\x00\x01\x00": (".ico",),
    b"wOFF": (".woff",),
    b"wOF2": (".woff2",),
}
"""How pictures and fonts begin, and the endings of their names: what a person can look at."""
LARGEST = 1 << 20
"""A picture that is larger, in bytes, is something else as well."""
_ARCHIVE_END = b"PK\x05\x06"
_KINDS = {
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"\xcf\xfa\xed\xfe": "a program",
    b"\xca\xfe\xba\xbe": "compiled code",
    b"\0asm": "compiled code",
    b"PK\x03\x04": "an archive",
    b"\x1f\x8b": "an archive",
    b"BZh": "an archive",
    b"\xfd7zXZ": "an archive",
    b"7z\xbc\xaf": "an archive",
    b"SQLite format 3": "a database",
    b"%PDF": "a document that may hold programs",
}
_COMPILED = frozenset(
    {".pyc", ".pyo", ".pyd", ".so", ".dll", ".dylib", ".exe", ".class", ".jar", ".whl", ".egg", ".o", ".a"}
)
_CODE = frozenset({".py", ".pyi", ".sh", ".js", ".mjs", ".cjs", ".ts", ".jsx", ".tsx", ".css"})
LONGEST_LINE = 2_000
"""Letters of a line of code that a person may still have written."""
_BLOB = re.compile(r"[A-Za-z0-9+/]{4000,}={0,2}|(?:\\x[0-9a-fA-F]{2}){1000,}")
_FIX = "take it out: build it from its source, or take it from the index with a hash"


def check(context: Context) -> Part:
    """Every file of the source; `checked` counts them."""
    files = source_files(context.root)
    told = ((path, what_is(path, (context.root / path).read_bytes())) for path in files)
    found = tuple(Finding(f"{path}:1", f"BINARY {what}", _FIX, "high") for path, what in told if what)
    return Part("binaries", len(files), "files", found)


def what_is(path: PurePath, content: bytes) -> str | None:
    """What the file is, if that is something that nobody can read; None for text, pictures and fonts."""
    ending = path.suffix.lower()
    if ending in _COMPILED:
        return f"compiled code, by its name ({ending})"
    if path.name == ".gitmodules":
        return "a module of another repository, which no gate looks at"
    text = decoded(content)
    if text is None:
        return _of_bytes(ending, content)
    if text.startswith("version https://git-lfs."):
        return "a pointer to a file that is kept elsewhere, which no gate looks at"
    if ending in _CODE and any(len(line) > LONGEST_LINE for line in text.splitlines()):
        return f"a bundle: a line of it is longer than {LONGEST_LINE:,} letters"
    if ending != ".json" and _BLOB.search(text):
        return "a blob within a text"
    return None


def _of_bytes(ending: str, content: bytes) -> str | None:
    for begin, endings in SEEN.items():
        if content.startswith(begin) and ending in endings:
            if _ARCHIVE_END in content:
                return "a picture with an archive behind it"
            return None if len(content) <= LARGEST else f"larger than {LARGEST:,} bytes"
    return next(
        (kind for begin, kind in _KINDS.items() if content.startswith(begin)), "no text, and no picture or font"
    )

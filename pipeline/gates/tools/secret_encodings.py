"""What is wrapped in a text: in base64, base32, hex, percent signs, escapes or numbers, packed or not. Pure.

Nobody keeps a long word in one piece: YAML folds it, Python adds strings up, a notebook has a list of lines. So words
are looked for in the text as it stands and without what stands between two pieces of one; and read from each of their
first letters on, since what comes before a word may look as if it belonged to it. What comes out is looked into again.
"""

import binascii
import bz2
import io
import lzma
import re
import zipfile
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from string import ascii_uppercase
from urllib.parse import unquote_to_bytes

DEEPEST = 3
"""How many wrappings are taken off: a key in gzip in base64 has two."""
LARGEST = 1 << 20
"""How much of what was packed is read, in bytes."""


@dataclass(frozen=True)
class Wrapped:
    """What a word says that begins in line `number` (from 1), and what it was wrapped in, the innermost first."""

    number: int
    content: bytes
    wrapping: str


# The end of a string and of its line, and how the next ones begin; or one string behind another; or a written newline.
_JOINT = re.compile(
    r"""(?:\\[rn])*(?:["'`][ \t]*[,+.]?)?[ \t]*\\?\r?\n[ \t]*(?:(?:\#+|//|\*|>|-|\+|\|)[ \t]+)?(?:[bfru]{0,2}["'`])?"""
    r"""|["'`][ \t]*[,+.]?[ \t]*[bfru]{0,2}["'`]"""
    r"""|\\[rn]"""
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}")
_BASE32 = re.compile(r"[A-Z2-7]{32,}")
_HEX = re.compile(r"(?:(?:0x|\\x)?[0-9A-Fa-f]{2}[,:\s]{0,2}){20,}")
_NO_DIGITS = re.compile(r"0x|[^0-9A-Fa-f]")
_NUMBERS = re.compile(r"(?:\b\d{1,3}\s?,\s{0,40}){19,}\d{1,3}\b")
_WORD = re.compile(r"[^\s\"'`<>]+")
_ESCAPE = re.compile(r"\\x([0-9A-Fa-f]{2})|\\u00([0-9A-Fa-f]{2})|&#x([0-9A-Fa-f]{2});|&#(\d{2,3});|\\([0-7]{3})")
_ESCAPES = ("\\x", "\\u00", "&#", "\\1", "\\0")
_STANDARD = str.maketrans("-_", "+/")

type _Reader = Callable[[str], Iterable[tuple[int, bytes]]]


def wrapped_in(text: str, depth: int = DEEPEST) -> Iterator[Wrapped]:
    """Everything that words of `text` say when they are unwrapped, at the line where each begins."""
    for view in (_View.plain(text), _View.joined(text)):
        for name, read in _READERS.items():
            for at, content in read(view.text):
                number = view.line_at(at)
                yield from (Wrapped(number, inner, " in ".join((*how, name))) for inner, how in _layers(content, depth))


def unwrapped(word: str) -> bytes:
    """What a word of base64's letters, in either alphabet and with or without its padding, says."""
    standard = word.rstrip("=").translate(_STANDARD)
    whole = standard[:-1] if len(standard) % 4 == 1 else standard  # no bytes end like that: one letter is a stranger
    return binascii.a2b_base64(whole + "=" * (-len(whole) % 4))


def unpacked(content: bytes) -> Iterator[tuple[str, bytes]]:
    """What was packed in `content` by gzip, zlib, bzip2, xz or zip, and which; nothing if nothing was."""
    for name, magic, unpack in _PACKERS:
        at = content.find(magic)
        if at == 0 or (at > 0 and len(magic) > 2):
            try:
                yield name, unpack(content[at:])
            except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, NotImplementedError):
                continue


def _layers(content: bytes, depth: int) -> Iterator[tuple[bytes, tuple[str, ...]]]:
    """The content, and what is packed or wrapped in it, each with its wrappings."""
    yield content, ()
    if depth <= 1:
        return
    for name, inner in unpacked(content):
        yield from ((deepest, (*how, name)) for deepest, how in _layers(inner, depth - 1))
    narrow = content.replace(b"\0", b"")  # as UTF-16 has them
    if narrow.isascii():  # which bytes that mean nothing are not
        yield from ((each.content, (each.wrapping,)) for each in wrapped_in(narrow.decode(), depth - 1))


@dataclass(frozen=True)
class _View:
    """A text to look at, and where its lines begin: (place in it, line) in rising order."""

    text: str
    lines: tuple[tuple[int, int], ...]

    def line_at(self, place: int) -> int:
        return self.lines[bisect_right(self.lines, (place, 1 << 62)) - 1][1]

    @classmethod
    def plain(cls, text: str) -> "_View":
        begins = (0, *accumulate(len(line) for line in text.splitlines(keepends=True)))
        return cls(text, tuple((begin, number) for number, begin in enumerate(begins, start=1)))

    @classmethod
    def joined(cls, text: str) -> "_View":
        """The text without what stands between two pieces of a word."""
        pieces, lines, at, number, kept = [], [(0, 1)], 0, 1, 0
        for joint in _JOINT.finditer(text):
            pieces.append(text[at : joint.start()])
            kept += len(pieces[-1])
            number += text.count("\n", at, joint.end())
            at = joint.end()
            lines.append((kept, number))
        return cls("".join((*pieces, text[at:])), tuple(lines))


def _base64(text: str) -> Iterator[tuple[int, bytes]]:
    for found in _BASE64.finditer(text):
        yield from ((found.start(), unwrapped(found[0][skipped:])) for skipped in range(4))


def _base32(text: str) -> Iterator[tuple[int, bytes]]:
    for found in _BASE32.finditer(text):
        for skipped in range(8):
            word = found[0][skipped:]
            whole = word[: len(word) // 8 * 8]
            bits = int("".join(f"{_BASE32_LETTERS.index(letter):05b}" for letter in whole) or "0", 2)
            yield found.start(), bits.to_bytes(len(whole) * 5 // 8)


_BASE32_LETTERS = f"{ascii_uppercase}234567"


def _hex(text: str) -> Iterator[tuple[int, bytes]]:
    for found in _HEX.finditer(text):
        digits = _NO_DIGITS.sub("", found[0])
        for skipped in range(2):
            word = digits[skipped:]
            yield found.start(), bytes.fromhex(word[: len(word) // 2 * 2])


def _numbers(text: str) -> Iterator[tuple[int, bytes]]:
    for found in _NUMBERS.finditer(text):
        numbers = [int(number) for number in found[0].split(",")]
        if max(numbers) < 256:  # a byte's
            yield found.start(), bytes(numbers)


def _percent(text: str) -> Iterator[tuple[int, bytes]]:
    if text.count("%") > 1:
        for found in _WORD.finditer(text):
            if found[0].count("%") > 1:
                yield found.start(), unquote_to_bytes(found[0].replace("+", " "))


def _escaped(text: str) -> Iterator[tuple[int, bytes]]:
    if any(escape in text for escape in _ESCAPES):
        for found in _WORD.finditer(text):
            if any(escape in found[0] for escape in _ESCAPES):
                yield found.start(), _ESCAPE.sub(_unescaped, found[0]).encode(errors="replace")


def _unescaped(found: re.Match[str]) -> str:
    *sixteens, ten, eight = found.groups()
    number = next((int(digits, 16) for digits in sixteens if digits), None)
    return chr(number if number is not None else int(ten) if ten else int(eight, 8))


_READERS: dict[str, _Reader] = {
    "base64": _base64,
    "base32": _base32,
    "hex": _hex,
    "numbers": _numbers,
    "percent signs": _percent,
    "escapes": _escaped,
}


def _inflated(content: bytes, window: int) -> bytes:
    return zlib.decompressobj(window).decompress(content, LARGEST)


def _unzipped(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(archive.open(name).read(LARGEST) for name in archive.namelist()[:20])


_PACKERS: tuple[tuple[str, bytes, Callable[[bytes], bytes]], ...] = (
    ("gzip", b"\x1f\x8b\x08", lambda content: _inflated(content, 31)),
    ("zlib", b"\x78", lambda content: _inflated(content, 15)),
    ("bzip2", b"BZh", lambda content: bz2.BZ2Decompressor().decompress(content, LARGEST)),
    ("xz", b"\xfd7zXZ\x00", lambda content: lzma.LZMADecompressor().decompress(content, LARGEST)),
    ("zip", b"PK\x03\x04", _unzipped),
)

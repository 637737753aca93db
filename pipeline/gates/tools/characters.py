"""Characters that hide what a text says: what turns a line round, what nobody sees, and letters that look like others.

Words in any language are welcome. What is not: bidirectional controls (CVE-2021-42574), characters without a shape, and
words that mix Latin letters with the look-alikes of another script (CVE-2021-42694; Unicode Technical Standard 39,
"Mixed-Script Detection").
"""

import re
import unicodedata
from collections.abc import Iterator

from pipeline.gates.context import Context
from pipeline.gates.files import source_texts
from pipeline.gates.part import Part
from pipeline.gates.tools import bidi
from pipeline.record.verdict import Finding

_WORD = re.compile(r"\w*[^\W\x00-\x7f]\w*")
_JOINERS = "\u200c\u200d\ufe0e\ufe0f"
"""They are seen in what they join: letters of some scripts, and pictures."""
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\U000e0000-\U000e0fff\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]"
    f"|(?<![^\x00-\x7f])[{_JOINERS}]"
)
_SCRIPTS = (
    "CYRILLIC",
    "ARMENIAN",
    "CHEROKEE",
    "LISU",
    "COPTIC",
    "FULLWIDTH",
    "MATHEMATICAL",
    "SCRIPT",
    "DOUBLE-STRUCK",
)
_GREEK = frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοορνυ")
"""Greek letters that look like Latin ones; the others stand in units and formulas (μs, λx)."""
_FIX = "write what is meant: the plain letter, or an escape where the character itself is"


def check(context: Context) -> Part:
    """Every text file of the source, and its name; `checked` counts files."""
    findings: list[Finding] = []
    checked = 0
    for path, text in source_texts(context.root):
        checked += 1
        findings += findings_in(str(path), text)
    return Part("characters", checked, "text files", tuple(findings))


def findings_in(name: str, text: str) -> Iterator[Finding]:
    """What hides in the text, and in the file's name, by line and code point."""
    yield from (Finding(one.where, f"CHARACTER {one.what}", one.fix, "high") for one in bidi.findings_in(name, text))
    if not name.isascii():
        yield from _hidden(name, 1, name)
    if text.isascii() and not _UNSEEN.search(text):
        return
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if not line.isascii() or _UNSEEN.search(line):
            yield from _hidden(name, number, line)


def _hidden(name: str, number: int, line: str) -> Iterator[Finding]:
    for sign in dict.fromkeys(_UNSEEN.findall(line)):
        what = f"CHARACTER nobody sees U+{ord(sign):04X} {unicodedata.name(sign, 'a control')}"
        yield Finding(f"{name}:{number}", what, _FIX, "high")
    for word in dict.fromkeys(_WORD.findall(line)):
        if (odd := mixed_in(word)) is not None:
            what = f"CHARACTER a word mixes Latin letters with U+{ord(odd):04X} {unicodedata.name(odd)}"
            yield Finding(f"{name}:{number}", what, _FIX, "high")


def mixed_in(word: str) -> str | None:
    """The first letter of the word that looks Latin and is not, where the word has Latin letters as well."""
    if not re.search(r"[A-Za-z]", word):
        return None
    return next(
        (letter for letter in word if letter in _GREEK or unicodedata.name(letter, "").startswith(_SCRIPTS)), None
    )

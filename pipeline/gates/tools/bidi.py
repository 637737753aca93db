"""Unicode's bidirectional controls: a line that carries one may not run as it reads (CVE-2021-42574)."""

from pipeline.gates.context import Context
from pipeline.gates.files import source_texts
from pipeline.gates.part import Part
from pipeline.record.verdict import Finding

# U+202A..U+202E embed and override, U+2066..U+2069 isolate.
CONTROLS = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))


def check(context: Context) -> Part:
    """Every text file of the source, whatever its ending."""
    findings: list[Finding] = []
    checked = 0
    for path, text in source_texts(context.root):
        checked += 1
        findings += findings_in(str(path), text)
    return Part("bidi", checked, "text files", tuple(findings))


def findings_in(name: str, text: str) -> list[Finding]:
    """The lines of `text` that hold a control, with its code point."""
    if CONTROLS.isdisjoint(text):
        return []
    return [
        Finding(f"{name}:{number}", f"bidirectional control U+{ord(sign):04X}", "remove it, or write it as an escape")
        for number, line in enumerate(text.split("\n"), start=1)
        for sign in sorted(CONTROLS.intersection(line))
    ]

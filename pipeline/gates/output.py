"""What a gate leaves behind: `verdict.json`, `junit.xml`, and lines that people and GitHub read."""

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from pipeline.gates.context import Say
from pipeline.gates.redact import redact
from pipeline.record.verdict import Finding, Outcome, Verdict, to_json

GLYPHS = {Outcome.PASSED: "✓", Outcome.REFUSED: "✗", Outcome.BROKE: "!", Outcome.INTERRUPTED: "!"}
SHOWN = 50
KEPT_DETAILS = 20_000
_PLACE = re.compile(r"^(?P<file>[^\s:]+):(?P<line>\d+)(?::\d+)?$")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def cleaned(verdict: Verdict) -> Verdict:
    """The verdict as it may be written: secrets masked, details bounded."""
    return replace(
        verdict,
        summary=redact(verdict.summary),
        findings=tuple(_clean(finding) for finding in verdict.findings),
        warnings=tuple(_clean(finding) for finding in verdict.warnings),
        details=redact(verdict.details)[-KEPT_DETAILS:],
    )


def _clean(finding: Finding) -> Finding:
    return replace(finding, where=redact(finding.where), what=redact(finding.what), fix=redact(finding.fix))


def write(verdict: Verdict, out: Path) -> None:
    """Both files, each whole or not at all."""
    write_atomically(out / "verdict.json", to_json(verdict))
    write_atomically(out / "junit.xml", junit(verdict, sorted(out.glob("*.junit.xml"))))


def write_atomically(path: Path, content: str | bytes) -> None:
    """Put `content`, a text in UTF-8, at `path` by a rename, so that nobody ever reads half of it."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content.encode(errors="replace") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def junit(verdict: Verdict, suites: Iterable[Path] = ()) -> str:
    """JUnit: the gate as a test case of its own, then the test suites that it ran."""
    top = ET.Element("testsuites", name=f"gate {verdict.gate}")
    suite = ET.SubElement(
        top, "testsuite", name=f"{verdict.stage or 'Build'}", tests="1", time=f"{verdict.seconds:.3f}"
    )
    case = ET.SubElement(suite, "testcase", classname=f"gate.{verdict.gate}", name=verdict.gate)
    case.set("time", f"{verdict.seconds:.3f}")
    tag = {Outcome.REFUSED: "failure", Outcome.BROKE: "error", Outcome.INTERRUPTED: "error"}.get(verdict.outcome)
    suite.set("failures", str(int(tag == "failure")))
    suite.set("errors", str(int(tag == "error")))
    if tag:
        ET.SubElement(case, tag, message=_xml(verdict.summary)).text = _xml(
            "\n".join(told(f) for f in verdict.findings)
        )
    ET.SubElement(case, "system-out").text = _xml(f"{verdict.summary}\nsee again: {verdict.see_again}")
    for path in suites:
        top.extend(_suites_in(path))
    return ET.tostring(top, encoding="unicode", xml_declaration=True)


def _suites_in(path: Path) -> list[ET.Element]:
    """The test suites in a JUnit file that a tool of ours wrote; a cut file is left out, its gate has said so."""
    try:
        return list(ET.parse(path).getroot().iter("testsuite"))  # noqa: S314 - our own child wrote it
    except ET.ParseError:
        return []


def _xml(text: str) -> str:
    return _CONTROL.sub("�", text)


def told(finding: Finding) -> str:
    """A finding as one line: where, what, what to do."""
    return "  ".join(part for part in (finding.where, finding.what, finding.fix and f"→ {finding.fix}") if part)


def say_verdict(verdict: Verdict, say: Say, environ: Mapping[str, str]) -> None:
    """Findings first, the summary last; on GitHub also as annotations of the lines they speak of."""
    for finding in verdict.findings[:SHOWN]:
        say(told(finding))
    if len(verdict.findings) > SHOWN:
        say(f"… and {len(verdict.findings) - SHOWN} more in verdict.json")
    for warning in verdict.warnings[:SHOWN]:
        say(f"note: {told(warning)}")
    if verdict.outcome is Outcome.BROKE and verdict.details:
        say(verdict.details)
    if environ.get("GITHUB_ACTIONS") == "true":
        for finding in verdict.findings[:SHOWN]:
            say(annotation(finding, verdict.gate))
    if verdict.outcome is not Outcome.PASSED:
        say(f"see again: {verdict.see_again}")
    glyph = GLYPHS.get(verdict.outcome, "-")
    asked = f"{verdict.gate} in {verdict.stage}" if verdict.stage else verdict.gate
    say(f"{glyph} {asked} {verdict.outcome}: {verdict.summary} ({verdict.seconds:.1f} s)")


def annotation(finding: Finding, gate: str) -> str:
    """GitHub's workflow command for an error, tied to a line where the finding names one."""
    place = _PLACE.match(finding.where)
    properties = {"title": gate}
    if place:
        properties |= {"file": place["file"], "line": place["line"]}
    text = told(finding) if not place else "  ".join(filter(None, (finding.what, finding.fix and f"→ {finding.fix}")))
    named = ",".join(f"{name}={_escape(value, ':,')}" for name, value in properties.items())
    return f"::error {named}::{_escape(text)}"


def _escape(text: str, also: str = "") -> str:
    """As GitHub's workflow commands ask: percent first, then line ends, then a property's own separators."""
    for sign in "%\r\n" + also:
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text

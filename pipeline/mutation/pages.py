"""A sweep as pages: HTML in the report's style, JUnit with a suite per class, and the markdown table of the README."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring  # we write XML, we parse none

from pipeline.mutation import told
from pipeline.mutation.catalogue import Kind, NotBuilt
from pipeline.mutation.judge import Judged, Result
from pipeline.mutation.score import Score
from pipeline.report import words
from pipeline.report.html import template
from pipeline.report.write import replace

WELL = frozenset({Result.STOPPED, Result.PASSED})
FAILURES = frozenset({Result.ELSEWHERE, Result.LET_THROUGH, Result.FALSE_ALARM})
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(
    folder: Path,
    judged: Sequence[Judged],
    score: Score,
    not_built: Sequence[NotBuilt],
    stock: Mapping[str, tuple[int, int]],
) -> tuple[Path, Path, Path]:
    """Draw every page into `folder`; their paths. `stock` is how many of how many the tools saw, by class."""
    pages = {
        folder / "mutation.html": html(judged, score, not_built),
        folder / "mutation.junit.xml": junit(judged),
        folder / "mutation.md": told.markdown(score, not_built, stock),
    }
    for path, text in pages.items():
        replace(path, text)
    first, second, third = pages
    return first, second, third


def html(judged: Sequence[Judged], score: Score, not_built: Sequence[NotBuilt]) -> str:
    """The page. Whatever a finding holds is escaped."""
    bad = [one for one in judged if one.change.kind is Kind.BAD]
    parts = (
        ("Bad changes that were not stopped as expected", [one for one in bad if one.result not in WELL]),
        ("Bad changes that were stopped", [one for one in bad if one.result in WELL]),
        ("Good changes", [one for one in judged if one.change.kind is Kind.GOOD]),
        ("Controls: no change at all", [one for one in judged if one.change.kind is Kind.CONTROL]),
    )
    stopped, asked = sum(row.stopped for row in score.rows), sum(row.asked for row in score.rows)
    css = {0: "passed", 1: "refused"}.get(score.exit_code, "broke")
    return template("mutation.html.j2").render(
        headline={0: "All limits hold", 1: "A limit is not kept"}.get(score.exit_code, "The score is void"),
        glyph={0: "✓", 1: "✗"}.get(score.exit_code, "!"),
        css=css,
        sentence=f"{stopped} of {words.plural(asked, 'bad change')} stopped, "
        f"{score.false_alarms} of {words.plural(score.good, 'good change')} refused",
        score=score,
        parts=parts,
        glyphs=told.GLYPHS,
        css_of=css_of,
        with_unit=words.with_unit,
        not_built=not_built,
        asked=f"{words.plural(len(judged), 'change')} asked, the controls among them",
    )


def css_of(one: Judged) -> str:
    """How a row is drawn."""
    if one.result in WELL:
        return "passed"
    if one.result is Result.ELSEWHERE:
        return "interrupted"
    return "refused" if one.result in FAILURES else "broke"


def junit(judged: Sequence[Judged]) -> str:
    """A test suite per class, a test case per change: it failed where the change was not stopped as expected."""
    root = Element("testsuites", name="mutation")
    for class_ in dict.fromkeys(one.change.class_ for one in judged):
        those = [one for one in judged if one.change.class_ is class_]
        failures, errors = (sum(_tag(one) == tag for one in those) for tag in ("failure", "error"))
        suite = SubElement(root, "testsuite", name=class_, time=f"{sum(one.seconds for one in those):.3f}")
        for name, count in (("tests", len(those)), ("failures", failures), ("errors", errors)):
            suite.set(name, str(count))
        for one in those:
            case = SubElement(suite, "testcase", classname=class_, name=one.change.id, time=f"{one.seconds:.3f}")
            if tag := _tag(one):
                message = f"{one.result}: expected {one.change.named}, {one.gate}: {one.finding}"
                SubElement(case, tag, message=_NOT_XML.sub("\ufffd", message))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _tag(one: Judged) -> str:
    if one.result in WELL:
        return ""
    return "failure" if one.result in FAILURES else "error"

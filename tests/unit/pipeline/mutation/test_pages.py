"""What a person reads of a sweep: the lines, the page, JUnit, the README's table."""

import io
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from rich.console import Console

from pipeline.mutation import pages, told
from pipeline.mutation.catalogue import CONTROL, Change, Class, Expected, Kind, NotBuilt
from pipeline.mutation.judge import Judged, Result
from pipeline.mutation.progress import Progress
from pipeline.mutation.score import score

HOSTILE = "a finding </script><img src=x> & `|`\x00"


def change(name: str, kind: Kind, class_: Class) -> Change:
    expected = (Expected("guard", "cache"),) if kind is Kind.BAD else ()
    return replace(CONTROL, id=name, kind=kind, class_=class_, title=f"what {name} does", expected=expected)


JUDGED = (
    Judged(change("control-gates", Kind.CONTROL, Class.GOOD), Result.PASSED, "–", "", 80.0),
    Judged(change("z03", Kind.BAD, Class.AUTHORIZATION), Result.STOPPED, "guard", "here  no cache", 12.0, True),
    Judged(change("z14", Kind.BAD, Class.AUTHORIZATION), Result.LET_THROUGH, "–", "", 90.0),
    Judged(change("c01", Kind.BAD, Class.CONTRACT), Result.ELSEWHERE, "lint", HOSTILE, 9.0),
    Judged(change("p04", Kind.BAD, Class.RELIABILITY), Result.NOT_APPLIED, "–", "gone", 0.0),
    Judged(change("docs", Kind.GOOD, Class.GOOD), Result.FALSE_ALARM, "lint", "too long", 7.0),
)
SCORE = score(JUDGED)


def test_the_table_names_every_change_every_class_and_every_limit() -> None:
    lines = list(told.table(JUDGED, SCORE))
    assert [line.split()[:2] for line in lines[1:7]] == [
        ["✓", "control-gates"],
        ["✓", "z03"],
        ["✗", "z14"],
        ["~", "c01"],
        ["!", "p04"],
        ["✗", "docs"],
    ]
    assert "✗ authorization stopped 50 %, limit ≥ 100 %" in lines
    assert "✗ good changes refused 1, limit ≤ 0" in lines
    assert lines[-1] == "the score is void: mend what is named, then run it again"


def test_a_sweep_that_was_interrupted_has_no_score_yet_and_says_how_it_goes_on() -> None:
    lines = list(told.table(JUDGED, SCORE, interrupted=True))
    assert lines[-1] == "interrupted: what was answered is kept, and the same command goes on from there"
    assert not any("limit" in line or "void" in line for line in lines)


def test_a_long_finding_is_cut_to_the_rest_of_the_line() -> None:
    assert told.shortened("x" * 500) == "x" * 109 + "…"
    assert told.shortened("two\n  lines") == "two lines"


def test_the_readmes_table_has_a_row_for_each_class_and_one_for_all() -> None:
    plain = told.markdown(SCORE, [NotBuilt("P12", "the disk is filled", "no soak yet")], {})
    beside = told.markdown(SCORE, [], {"authorization": (1, 2), "all": (1, 4)})
    assert "| authorization | 2 | 50 % | 50 % | 50 % |" in plain
    assert "| all | 3 | 33 % | 33 % | 33 % |" in plain
    assert plain.endswith("Good changes refused: 1 of 1. Rows not built yet: 1.\n")
    assert "| authorization | 2 | 50 % | 50 % | 50 % | 50 % |" in beside
    assert "| contract and events | 1 | 0 % | 0 % | 0 % | – |" in beside


def test_the_page_escapes_whatever_a_finding_holds() -> None:
    page = pages.html(JUDGED, SCORE, [NotBuilt("P12", "the disk is filled", "no soak yet")])
    assert "<img" not in page
    assert "</script>" not in page
    assert "The score is void" in page
    assert "what z14 does" in page
    assert "P12 the disk is filled: no soak yet" in page


def test_a_page_of_a_sweep_that_went_well_says_so() -> None:
    well = JUDGED[:2]
    assert "All limits hold" in pages.html(well, score(well), [])


def test_junit_has_a_suite_per_class_and_tells_failures_from_errors() -> None:
    root = ET.fromstring(pages.junit(JUDGED))  # noqa: S314 - we wrote it
    counted = {suite.get("name"): (suite.get("failures"), suite.get("errors")) for suite in root}
    assert counted == {
        "good": ("1", "0"),
        "authorization": ("1", "0"),
        "contract and events": ("1", "0"),
        "reliability and performance": ("0", "1"),
    }
    assert root.find(".//testcase[@name='z03']/failure") is None


def test_all_pages_are_written(tmp_path: Path) -> None:
    written = pages.write(tmp_path, JUDGED, SCORE, [], {})
    assert [path.name for path in written] == ["mutation.html", "mutation.junit.xml", "mutation.md"]
    assert all(path.read_text() for path in written)


def test_progress_tells_each_end_with_the_time_and_how_many_there_are() -> None:
    out, seconds = io.StringIO(), iter([0.0, 5.0, 65.0, 66.0])
    with Progress(Console(file=out, width=200), 2, lambda: next(seconds)) as progress:
        progress.began(JUDGED[1].change)
        progress.ended(JUDGED[1], False)
        progress.ended(JUDGED[2], True)
    first, second = out.getvalue().splitlines()
    assert first.startswith("  1:05   1/2  ✓ z03 ")
    assert second.endswith("let through (from before)")

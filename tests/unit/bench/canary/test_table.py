"""Tests of the tables: the whole of them, on results made by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.judge.observed import Symptom
from pipeline.judge.policy import Policy
from tests.bench.canary import table
from tests.bench.canary.cells import named
from tests.bench.canary.limits import Figure, Limit, held
from tests.bench.canary.losses import losses
from tests.bench.canary.ours import Ours
from tests.bench.canary.table import Report, Section, percent
from tests.unit.bench.canary.rules import StopsAt, result

GOLDEN = Path(__file__).parent / "golden"
POLICY = Policy((Symptom.ERRORS, Symptom.SLOW), ruled_out=(Symptom.ERRORS,), alpha=0.002)


def report() -> Report:
    """A healthy cell, and a bad one in which both judges are good at something."""
    healthy, bad = "healthy/linear/10", "thrown-5/linear/10"
    results = {
        healthy: {"ours": result(healthy, stopped=1), "stopper": result(healthy, "stopper", 100, 60.0)},
        bad: {"ours": result(bad, "ours", 90, 170.0, 14.25), "stopper": result(bad, "stopper", 100, 90.0, 1_234.0)},
    }
    cells = [named(healthy), named(bad)]
    limits = [Limit(Figure.SECONDS, "thrown-5", 160.0), Limit(Figure.FAILED, "thrown-5", 15.0)]
    kept = held(cells, {name: each["ours"] for name, each in results.items()}, limits)
    return Report(1, cells, results, kept, losses(cells, results), [Ours(POLICY), StopsAt(60.0)])


def found() -> list[Section]:
    """Without what is assumed, which is prose."""
    first, *others = table.sections(report())
    return [replace(first, lines=first.lines[:1]), *others]


def test_the_table_in_plain_text() -> None:
    assert table.text(found()) == (GOLDEN / "table.txt").read_text(encoding="utf-8")


def test_the_table_in_markdown() -> None:
    assert table.markdown(found()) == (GOLDEN / "table.md").read_text(encoding="utf-8")


def test_what_is_assumed_is_told_first_and_no_sentence_is_too_wide_for_a_terminal() -> None:
    first = next(table.sections(report()))
    assert first.lines == table.ASSUMPTIONS
    assert max(map(len, table.text([first]).splitlines())) <= 120


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.00001, "0.01 %"), (0.0005, "0.05 %"), (0.123, "12.3 %"), (0.99999, "99.9 %")],
)
def test_nothing_that_happened_is_never_and_nothing_that_did_not_always(share: float, text: str) -> None:
    assert percent(share) == text


def test_a_bar_within_a_cell_does_not_split_it() -> None:
    assert "| a\\|b |" in table.markdown([Section("T", [["head"], ["a|b"]])])

"""Tools side by side: each becomes a part, and one that saw nothing or fell over is never taken for a good one."""

from pathlib import Path

import pytest

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.evidence import broken_of, findings_of
from pipeline.gates.part import Part, run_jobs
from pipeline.record.verdict import Finding
from tests.unit.pipeline.gates.world import context

HIGH, LOW = Finding("a", "bad", severity="high"), Finding("a", "odd", severity="low")


def fine(_: Context) -> Part:
    return Part("", 3, "files")


def crashed(_: Context) -> Part:
    raise GateBroke("ended with 9\nand said why")


def surprised(_: Context) -> Part:
    raise KeyError("results")


def idle(_: Context) -> Part:
    return Part("", 0, "files", idle="nothing to compare")


def blind(_: Context) -> Part:
    return Part("", 0, "files")


def test_parts_come_in_the_order_of_the_jobs_with_their_names(tmp_path: Path) -> None:
    parts = run_jobs(context(tmp_path), [("a", fine), ("b", idle), ("c", fine)])
    assert [(part.tool, part.broken) for part in parts] == [("a", ""), ("b", ""), ("c", "")]


def test_a_tool_that_had_nothing_to_look_at_is_blind_unless_it_has_a_reason(tmp_path: Path) -> None:
    parts = run_jobs(context(tmp_path), [("a", blind), ("b", idle), ("c", fine), ("d", crashed)])
    assert [part.blind for part in parts] == [True, False, False, False]
    assert Part("a", 0, "files", seconds=1.0).told() == "  a                ✗       1.0 s  0 files"


def test_a_tool_that_found_something_and_counted_nothing_is_believed(tmp_path: Path) -> None:
    found = Part("", 0, "files", findings=(Finding("a.py:1", "does not parse"),))
    (part,) = run_jobs(context(tmp_path), [("ruff", lambda _: found)])
    assert not part.blind


def test_a_tool_that_falls_over_leaves_the_others_alone(tmp_path: Path) -> None:
    parts = run_jobs(context(tmp_path), [("a", crashed), ("b", surprised), ("c", fine)])
    assert [bool(part.broken) for part in parts] == [True, True, False]
    assert broken_of(parts)[0] == "a: ended with 9\nand said why"
    assert parts[1].broken.startswith("KeyError: 'results'\nTraceback")
    assert findings_of(parts) == ()


def test_each_part_is_told_when_it_ends(tmp_path: Path) -> None:
    said: list[str] = []
    surroundings = context(tmp_path)
    run_jobs(
        Context(**{**vars(surroundings), "say": said.append}), [("mypy", fine), ("ruff", crashed), ("diff", idle)], 1
    )
    assert said == [
        "  mypy …",
        "  mypy             ✓       1.0 s  3 files",
        "  ruff …",
        "  ruff             broke    1.0 s  ended with 9",
        "  diff …",
        "  diff             ✓       1.0 s  nothing to compare",
    ]


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (Part("checkov", 427, "resources", waived=(HIGH,) * 158), "✓       0.0 s  427 resources, 158 waived"),
        (Part("checkov", 427, "resources", (HIGH,), waived=(HIGH,)), "✗       0.0 s  427 resources, 1 found, 1 waived"),
        (Part("zizmor", 3, "workflows", (LOW, LOW)), "✓       0.0 s  3 workflows, 2 low"),
        (Part("zizmor", 3, "workflows", (HIGH, LOW)), "✗       0.0 s  3 workflows, 1 found, 1 low"),
    ],
)
def test_a_part_shows_what_counts_and_a_cross_only_where_something_is_left(part: Part, told: str) -> None:
    assert part.told().split(maxsplit=1)[1] == told

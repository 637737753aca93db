"""Tests of the drawing."""

from xml.etree import ElementTree as ET

from tests.bench.canary import plot
from tests.unit.bench.canary.test_table import report

SVG = "{http://www.w3.org/2000/svg}"


def test_it_is_one_drawing_without_script_for_light_and_dark() -> None:
    drawing = plot.draw(report())
    root = ET.fromstring(drawing)  # noqa: S314 - ours
    assert root.tag == f"{SVG}svg"
    assert "<script" not in drawing
    assert "href" not in drawing
    assert "prefers-color-scheme: dark" in drawing
    assert "--paper" in drawing


def test_each_judge_has_a_line_in_each_panel_and_a_bar_for_each_good_canary() -> None:
    root = ET.fromstring(plot.draw(report()))  # noqa: S314 - ours
    lines = [one.get("class") for one in root.iter(f"{SVG}polyline")]
    bars = [one.get("class") for one in root.iter(f"{SVG}line") if "bar" in (one.get("class") or "")]
    assert sorted(map(str, lines)) == ["judge-6", "ours"]
    assert bars == ["ours bar", "judge-6 bar"]


def test_all_of_it_lies_within_its_frame() -> None:
    root = ET.fromstring(plot.draw(report()))  # noqa: S314 - ours
    _, _, width, height = map(float, (root.get("viewBox") or "").split())
    for one in root.iter(f"{SVG}text"):
        assert 0 <= float(one.get("x") or -1) <= width
        assert 0 <= float(one.get("y") or -1) <= height

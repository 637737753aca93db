"""Drawings stay inside their frame, and no text of the run becomes markup."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.record.events import AlarmChanged, RolloutFinished, RolloutSample, RolloutStarted, WatchedAlarm
from pipeline.record.run import RolloutRun, Timed
from pipeline.report.svg import Axis, failed_percent, journey, rollout
from pipeline.report.view import Bar
from tests.report.sample import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"
FINITE = st.floats(-1e9, 1e9)
SECONDS = st.floats(0, 1e5)
COUNTS = st.integers(0, 1_000)


def bar(name: str, began: float | None, seconds: float | None) -> Bar:
    return Bar(name, began, seconds, "✓", "passed", name)


def sample(at: float, weight: float = 10.0, requests: int = 50, failed: int = 0) -> RolloutSample:
    return RolloutSample("prod", "d-1", at, weight, requests, failed, 450, 0)


def shifting(*samples: RolloutSample, name: str = "orders", alarm: str = "errors") -> RolloutRun:
    began = RolloutStarted("prod", "d-1", name, "live", "1", "2", "Canary", (WatchedAlarm(alarm, 1.0, "%"),))
    return RolloutRun(0.0, began, tuple(Timed(each.world_seconds, each) for each in samples))


def rolled_back(run: RolloutRun, alarm: str, at: float) -> RolloutRun:
    fired = AlarmChanged("prod", "d-1", alarm, "ALARM", 20.0, 1.0, "%", "over", at)
    ended = RolloutFinished("prod", "d-1", "Stopped", True, "alarm", 60, 12, at)
    return replace(run, alarms=(Timed(at, fired),), finished=Timed(at, ended))


def parsed(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawing)  # noqa: S314  our own drawing


def assert_inside(drawing: str) -> None:
    """No point of a line or box lies outside the frame."""
    root = parsed(drawing)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for each in root.iter():
        for x, y in points(each):
            assert 0 <= x <= width, (each.tag, each.attrib)
            assert 0 <= y <= height, (each.tag, each.attrib)


def points(each: ElementTree.Element) -> list[tuple[float, float]]:
    told = each.attrib
    match each.tag.removeprefix(SVG):
        case "polyline":
            pairs = (pair.split(",") for pair in told["points"].split())
            return [(float(x), float(y)) for x, y in pairs]
        case "line":
            return [(float(told[f"x{end}"]), float(told[f"y{end}"])) for end in (1, 2)]
        case "rect":
            x, y = float(told["x"]), float(told["y"])
            return [(x, y), (x + float(told["width"]), y + float(told["height"]))]
        case "text":
            return [(float(told["x"]), float(told["y"]))]
    return []


@given(FINITE, FINITE, FINITE, FINITE, FINITE)
def test_an_axis_never_leaves_the_drawing(low: float, high: float, start: float, end: float, value: float) -> None:
    at = Axis(low, high, start, end)(value)
    slack = 1e-6 * max(1.0, abs(start), abs(end))
    assert min(start, end) - slack <= at <= max(start, end) + slack


@given(st.lists(SECONDS, min_size=2, max_size=2), st.booleans())
def test_an_axis_keeps_the_order_whichever_way_it_runs(values: list[float], upwards: bool) -> None:
    axis = Axis(0, 1e5, 0, 800) if upwards else Axis(0, 1e5, 800, 0)
    low, high = (axis(value) for value in sorted(values))
    assert low <= high if upwards else low >= high


def test_an_axis_of_nothing_stands_at_its_start() -> None:
    assert Axis(3, 3, 10, 20)(3) == 10


@pytest.mark.parametrize(("requests", "failed", "share"), [(0, 0, None), (50, 0, 0.0), (60, 12, 20.0)])
def test_a_second_without_requests_has_no_share_of_failures(requests: int, failed: int, share: float | None) -> None:
    assert failed_percent(sample(1.0, requests=requests, failed=failed)) == share


@given(st.lists(st.tuples(SECONDS, st.floats(0, 100), COUNTS, COUNTS), min_size=1, max_size=8), SECONDS)
def test_a_rollout_stays_inside_its_frame(seen: list[tuple[float, float, int, int]], at: float) -> None:
    samples = [sample(when, weight, max(new, bad), bad) for when, weight, new, bad in sorted(seen)]
    assert_inside(rollout(rolled_back(shifting(*samples), "errors", at)))


@given(st.lists(st.tuples(st.none() | SECONDS, st.none() | SECONDS), max_size=6), SECONDS)
def test_a_journey_stays_inside_its_frame(stages: list[tuple[float | None, float | None]], total: float) -> None:
    bars = [bar(f"stage {number}", *each) for number, each in enumerate(stages)]
    assert_inside(journey(bars, total))


def test_a_rollout_that_nothing_was_seen_of_is_not_drawn() -> None:
    assert rollout(shifting()) == ""


def test_no_text_becomes_markup() -> None:
    run = rolled_back(shifting(sample(1.0), sample(2.0, failed=3), name=HOSTILE, alarm=HOSTILE), HOSTILE, 2.0)
    for drawing in (rollout(run), journey([bar(HOSTILE, 0.0, 1.0), bar(HOSTILE, None, None)], 2.0)):
        assert "<img" not in drawing
        assert "</script>" not in drawing
        said = "".join(parsed(drawing).itertext())
        assert HOSTILE in said


def right_of(drawing: str) -> list[float]:
    """Where the labels right of the chart stand, from the highest to the lowest."""
    told = (each.attrib for each in parsed(drawing).iter("text"))
    return sorted(float(each["y"]) for each in told if float(each["x"]) > 630 and each["text-anchor"] == "start")


@example(1, 0.96875)  # three labels at the top, where the weight's stands above them
@given(st.integers(0, 100), st.floats(0.1, 50))
def test_labels_beside_a_chart_never_stand_on_one_another(failed: int, limit: float) -> None:
    run = shifting(sample(30.0, requests=100), sample(60.0, 100.0, requests=100, failed=failed))
    watched = replace(run.started, alarms=(WatchedAlarm("errors", limit, "%"), WatchedAlarm("server-errors", 1.0, "%")))
    places = right_of(rollout(replace(run, started=watched)))
    assert len(places) == 5 - (limit == 1)  # weight, failures, two limits (one if they are the same), whose time
    assert all(low - high >= 11 for high, low in pairwise(places))


def test_what_happened_is_named_above_the_lines_each_in_a_row_of_its_own() -> None:
    run = rolled_back(shifting(sample(30.0, 100.0), sample(60.0, 100.0)), "errors", 60.0)
    drawing = parsed(rollout(run))
    rows = {each.text: float(each.attrib["y"]) for each in drawing.iter("text")}
    top = min(y for each in drawing.iter("polyline") for _, y in points(each))
    assert rows["errors in ALARM from 1:00"] < rows["rolled back 1:00"] < top


def test_the_axis_of_a_rollout_says_whose_time_it_is() -> None:
    assert "AWS's time" in "".join(parsed(rollout(shifting(sample(30.0)))).itertext())


def test_a_rollout_that_moves_all_at_once_is_drawn_in_real_seconds() -> None:
    run = rolled_back(shifting(sample(300.0, 100.0)), "errors", 600.0)
    began = replace(run.started, config="CodeDeployDefault.LambdaAllAtOnce")
    alarms, ended = (Timed(4.0, run.alarms[0].what),), Timed(5.0, run.finished.what) if run.finished else None
    samples = (Timed(3.0, run.samples[0].what),)
    told = "".join(
        parsed(rollout(replace(run, started=began, samples=samples, alarms=alarms, finished=ended))).itertext()
    )
    assert "AWS's time" not in told
    assert all(each in told for each in ("real seconds", "errors in ALARM from 0:04", "rolled back 0:05"))


def test_a_new_version_that_nobody_asked_is_drawn_as_such() -> None:
    assert "no request came to the new version" in rollout(shifting(sample(30.0, 100.0, requests=0)))

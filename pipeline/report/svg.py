"""Drawings for the page: the journey on a time axis and a rollout's chart, as inline SVG without script.

Colours come from the page's style sheet by class, so that one drawing serves light, dark and print.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from pipeline.record.events import AlarmChanged, RolloutFinished, RolloutSample
from pipeline.record.run import RolloutRun, Timed
from pipeline.report import rollouts, words
from pipeline.report.view import Bar

_WIDTH = 800.0
_ROW = 24.0
_LABEL = 14.0
_TICKS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


@dataclass(frozen=True)
class Axis:
    """A scale from `low`..`high` of something to `start`..`end` of the drawing."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where `value` stands, kept inside the drawing."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)


# --- the journey -----------------------------------------------------------------------------------------------------


def journey(bars: Sequence[Bar], total: float) -> str:
    """A Gantt of the stages over `total` seconds of the run."""
    x = Axis(0, max(total, 1.0), 116, _WIDTH - 190)
    bottom = len(bars) * _ROW + 4
    body = [*_time_axis(x, bottom)]
    for index, bar in enumerate(bars):
        body.extend(_bar(bar, index * _ROW + 4, x))
    return _drawing(body, bottom + 22, f"The journey: {words.plural(len(bars), 'stage')} in {words.seconds(total)}")


def _time_axis(x: Axis, bottom: float, top: float = 0.0) -> Iterator[str]:
    step = next((tick for tick in _TICKS if x.high / tick <= 8), _TICKS[-1])
    for tick in range(0, int(x.high) + 1, step):
        at = f"{x(tick):.1f}"
        yield f'<line class="grid" x1="{at}" y1="{top:.0f}" x2="{at}" y2="{bottom:.0f}"/>'
        yield _text(x(tick), bottom + 16, words.clock(tick), "small", "middle")


def _bar(bar: Bar, top: float, x: Axis) -> Iterator[str]:
    middle = top + _ROW / 2
    yield _text(x.start - 10, middle, bar.name, "label", "end")
    if bar.began is None:
        yield _text(x.start + 6, middle, f"{bar.glyph} {bar.text}", "small dim")
        return
    start, end = x(bar.began), x(bar.began + (bar.seconds if bar.seconds is not None else x.high))
    width = max(end - start, 2.0)
    yield f'<rect class="bar {bar.css}" x="{start:.1f}" y="{top + 4:.1f}" width="{width:.1f}" height="{_ROW - 8:.1f}"/>'
    yield _text(start + width + 8, middle, f"{bar.glyph} {bar.text}", f"small {bar.css}")


# --- a rollout -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Panes:
    """Where a rollout's parts stand: a row for each of `rows` labels, the weight, and below it what failed.

    Labels have rows of their own, so that no line ever runs through one.
    """

    rows: int

    def row(self, index: int) -> float:
        """The middle of a label's row."""
        return 8 + _LABEL * index

    @property
    def top(self) -> float:
        """Where the drawing itself begins, under the labels."""
        return 12 + _LABEL * self.rows

    @property
    def weight(self) -> Axis:
        """The new version's share of the traffic, in percent."""
        return Axis(0, 100, self.top + 58, self.top)

    def rate(self, highest: float) -> Axis:
        """The share of the new version's requests that failed, in percent, up to `highest`."""
        return Axis(0, highest, self.top + 176, self.top + 84)

    @property
    def bottom(self) -> float:
        """The time axis."""
        return self.top + 184


def rollout(run: RolloutRun) -> str:
    """A rollout: the weight of the new version above, what it failed and the limits below.

    Its axis is AWS's time, the compressed clock. Where all moved at once nothing was waited for: it is in real seconds.
    """
    at_once = run.started.at_once
    run = rollouts.in_real_seconds(run) if at_once else run
    samples = [each.what for each in run.samples]
    if not samples:
        return ""
    end = max([samples[-1].world_seconds, *([run.finished.what.world_seconds] if run.finished else [])])
    x = Axis(0, max(end, 1.0), 64, _WIDTH - 170)
    intervals = [*_alarm_intervals(run.alarms, x.high)]
    panes = Panes(len(intervals) + bool(_rolled_back(run)))
    body = [
        *(_interval(each, index, panes, x) for index, each in enumerate(intervals)),
        *_time_axis(x, panes.bottom, panes.top),
        _text(x.end + 20, panes.bottom + 16, "real seconds" if at_once else "AWS's time", "small dim"),
        *_weight(run, panes.weight, x),
        *_failures(run, samples, panes, x),
        *_rollback(run, panes, x),
    ]
    return _drawing(body, panes.bottom + 24, f"The rollout of {run.started.function} in {run.started.stage}")


def _weight(run: RolloutRun, y: Axis, x: Axis) -> Iterator[str]:
    """In steps, as CodeDeploy set it: a shift at the very end stands there although no sample saw it."""
    yield _text(x.start - 8, y(100), "100 %", "small", "end")
    yield _text(x.start - 8, y(0), "0 %", "small", "end")
    points = [(x(0), y(0))]
    for shift in (each.what for each in run.shifts):
        points += [(x(shift.world_seconds), points[-1][1]), (x(shift.world_seconds), y(shift.weight))]
    points.append((x(x.high), points[-1][1]))
    yield _line(points, "weight")
    yield _text(x.end + 8, points[-1][1], "new version's weight", "small weight-text")


def failed_percent(sample: RolloutSample) -> float | None:
    """The share of the new version's requests that failed in this second; None when it got none."""
    return 100 * sample.failed_new / sample.requests_new if sample.requests_new else None


def _failures(run: RolloutRun, samples: Sequence[RolloutSample], panes: Panes, x: Axis) -> Iterator[str]:
    limits = sorted({alarm.limit for alarm in run.started.alarms if alarm.unit == "%"})
    rates = [(x(s.world_seconds), rate) for s in samples if (rate := failed_percent(s)) is not None]
    highest = max([1.0, *(rate for _, rate in rates), *limits])
    y = panes.rate(highest * 1.1)
    yield _text(x.start - 8, y(0), "0 %", "small", "end")
    yield _text(x.start - 8, y(highest), f"{words.number(round(highest, 1))} %", "small", "end")
    for limit in limits:
        yield f'<line class="limit" x1="{x.start:.1f}" y1="{y(limit):.1f}" x2="{x.end:.1f}" y2="{y(limit):.1f}"/>'
    yield _line([(at, y(rate)) for at, rate in rates], "rate")
    labels = [(y(limit), f"limit {words.number(limit)} %", "small refused") for limit in limits]
    labels += [(y(rates[-1][1]), "failed on the new version", "small")] if rates else []
    if not rates:
        yield _text(x.start + 6, y(highest / 2), "no request came to the new version", "small dim")
    for at, text, css in _apart(labels, panes.weight(0) + _LABEL):
        yield _text(x.end + 8, at, text, css)


def _apart(labels: Sequence[tuple[float, str, str]], highest: float) -> Iterator[tuple[float, str, str]]:
    """Labels, each far enough above the one below it to be read, and none above `highest`: there others stand."""
    free = float("inf")
    placed: list[tuple[float, str, str]] = []
    for at, text, css in sorted(labels, reverse=True):
        free = min(at, free)
        placed.append((free, text, css))
        free -= _LABEL
    free = highest
    for at, text, css in reversed(placed):
        free = max(at, free)
        yield free, text, css
        free += _LABEL


@dataclass(frozen=True)
class _Interval:
    """An alarm in ALARM, in seconds of the rollout."""

    alarm: str
    began: float
    ended: float


def _alarm_intervals(alarms: Sequence[Timed[AlarmChanged]], end: float) -> Iterator[_Interval]:
    since: dict[str, float] = {}
    for change in (each.what for each in alarms):
        if change.state == "ALARM":
            since[change.alarm] = change.world_seconds
        elif change.alarm in since:
            yield _Interval(change.alarm, since.pop(change.alarm), change.world_seconds)
    yield from (_Interval(name, began, end) for name, began in since.items())


def _interval(interval: _Interval, row: int, panes: Panes, x: Axis) -> str:
    start, end = x(interval.began), x(interval.ended)
    text = f"{interval.alarm} in ALARM from {words.clock(interval.began)}"
    late = start > (x.start + x.end) / 2
    label = _text(start - 4 if late else start + 4, panes.row(row), text, "small refused", "end" if late else "start")
    height, width = panes.bottom - panes.top, max(end - start, 1)
    box = f'x="{start:.1f}" y="{panes.top:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect class="alarm" {box}/>{label}'


def _rolled_back(run: RolloutRun) -> RolloutFinished | None:
    return run.finished.what if run.finished and run.finished.what.rolled_back else None


def _rollback(run: RolloutRun, panes: Panes, x: Axis) -> Iterator[str]:
    if end := _rolled_back(run):
        at, row = x(end.world_seconds), panes.row(panes.rows - 1)
        yield f'<line class="rollback" x1="{at:.1f}" y1="{row:.1f}" x2="{at:.1f}" y2="{panes.bottom:.1f}"/>'
        yield _text(at + 6, row, f"rolled back {words.clock(end.world_seconds)}", "small refused")


# --- SVG -------------------------------------------------------------------------------------------------------------


def _drawing(body: Sequence[str], height: float, title: str) -> str:
    inner = "\n".join(body)
    return (
        f'<svg viewBox="0 0 {_WIDTH:.0f} {height:.0f}" role="img" aria-label="{escape(title)}">\n'
        f"<title>{escape(title)}</title>\n{inner}\n</svg>"
    )


def _text(x: float, y: float, text: str, css: str, anchor: str = "start") -> str:
    return (
        f'<text class="{css}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" dominant-baseline="middle">'
        f"{escape(text)}</text>"
    )


def _line(points: Sequence[tuple[float, float]], css: str) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="{css}" points="{path}"/>' if points else ""

"""The results as one drawing without script, in the report's colours, light and dark.

Above, for each plan and traffic, which part of the runs each judge stops, by how many of the canary's requests are
thrown errors; below, which part of the good canaries it stops.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from pipeline.report.svg import Axis
from tests.bench.canary.cells import Cell
from tests.bench.canary.measure import MINUTES, OURS
from tests.bench.canary.table import Report, percent

STYLE = Path(__file__).resolve().parents[3] / "pipeline" / "report" / "templates" / "page.css"
WIDTH, MARGIN, GAP, HEIGHT, LABEL = 1080.0, 64.0, 24.0, 120.0, 18.0
HUES = ("#b3261e", "#9a6700", "#8a3ffc", "#1a7f4b", "#c2457a", "#66645e", "#0b7285")
DARK_HUES = ("#ff8a80", "#e3b341", "#be95ff", "#56c98d", "#f48fb1", "#a3a099", "#66d9e8")
DASHES = ("6 3", "2 3", "8 3 2 3", "4 2", "1 3", "10 4", "5 2 1 2")
SWEEP = "thrown-"


def draw(report: Report) -> str:
    """The drawing, as a file of its own."""
    names = [one.name for one in report.judges]
    body = [_legend(names)]
    top = 24.0 + LABEL * len(names) + 56.0
    for plan, by_rps in _panels(report.cells).items():
        body.append(_text(MARGIN, top - 30, f"{plan}: rolled back, by the part of thrown errors", "title"))
        width = (WIDTH - MARGIN - GAP * len(by_rps)) / len(by_rps)
        for number, (rps, cells) in enumerate(by_rps.items()):
            left = MARGIN + number * (width + GAP)
            body += _panel(f"{rps:g} requests/s", cells, report, (left, left + width, top))
        top += HEIGHT + 80
    bars, bottom = _bars(report, names, top - 20)
    return _file([*body, *bars], bottom + 16)


def _panels(cells: Sequence[Cell]) -> Mapping[str, Mapping[float, Sequence[Cell]]]:
    found: dict[str, dict[float, list[Cell]]] = {}
    for cell in cells:
        if cell.situation.name.startswith(SWEEP) and cell.situation.rate and cell.plan.seconds:
            found.setdefault(cell.plan.name, {}).setdefault(cell.rps, []).append(cell)
    return found


def _panel(title: str, cells: Sequence[Cell], report: Report, at: tuple[float, float, float]) -> Iterator[str]:
    left, right, top = at
    x, y = Axis(0.0, max(1.0, len(cells) - 1.0), left + 6, right - 6), Axis(0.0, 1.0, top + HEIGHT, top)
    yield _text(left, top - 12, title, "small")
    for share in (0.0, 0.5, 1.0):
        yield f'<line class="grid" x1="{left:.1f}" y1="{y(share):.1f}" x2="{right:.1f}" y2="{y(share):.1f}"/>'
        if left == MARGIN:
            yield _text(left - 8, y(share), f"{share:.0%}".replace("%", " %"), "small", "end")
    for number, cell in enumerate(cells):
        # Those at the edges stay within their panel: the next one's begin close by.
        anchor = {0: "start", len(cells) - 1: "end"}.get(number, "middle")
        yield _text(x(number), top + HEIGHT + 14, f"{100 * (cell.situation.rate or 0.0):g} %", "small", anchor)
    for index, judge in reversed(list(enumerate(report.judges))):
        shares = [report.results[cell.name][judge.name].share for cell in cells]
        points = " ".join(f"{x(number):.1f},{y(share):.1f}" for number, share in enumerate(shares))
        yield f'<polyline class="{_css(judge.name, index)}" points="{points}"/>'


def _legend(names: Sequence[str]) -> str:
    lines = [_text(MARGIN, 12, "Canary judges, simulated", "title")]
    for index, name in enumerate(names):
        at = 32 + LABEL * index
        lines.append(f'<line class="{_css(name, index)}" x1="{MARGIN}" y1="{at}" x2="{MARGIN + 40}" y2="{at}"/>')
        lines.append(_text(MARGIN + 50, at, name, "small"))
    return "\n".join(lines)


def _bars(report: Report, names: Sequence[str], top: float) -> tuple[Sequence[str], float]:
    """For each situation with a good canary, the highest share of false rollbacks of each judge over its cells."""
    good = list(dict.fromkeys(cell.situation for cell in report.cells if cell.situation.good and cell.rps))
    if not good:
        return [], top - 40
    body = [_text(MARGIN, top - 10, "False rollbacks of a good canary, in the worst cell of each situation", "title")]
    x = Axis(0.0, 1.0, 420.0, WIDTH - 90)
    at = top + 14
    for situation in good:
        cells = [cell.name for cell in report.cells if cell.situation == situation]
        body.append(_text(MARGIN, at, situation.name, "small"))
        for index, name in enumerate(names):
            share = max(report.results[cell][name].share for cell in cells)
            body.append(f'<line class="grid" x1="{x(0):.1f}" y1="{at:.1f}" x2="{x(1):.1f}" y2="{at:.1f}"/>')
            css = f"{_css(name, index)} bar"
            body.append(f'<line class="{css}" x1="{x(0):.1f}" y1="{at:.1f}" x2="{x(share):.1f}" y2="{at:.1f}"/>')
            body.append(_text(x(0) - 8, at, name, "small", "end"))
            body.append(_text(x(1) + 10, at, percent(share), "small"))
            at += LABEL
        at += 10
    return body, at


def _css(name: str, index: int) -> str:
    if name == OURS.name:
        return "ours"
    return "ours late" if name == MINUTES.name else f"judge-{(index - 2) % len(HUES)}"


def _file(body: Sequence[str], height: float) -> str:
    palette = STYLE.read_text(encoding="utf-8").partition("* {")[0]
    hues = "\n".join(f".judge-{n} {{ stroke: {hue}; stroke-dasharray: {DASHES[n]}; }}" for n, hue in enumerate(HUES))
    dark = " ".join(f".judge-{n} {{ stroke: {hue}; }}" for n, hue in enumerate(DARK_HUES))
    style = (
        f"{palette}svg {{ background: var(--paper); font-family: system-ui, sans-serif; }}\n"
        "text { fill: var(--ink); font-size: 12px; } text.small { font-size: 11px; } text.title { font-weight: 600; }\n"
        "polyline, line { fill: none; stroke-width: 1.5; } line.bar { stroke-width: 6; stroke-dasharray: none; }\n"
        ".grid { stroke: var(--grid); stroke-width: 1; } .ours { stroke: var(--weight); stroke-width: 3; }\n"
        f".late {{ stroke-dasharray: 5 4; stroke-width: 2; }}\n{hues}\n"
        f"@media (prefers-color-scheme: dark) {{ {dark} }}\n"
    )
    inner = "\n".join(body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img">\n'
        f"<title>Canary judges, simulated</title>\n<style>\n{style}</style>\n{inner}\n</svg>\n"
    )


def _text(x: float, y: float, text: str, css: str, anchor: str = "start") -> str:
    return (
        f'<text class="{css}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" dominant-baseline="middle">'
        f"{escape(text)}</text>"
    )

"""A dashboard's graphs as CloudWatch reads them (CloudWatch API reference, "Dashboard body structure and syntax").

The CDK has words for them, but its objects live in another process: two hundred of them would be made for a stage.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from aws_cdk import Aws

from pipeline.cloud.service.series import Formula, Series

WIDTH: Final = 12
"""Two graphs stand beside each other: a dashboard is 24 wide."""
HEIGHT: Final = 6

HERE: Final = Aws.REGION
"""The dashboard's own region, which CloudFormation fills in."""

USUAL_SECONDS: Final = 300
"""The period of a series that names none."""


@dataclass(frozen=True)
class Graph:
    """Lines over time, from 0 upwards."""

    title: str
    lines: Sequence[Series | Formula]


def body(graphs: Sequence[Graph], start: str) -> str:
    """The body of a dashboard with these graphs, two in a row, which first shows the time since `start`."""
    widgets = [
        {
            "type": "metric",
            "width": WIDTH,
            "height": HEIGHT,
            "x": number % 2 * WIDTH,
            "y": number // 2 * HEIGHT,
            "properties": {
                "view": "timeSeries",
                "title": graph.title,
                "region": HERE,
                "metrics": _rows(graph.lines),
                "yAxis": {"left": {"min": 0, "showUnits": False}},
            },
        }
        for number, graph in enumerate(graphs)
    ]
    return json.dumps({"start": start, "widgets": widgets}, separators=(",", ":"))


@dataclass
class _Row:
    """A line of a graph, or a part of one that is not drawn; `name` is what the formula calls it."""

    line: Series | Formula
    is_drawn: bool = False
    name: str | None = None


def _rows(lines: Sequence[Series | Formula]) -> list[list[Any]]:
    """Each line and each part of a formula once, as CloudWatch asks for: a part may be a line itself.

    ValueError where a name would stand for two series of a graph, or two names for one.
    """
    rows: list[_Row] = []

    def row(line: Series | Formula) -> _Row:
        found = next((each for each in rows if each.line == line), None)
        if found is None:
            rows.append(found := _Row(line))
        return found

    for line in lines:
        row(line).is_drawn = True
        if isinstance(line, Formula):
            for name, part in line.parts.items():
                named = row(part)
                if named.name not in (None, name) or any(each.name == name for each in rows if each is not named):
                    raise ValueError(f"{name} is called otherwise, or another series is called so, in the same graph")
                named.name = name
    return [_written(each) for each in rows]


def _written(row: _Row) -> list[Any]:
    """Namespace, name and dimensions of a series, then what else there is to say of it."""
    line = row.line
    said: dict[str, Any] = {"label": line.label, "id": row.name, "visible": None if row.is_drawn else False}
    period = line.seconds if line.seconds != USUAL_SECONDS else None
    match line:
        case Formula():
            start: list[Any] = []
            said |= {"expression": line.expression, "period": period}
        case Series():
            start = [line.namespace, line.name, *(word for pair in line.dimensions for word in pair)]
            said |= {"period": period, "stat": line.statistic}
    return [*start, {key: value for key, value in said.items() if value is not None}]

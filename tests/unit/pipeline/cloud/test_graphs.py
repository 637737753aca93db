"""A dashboard's body: its graphs in rows of two, and each series once in each."""

import json

import pytest

from pipeline.cloud.service.graphs import USUAL_SECONDS, Graph, body
from pipeline.cloud.service.series import Formula, Series

PLACED = Series("Orders", "OrderPlaced", "Sum", (("Stage", "prod"),))
CANCELLED = Series("Orders", "OrderCancelled", "Sum", (("Stage", "prod"),))
KEPT = Formula("placed - cancelled", {"placed": PLACED, "cancelled": CANCELLED}, "kept")

type Rows = list[list[object]]


def rows(*lines: Series | Formula) -> Rows:
    """What the body says of the lines of its only graph."""
    found: Rows = json.loads(body([Graph("graph", lines)], "-PT3H"))["widgets"][0]["properties"]["metrics"]
    return found


def test_graphs_stand_two_in_a_row() -> None:
    widgets = json.loads(body([Graph(title, [PLACED]) for title in "abc"], "-PT3H"))["widgets"]
    assert [(each["properties"]["title"], each["x"], each["y"]) for each in widgets] == [
        ("a", 0, 0),
        ("b", 12, 0),
        ("c", 0, 6),
    ]


def test_a_series_is_named_with_its_dimensions_statistic_and_period() -> None:
    assert rows(PLACED) == [["Orders", "OrderPlaced", "Stage", "prod", {"period": 60, "stat": "Sum"}]]


def test_a_usual_period_is_not_said_and_a_label_is() -> None:
    plain = Series("AWS/Lambda", "Errors", "Sum", seconds=USUAL_SECONDS, label="errors")
    assert rows(plain) == [["AWS/Lambda", "Errors", {"label": "errors", "stat": "Sum"}]]


def test_parts_of_a_formula_are_there_by_their_names_and_not_drawn() -> None:
    assert rows(KEPT) == [
        [{"label": "kept", "expression": "placed - cancelled", "period": 60}],
        ["Orders", "OrderPlaced", "Stage", "prod", {"id": "placed", "visible": False, "period": 60, "stat": "Sum"}],
        [
            "Orders",
            "OrderCancelled",
            "Stage",
            "prod",
            {"id": "cancelled", "visible": False, "period": 60, "stat": "Sum"},
        ],
    ]


@pytest.mark.parametrize("lines", [(PLACED, KEPT), (KEPT, PLACED)])
def test_a_part_that_is_a_line_itself_is_drawn_and_there_once(lines: tuple[Series | Formula, ...]) -> None:
    placed = [row for row in rows(*lines) if "OrderPlaced" in row]
    assert placed == [["Orders", "OrderPlaced", "Stage", "prod", {"id": "placed", "period": 60, "stat": "Sum"}]]


@pytest.mark.parametrize("parts", [{"placed": CANCELLED}, {"others": PLACED}])
def test_a_name_stands_for_one_series_of_a_graph_and_a_series_has_one_name(parts: dict[str, Series]) -> None:
    with pytest.raises(ValueError, match="in the same graph"):
        rows(KEPT, Formula("2", parts, "two"))

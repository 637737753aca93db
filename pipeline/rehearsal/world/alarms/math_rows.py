"""The rows of a metric math alarm: what CloudWatch refuses in them, said with the place, before any evaluation.

Sources: CloudWatch User Guide, "Create a CloudWatch alarm based on a metric math expression", and the API reference of
`MetricDataQuery`.
"""

import re
from collections.abc import Iterator

from pipeline.rehearsal.world.alarms.math_functions import KNOWN, REFUSED
from pipeline.rehearsal.world.alarms.math_syntax import (
    Binary,
    Call,
    Listed,
    Negated,
    Node,
    Word,
    parse,
    problem,
)
from pipeline.rehearsal.world.alarms.metric import MetricQuery
from pipeline.rehearsal.world.alarms.problem import AlarmProblem

MOST_METRICS = 10
ROW_ID = re.compile(r"^[a-z][A-Za-z0-9_]{0,254}$")
FILLERS = ("REPEAT", "LINEAR")


type Calculation = tuple[str, str, Node]
"""One expression: the row's id, its text and its tree."""


def check_rows(alarm: str, rows: tuple[MetricQuery, ...]) -> tuple[Calculation, ...]:
    """The expressions in order; refuses rows that don't make one series of at most ten metrics of one period."""
    _check_ids(alarm, rows)
    returned = [row.id for row in rows if row.return_data]
    if len(returned) != 1:
        named = ", ".join(returned) or "none"
        raise AlarmProblem(f"alarm {alarm}: exactly one row must have ReturnData true, found {named}")
    stats = [row.stat for row in rows if row.stat is not None]
    if not 1 <= len(stats) <= MOST_METRICS:
        raise AlarmProblem(f"alarm {alarm}: {len(stats)} metrics; an alarm reads 1 to {MOST_METRICS}")
    periods = sorted({stat.period_s for stat in stats})
    if len(periods) != 1:
        raise AlarmProblem(f"alarm {alarm}: periods {periods} s; all metrics of an alarm need the same period")
    return calculation_order(rows)


def _check_ids(alarm: str, rows: tuple[MetricQuery, ...]) -> None:
    for row in rows:
        if not ROW_ID.match(row.id):
            raise AlarmProblem(
                f"alarm {alarm}: row id {row.id!r}; it starts with a lower-case letter, then letters, digits, _"
            )
        if (row.stat is None) == (row.expression is None):
            raise AlarmProblem(f"alarm {alarm}: row {row.id} needs a metric or an expression, and not both")
    twice = sorted({row.id for row in rows if sum(other.id == row.id for other in rows) > 1})
    if twice:
        raise AlarmProblem(f"alarm {alarm}: row id {', '.join(twice)} is used more than once")


def calculation_order(rows: tuple[MetricQuery, ...]) -> tuple[Calculation, ...]:
    """Every expression after those it refers to."""
    texts = {row.id: row.expression for row in rows if row.expression is not None}
    trees = {row_id: parse(text) for row_id, text in texts.items()}
    known = {row.id for row in rows}
    for row_id, tree in trees.items():
        _check_names(texts[row_id], tree, known)
    ordered: list[str] = []
    for row_id in trees:
        _visit(row_id, trees, texts, ordered, ())
    return tuple((row_id, texts[row_id], trees[row_id]) for row_id in ordered)


def _visit(
    row_id: str, trees: dict[str, Node], texts: dict[str, str], ordered: list[str], above: tuple[str, ...]
) -> None:
    """Depth first: append the row after everything it refers to."""
    if row_id in ordered or row_id not in trees:
        return
    for word in (node for node in walk(trees[row_id]) if isinstance(node, Word)):
        if word.name == row_id or word.name in above:
            raise problem(texts[row_id], word.position, f"{word.name} refers to itself, directly or through others")
        _visit(word.name, trees, texts, ordered, (*above, row_id))
    ordered.append(row_id)


def _check_names(text: str, tree: Node, known: set[str]) -> None:
    """Every function is one we have, every word is a row's id or a filler of FILL."""
    for node in walk(tree):
        if isinstance(node, Call) and node.function in REFUSED:
            raise problem(text, node.position, f"{node.function}: {REFUSED[node.function]}")
        if isinstance(node, Call) and node.function not in KNOWN:
            hint = " (functions are upper case)" if node.function.upper() in KNOWN else ""
            raise problem(text, node.position, f"unknown function {node.function}{hint}")
        if isinstance(node, Word) and node.name not in known and node.name not in FILLERS:
            raise problem(text, node.position, f"no row has the id {node.name!r}; rows are {', '.join(sorted(known))}")


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    match node:
        case Call(arguments=below) | Listed(items=below):
            for child in below:
                yield from walk(child)
        case Negated(operand=child):
            yield from walk(child)
        case Binary(left=left, right=right):
            yield from walk(left)
            yield from walk(right)
        case _:
            return

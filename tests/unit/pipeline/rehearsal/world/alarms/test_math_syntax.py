"""The parser: precedence, and complaints that name the expression and the place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.world.alarms import AlarmProblem
from pipeline.rehearsal.world.alarms.math_syntax import (
    Binary,
    Call,
    Listed,
    Negated,
    Node,
    Number,
    Text,
    Word,
    parse,
)


def bracketed(node: Node) -> str:
    """The tree as text with every operation in brackets."""
    match node:
        case Number(value):
            return f"{value:g}"
        case Word(name):
            return name
        case Text(value):
            return f'"{value}"'
        case Negated(operand):
            return f"(-{bracketed(operand)})"
        case Binary(operator, left, right):
            return f"({bracketed(left)} {operator} {bracketed(right)})"
        case Call(function, arguments):
            return f"{function}({', '.join(map(bracketed, arguments))})"
        case Listed(items):
            return f"[{', '.join(map(bracketed, items))}]"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("m1", "m1"),
        ("m1+m2*m3", "(m1 + (m2 * m3))"),
        ("(m1+m2)*m3", "((m1 + m2) * m3)"),
        ("m1-m2-m3", "((m1 - m2) - m3)"),
        ("m1/m2/m3", "((m1 / m2) / m3)"),
        ("2^3^2", "(2 ^ (3 ^ 2))"),
        ("-m1^2", "(-(m1 ^ 2))"),
        ("2^-1", "(2 ^ (-1))"),
        ("-m1*m2", "((-m1) * m2)"),
        ("m1 > 1 AND m2 > 2 OR m3 == 3", "(((m1 > 1) AND (m2 > 2)) OR (m3 == 3))"),
        ("m1 > 1 && m2 > 2 || m3 != 3", "(((m1 > 1) AND (m2 > 2)) OR (m3 != 3))"),
        ("m1 + 1 >= m2", "((m1 + 1) >= m2)"),
        ("IF(FILL(m1,0)>=10, 100*m2/m1, 0)", "IF((FILL(m1, 0) >= 10), ((100 * m2) / m1), 0)"),
        ("SUM([m1, METRICS('err')])", 'SUM([m1, METRICS("err")])'),
        ("RUNNING_SUM(xc*LOG(5) - xt*LOG(1+4*nc/nt))", None),
        ("1.5e3 + .5 + 2.", "((1500 + 0.5) + 2)"),
        ("  METRICS( )  ", "METRICS()"),
    ],
)
def test_what_an_expression_means(text: str, tree: str | None) -> None:
    wanted = "RUNNING_SUM(((xc * LOG(5)) - (xt * LOG((1 + ((4 * nc) / nt))))))" if tree is None else tree

    assert bracketed(parse(text)) == wanted


@pytest.mark.parametrize(
    ("text", "position", "what"),
    [
        ("", 1, "expected a metric, a number or a function, found 'the end'"),
        ("m1 +", 5, "expected a metric, a number or a function, found 'the end'"),
        ("m1 m2", 4, "expected the end, found 'm2'"),
        ("(m1", 4, "expected ), found 'the end'"),
        ("[m1, m2", 8, "expected ], found 'the end'"),
        ("SUM(m1,)", 8, "expected a metric, a number or a function, found ')'"),
        ("m1 ? m2", 4, "unexpected character '?'"),
        ("m1 AND", 7, "expected a metric, a number or a function, found 'the end'"),
        ("AND m1", 1, "AND needs an operand on its left"),
        ("m1 = 3", 4, "unexpected character '='"),
        ('METRICS("x)', 9, "unexpected character '\"'"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, position: int, what: str) -> None:
    with pytest.raises(AlarmProblem) as raised:
        parse(text)

    assert str(raised.value) == f"metric math {text!r}, position {position}: {what}"


@pytest.mark.parametrize("text", ["(" * 60 + "m1" + ")" * 60, "-" * 60 + "m1", "ABS(" * 60 + "m1" + ")" * 60])
def test_deep_nesting_is_refused_and_not_a_crash(text: str) -> None:
    with pytest.raises(AlarmProblem, match="nested deeper than 50 levels"):
        parse(text)


def test_fifty_levels_are_fine() -> None:
    assert parse("(" * 49 + "m1" + ")" * 49) == Word("m1", 49)


def test_the_longest_expression_is_read() -> None:
    assert parse(" " * 2046 + "m1") == Word("m1", 2046)


def test_a_very_long_chain_is_refused_and_not_a_crash() -> None:
    with pytest.raises(AlarmProblem, match="more than 150 operators"):
        parse("m1" + "+m1" * 600)
    with pytest.raises(AlarmProblem, match="2052 characters; at most 2048"):
        parse("m1" + " " * 2050)


@given(st.text(alphabet="m12+-*/^()[],<>=!&| ABSIF.", max_size=40))
def test_any_text_is_a_tree_that_reads_back_or_a_named_problem(text: str) -> None:
    try:
        read = bracketed(parse(text))
    except AlarmProblem as problem:
        read = str(problem)

    assert read.startswith(f"metric math {text!r}, position ") or bracketed(parse(read)) == read


names = st.sampled_from(["m1", "m2", "errors"])
leaves = st.one_of(names, st.integers(0, 99).map(str))
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "^", "<", ">=", "AND", "OR"]), inner).map(
            lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
        ),
        inner.map(lambda operand: f"(-{operand})"),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: f"SUM([{', '.join(items)}])"),
    ),
    max_leaves=12,
)


@given(trees)
def test_a_bracketed_expression_reads_back_as_itself(text: str) -> None:
    assert bracketed(parse(text)) == text

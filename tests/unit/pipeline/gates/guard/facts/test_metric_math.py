"""CloudWatch's metric math over steady series."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gates.guard.facts.metric_math import CannotTell, Value, evaluate, ids_in

ROWS: dict[str, Value] = {"errors": 8, "requests": 40, "none": None, "p99": 900}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("100 * errors / requests", 20),
        ("IF(errors >= 3 AND requests >= 10, 100 * errors / requests, 0)", 20),
        ("IF(errors > 9 || requests < 10, 1, 0)", 0),
        ("if(errors == 8 and requests != 8, p99)", 900),
        ("IF(errors == 7, p99)", None),
        ("FILL(none, 0) + 1", 1),
        ("FILL(errors, REPEAT)", 8),
        ("none * 5", None),
        ("none > 1 AND errors > 1", None),
        ("IF(none, 1, 2)", None),
        ("errors / 0", None),
        ("LOG(0 - errors)", None),
        ("(0 - errors) ^ 0.5", None),
        ("MAX([errors, requests, none])", 40),
        ("SUM([errors, requests])", 48),
        ("AVG(errors)", 8),
        ("2 ^ 3 - -1", 9),
        ("CEIL(errors / 3)", 3),
        ("RATE(errors)", 0),
        ("RUNNING_SUM(errors)", 8_000),
        ("MIN([none])", None),
    ],
)
def test_what_an_expression_says(expression: str, value: Value) -> None:
    assert evaluate(expression, ROWS) == value


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "errors +",
        "nothing * 2",
        'SEARCH("x")',
        "ANOMALY_DETECTION_BAND(errors, 2)",
        "SUM(errors)",
        "METRICS()",
        "errors.real",
        "__import__('os')",
        "True",
        "1 < errors < 3",
        "IF(errors)",
        "(" * 500,
    ],
)
def test_what_the_guard_does_not_know_it_says(expression: str) -> None:
    with pytest.raises(CannotTell):
        evaluate(expression, ROWS)


def test_the_rows_of_an_expression_are_its_words_but_for_functions_and_keywords() -> None:
    assert ids_in("IF(requests >= 5, FILL(p99, REPEAT), 0)") == {"requests", "p99"}


@given(st.floats(0, 1e6), st.floats(0.1, 1e6))
def test_a_rate_is_what_python_says_it_is(errors: float, requests: float) -> None:
    rows = {"errors": errors, "requests": requests}
    assert evaluate("100*errors/requests", rows) == pytest.approx(100 * errors / requests)


@given(st.text(max_size=30))
def test_no_text_does_worse_than_not_to_be_known(text: str) -> None:
    with suppress(CannotTell):
        evaluate(text, ROWS)

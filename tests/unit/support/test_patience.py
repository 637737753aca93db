"""Asking again until an answer is there, or for so long."""

from tests.support.patience import until


def test_the_first_answer_that_is_there_counts() -> None:
    given = iter(range(9))
    assert until(lambda: next(given), lambda answer: answer == 2, 60.0) == 2
    assert next(given) == 3


def test_where_patience_ends_the_last_answer_is_told() -> None:
    assert until(lambda: "not yet", lambda _: False, 0.0) == "not yet"

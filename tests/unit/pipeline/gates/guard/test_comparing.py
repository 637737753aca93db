"""What rules say of one property."""

import pytest

from pipeline.gates.guard.comparing import differs, grew, is_true, lost, must, number, shrank
from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.rule import Wrong
from pipeline.gates.openapi.node import Json


def queue(**properties: Json) -> Resource:
    return Resource("prod", "prod/orders", "Jobs", "AWS::SQS::Queue", {"Properties": {**properties}})


@pytest.mark.parametrize(
    ("value", "yes", "counted"),
    [(True, True, None), ("true", True, None), (False, False, None), (3, False, 3), ("3", False, 3), ({}, False, None)],
)
def test_templates_say_yes_and_numbers_as_json_or_as_text(value: Json, yes: bool, counted: float | None) -> None:
    assert (is_true(value), number(value)) == (yes, counted)


def test_what_must_be_and_is_not_there_is_told() -> None:
    assert must(queue(A={"B": True}), "A", "B", be=is_true, told="true") is None
    assert must(queue(), "A", "B", be=is_true, told="true") == Wrong("B is not there, and must be true", "A.B")
    assert must(queue(A=1), "A", be=is_true, told="true") == Wrong("A is 1, and must be true", "A")


@pytest.mark.parametrize("gone", [None, False, "false", "", [], {}])
def test_what_the_base_says_and_the_candidate_not_is_lost(gone: Json) -> None:
    assert lost(queue(A=gone), queue(A="x"), "A")
    assert lost(queue(A="x"), queue(A=gone), "A") is None
    assert lost(queue(A=gone), None, "A") is None


def test_what_is_another_value_differs_and_what_is_new_does_not() -> None:
    assert differs(queue(A=2), queue(A=1), "A") == Wrong("A was 1, is 2", "A")
    assert differs(queue(), queue(A=1), "A")
    assert differs(queue(A=2), queue(), "A") is None
    assert differs(queue(A=2), None, "A") is None


def test_numbers_are_compared_where_both_are_there() -> None:
    assert grew(queue(A=2), queue(A="1"), "A")
    assert grew(queue(A=1), queue(A=1), "A") is None
    assert grew(queue(), queue(A=1), "A") is None
    assert shrank(queue(A=1), queue(A=2), "A")
    assert shrank(queue(), queue(A=2), "A")
    assert shrank(queue(A=3), queue(A=2), "A") is None

"""What a message says that a template holds as text."""

from typing import Any

import pytest

from pipeline.gates.guard.facts.messages import says_all_of

DUE = '{"kind": "due", "detail": {"ids": [1, 2], "data": {}}}'


@pytest.mark.parametrize(
    "more",
    [
        DUE,
        '{"kind":"due","detail":{"data":{},"ids":[1,2]}}',
        '{"kind": "due", "detail": {"ids": [1, 2], "data": {"asked_by": "schedule"}}, "version": 1}',
    ],
)
def test_the_same_and_more_says_all_of_it(more: str) -> None:
    assert says_all_of(DUE, more)


@pytest.mark.parametrize(
    "other",
    [
        '{"kind": "due", "detail": {"ids": [1, 2]}}',
        '{"kind": "other", "detail": {"ids": [1, 2], "data": {}}}',
        '{"kind": "due", "detail": {"ids": [1, 2, 3], "data": {}}}',
        '{"kind": "due", "detail": {"ids": [1, 2], "data": []}}',
        "due",
        "",
        None,
        {"Ref": "Message"},
    ],
)
def test_less_and_something_else_does_not(other: Any) -> None:
    assert not says_all_of(DUE, other)


def test_one_and_yes_are_not_the_same() -> None:
    assert not says_all_of('{"a": 1}', '{"a": true}')


def test_what_is_put_together_is_read_as_a_whole() -> None:
    def joined(end: str) -> Any:
        return {"Fn::Join": ["", ['{"stage": "', {"Ref": "Stage"}, end]]}

    assert says_all_of(joined('"}'), joined('", "more": 1}'))
    assert not says_all_of(joined('"}'), '{"stage": "prod"}')


def test_none_of_both_is_the_same() -> None:
    assert says_all_of(None, None)

"""The statements of a policy: who may do what to which thing, and when."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pipeline.gates.guard.facts.statements import Statement, covers, dropped, loosened, statements

JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ELEMENTS = ("Effect", "Action", "Resource", "Principal", "Condition", "NotAction")
WORDS = some.text("abcdef:/-", min_size=1, max_size=8)


def asking(**asked: Any) -> Statement:
    return Statement({"Effect": "Allow", "Condition": asked})


def test_one_value_and_a_list_of_them_are_the_same() -> None:
    (first,) = statements({"Statement": {"Action": "S3:GetObject", "Resource": "x"}})
    (second,) = statements({"Statement": [{"Action": ["s3:getobject"], "Resource": ["x"]}]})
    assert (first.actions, first.resources) == (second.actions, second.resources) == (("s3:getobject",), ("x",))


def test_a_policy_that_stands_as_text_is_read_and_other_text_is_none() -> None:
    assert len(statements(json.dumps({"Statement": [{}, {}]}))) == 2
    assert statements("{") == statements(None) == ()


@pytest.mark.parametrize(
    ("named", "principals"),
    [
        ("*", (("AWS", "*"),)),
        ({"Service": ["a", "b"]}, (("Service", "a"), ("Service", "b"))),
        ({"Fn::GetAtt": ["Role", "Arn"]}, (("AWS", "${Role.Arn}"),)),
        (None, ()),
    ],
)
def test_whom_it_names(named: Any, principals: tuple[tuple[str, str], ...]) -> None:
    assert Statement({"Principal": named}).principals == principals


@given(some.dictionaries(some.sampled_from(ELEMENTS), JSON))
def test_no_shape_of_a_statement_breaks_its_reader(told: dict[str, Any]) -> None:
    (statement,) = statements({"Statement": told})
    assert isinstance(statement.allows, bool)
    assert all(isinstance(each, str) for each in (*statement.actions, *statement.resources))
    assert not list(loosened(statement, statement))
    assert all("*" in each or "no longer" in each for each in dropped(statement, statement))


@given(WORDS, WORDS)
def test_a_name_covers_itself_and_a_wildcard_covers_what_begins_so(name: str, more: str) -> None:
    assert covers(name, name)
    assert covers(f"{name}*", name + more)
    assert covers("*", name)
    assert covers(name, name + more) is False


def test_brackets_are_no_wildcards() -> None:
    assert covers("a[bc]", "a[bc]")
    assert not covers("a[bc]", "ab")


@pytest.mark.parametrize(
    ("new", "is_loose", "is_dropped"),
    [
        (asking(StringEquals={"aws:SourceAccount": "1"}), False, False),
        (asking(StringEquals={"aws:SourceAccount": "2"}), True, False),
        (asking(StringLike={"aws:SourceAccount": "1"}), True, False),
        (asking(StringLike={"aws:SourceAccount": "*"}), True, True),
        (asking(StringNotEquals={"aws:SourceAccount": "1"}), True, True),
        (asking(Bool={"aws:SecureTransport": "true"}), True, True),
        (Statement({}), True, True),
    ],
)
def test_what_a_condition_no_longer_asks_for(new: Statement, is_loose: bool, is_dropped: bool) -> None:
    old = asking(StringEquals={"aws:SourceAccount": "1"})
    assert (bool(list(loosened(old, new))), bool(list(dropped(old, new)))) == (is_loose, is_dropped)

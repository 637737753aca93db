"""Entity tags stand for versions; what is not one of ours matches nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.handlers import http
from api.handlers.http import Request
from api.handlers.preconditions import etag, expected, expected_if_given, is_known_to_caller
from api.handlers.problems import Problem
from tests.support import events

versions = st.integers(1, 10**15 - 1)


def request(name: str, value: Any) -> Request:
    event = events.proxy_event("GET", "/v1/orders/1", headers={name: value})
    return http.request(event, http.headers(event), "", events.context())


@given(versions)
def test_a_tag_is_known_again(version: int) -> None:
    assert is_known_to_caller(request("If-None-Match", etag(version)), version)
    assert expected(request("If-Match", etag(version))) == frozenset({version})


@given(versions, versions.filter(lambda version: version > 1))
def test_another_versions_tag_is_another(version: int, other: int) -> None:
    assert is_known_to_caller(request("If-None-Match", etag(version)), other) == (version == other)


@given(st.lists(versions, min_size=1, max_size=5))
def test_any_of_several_tags_will_do(several: list[int]) -> None:
    listed = ", ".join(map(etag, several))
    assert expected(request("If-Match", listed)) == frozenset(several)
    assert all(is_known_to_caller(request("If-None-Match", listed), version) for version in several)


@given(st.text())
def test_whatever_else_is_sent_is_no_version(text: str) -> None:
    given = expected_if_given(request("If-Match", text))
    assert given is None if text.strip() in ("", "*") else given is not None
    assert isinstance(is_known_to_caller(request("If-None-Match", text), 7), bool)


def test_a_weak_tag_will_do_for_reading_but_not_for_writing() -> None:
    assert is_known_to_caller(request("If-None-Match", 'W/"1"'), 1)
    assert expected(request("If-Match", 'W/"1"')) == frozenset()


def test_any_version_is_written_with_a_star() -> None:
    assert expected(request("If-Match", " * ")) is None


def test_without_a_tag_nothing_is_written() -> None:
    with pytest.raises(Problem, match="Say with If-Match"):
        expected(request("If-Match", " "))

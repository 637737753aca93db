"""The lines of a file, in whatever pieces it comes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.lines import Line, lines

LONGEST = 8


def read(*pieces: bytes, after: int = 0, begin: int = 0) -> list[Line]:
    return list(lines(pieces, after=after, begin=begin, longest=LONGEST))


def test_lines_are_counted_from_one_and_end_behind_their_line_feeds() -> None:
    assert read(b"a\nbc\n") == [Line(1, b"a", 2), Line(2, b"bc", 5)]


def test_what_stands_behind_the_last_line_feed_is_a_line_unless_it_is_nothing() -> None:
    assert read(b"a\nb") == [Line(1, b"a", 2), Line(2, b"b", 3)]
    assert read(b"") == read() == []


def test_a_line_that_comes_in_pieces_is_one() -> None:
    assert read(b"a", b"b", b"", b"c\nd") == [Line(1, b"abc", 4), Line(2, b"d", 5)]


@pytest.mark.parametrize("content", [b"", b" ", b"\r", b"\t \r"])
def test_a_line_of_nothing_is_blank(content: bytes) -> None:
    assert [line.is_blank for line in read(content + b"\na")] == [True, False]


def test_of_a_line_that_is_too_long_nothing_is_kept_and_the_next_is_read() -> None:
    assert read(b"12345678\n123456789\nb") == [Line(1, b"12345678", 9), Line(2, None, 19), Line(3, b"b", 20)]
    assert read(b"1234", b"56789", b"\nb") == [Line(1, None, 10), Line(2, b"b", 11)]
    assert read(b"123456789") == [Line(1, None, 9)]
    assert not read(b"123456789")[0].is_blank


files = st.lists(st.sampled_from([b"a", b"\n", b"\r", b"\xff", b"12345"]), max_size=40).map(b"".join)


@given(files, st.lists(st.integers(0, 60)))
def test_the_pieces_make_no_difference(file: bytes, cuts: list[int]) -> None:
    places = sorted({0, len(file), *(cut for cut in cuts if cut < len(file))})
    pieces = [file[begin:end] for begin, end in pairwise(places)]
    assert read(*pieces) == read(file)


@given(files)
def test_what_is_read_is_what_stands_there(file: bytes) -> None:
    found = read(file)
    expected = file.removesuffix(b"\n").split(b"\n") if file else []
    assert [line.content for line in found] == [part if len(part) <= LONGEST else None for part in expected]
    assert [line.number for line in found] == list(range(1, len(found) + 1))
    assert (found[-1].end if found else 0) == len(file)


@given(files, st.data())
def test_whoever_begins_behind_a_line_reads_the_others(file: bytes, data: st.DataObject) -> None:
    whole = read(file)
    done = data.draw(st.integers(0, len(whole)))
    end = whole[done - 1].end if done else 0
    assert read(file[end:], after=done, begin=end) == whole[done:]

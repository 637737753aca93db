"""One thing is never told as many."""

import pytest

from pipeline.record.counting import counted, plural


@pytest.mark.parametrize(("count", "said"), [(0, "0 gates"), (1, "1 gate"), (2, "2 gates"), (1_200, "1,200 gates")])
def test_only_one_thing_is_singular(count: int, said: str) -> None:
    assert (plural(count, "gate"), counted(count, "gates")) == (said, said)


def test_a_noun_of_several_words_is_singular_in_its_last() -> None:
    assert [counted(count, "text files") for count in (1, 2)] == ["1 text file", "2 text files"]

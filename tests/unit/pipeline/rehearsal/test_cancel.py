"""One way to say stop: once, for a reason, to everything below."""

import pytest

from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Cancelled


def test_children_stop_with_their_parent_and_for_its_reason() -> None:
    parent = Cancel()
    child = parent.child().child()
    parent.cancel("a signal")
    assert (child.is_set(), child.reason) == (True, "a signal")


def test_a_child_stops_alone() -> None:
    parent = Cancel()
    first, second = parent.child(), parent.child()
    first.cancel("refused")
    assert (parent.is_set(), second.is_set()) == (False, False)


def test_only_the_first_reason_counts() -> None:
    parent = Cancel()
    child = parent.child()
    child.cancel("first")
    parent.cancel("second")
    parent.cancel("third")
    assert (child.reason, parent.reason) == ("first", "second")


def test_the_exit_code_goes_with_the_reason_that_counts() -> None:
    parent = Cancel()
    child = parent.child()
    parent.cancel("interrupted by SIGTERM", 143)
    parent.cancel("interrupted by SIGINT", 130)
    assert [token.exit_code for token in (parent, child, parent.child(), Cancel())] == [143, 143, 143, 130]


def test_a_child_of_what_has_stopped_has_stopped() -> None:
    parent = Cancel()
    parent.cancel("too late")
    assert parent.child().reason == "too late"


def test_checking_raises_only_once_it_is_set() -> None:
    cancel = Cancel()
    cancel.check()
    assert cancel.wait(0.0) is False
    cancel.cancel("enough")
    assert cancel.wait(10.0) is True
    with pytest.raises(Cancelled, match="enough"):
        cancel.check()

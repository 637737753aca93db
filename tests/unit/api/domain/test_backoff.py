"""How long messages wait before they come again."""

from hypothesis import given
from hypothesis import strategies as st

from api.domain.backoff import FIRST, LONGEST, seconds


@given(st.integers(1, 5_000 // 5), st.floats(0, 1))
def test_a_wait_is_never_none_and_never_over_the_limit(attempt: int, share: float) -> None:
    waits = seconds(attempt, lambda most: most * share)
    assert FIRST / 2 <= waits <= LONGEST


def test_each_wait_may_be_twice_as_long_as_the_one_before() -> None:
    assert [seconds(attempt, lambda most: most) for attempt in (1, 2, 3, 9)] == [20, 40, 80, 900]
    assert [seconds(attempt, lambda _: 0.0) for attempt in (1, 2, 3, 9)] == [10, 20, 40, 450]

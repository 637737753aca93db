"""The circuit breaker: what it lets through, and that no order of answers makes it do otherwise."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from api.domain import circuit
from api.domain.circuit import (
    FAILURES_TO_OPEN,
    LONGEST_PROBE,
    REST,
    SUCCESSES_TO_CLOSE,
    UNTROUBLED,
    Circuit,
    Phase,
    admitted,
    failed,
    succeeded,
)
from tests.unit.api.domain.examples import NOON

circuits = st.one_of(
    st.builds(Circuit, st.just(Phase.CLOSED), failures=st.integers(0, FAILURES_TO_OPEN - 1)),
    st.builds(Circuit, st.just(Phase.OPEN), since=st.just(NOON)),
    st.builds(
        Circuit,
        st.just(Phase.HALF_OPEN),
        successes=st.integers(0, SUCCESSES_TO_CLOSE - 1),
        since=st.sampled_from([None, NOON]),
    ),
)
moments = st.integers(0, 200).map(lambda seconds: NOON + timedelta(seconds=seconds))


def opened(at: datetime = NOON) -> Circuit:
    troubled = UNTROUBLED
    for _ in range(FAILURES_TO_OPEN):
        troubled = failed(troubled, at, probe=False)
    return troubled


def test_five_failures_in_a_row_open_it_and_four_do_not() -> None:
    troubled = UNTROUBLED
    for _ in range(FAILURES_TO_OPEN - 1):
        troubled = failed(troubled, NOON, probe=False)
        assert admitted(troubled, NOON) == troubled
    assert failed(troubled, NOON, probe=False) == Circuit(Phase.OPEN, since=NOON)


def test_a_success_between_them_starts_the_count_anew() -> None:
    troubled = Circuit(failures=FAILURES_TO_OPEN - 1)
    assert succeeded(troubled, probe=False) == UNTROUBLED


def test_it_rests_for_a_minute_and_then_lets_one_probe_through() -> None:
    assert admitted(opened(), NOON + REST - timedelta(milliseconds=1)) is None
    probing = admitted(opened(), NOON + REST)
    assert probing == Circuit(Phase.HALF_OPEN, since=NOON + REST)
    assert admitted(probing, NOON + REST + LONGEST_PROBE - timedelta(milliseconds=1)) is None


def test_a_probe_that_was_never_heard_of_again_is_followed_by_another() -> None:
    lost = Circuit(Phase.HALF_OPEN, successes=1, since=NOON)
    assert admitted(lost, NOON + LONGEST_PROBE) == Circuit(Phase.HALF_OPEN, successes=1, since=NOON + LONGEST_PROBE)


def test_two_probes_that_succeed_close_it_and_one_that_fails_opens_it_again() -> None:
    probing = Circuit(Phase.HALF_OPEN, since=NOON)
    once = succeeded(probing, probe=True)
    assert once == Circuit(Phase.HALF_OPEN, successes=1)
    assert succeeded(once, probe=True) == UNTROUBLED
    assert failed(once, NOON, probe=True) == Circuit(Phase.OPEN, since=NOON)


@given(circuits.filter(lambda kept: kept.phase is not Phase.CLOSED), moments)
def test_a_call_from_before_it_opened_says_nothing_about_recovery(kept: Circuit, now: datetime) -> None:
    assert succeeded(kept, probe=False) == failed(kept, now, probe=False) == kept


@given(circuits, moments)
def test_at_most_one_of_those_who_come_at_once_may_probe(kept: Circuit, now: datetime) -> None:
    first = admitted(kept, now)
    if first is not None and first != kept:
        assert admitted(first, now) is None


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=60))
def test_whatever_happens_it_never_lets_through_within_its_rest_and_always_lets_through_after_it(
    story: list[tuple[bool, int]],
) -> None:
    kept, now = UNTROUBLED, NOON
    for answered, seconds in story:
        now += timedelta(seconds=seconds)
        before, after = kept, admitted(kept, now)
        if before.phase is Phase.OPEN:
            assert before.since is not None
            assert (after is None) == (now - before.since < REST)
        if after is None:
            continue
        probe = after != before
        kept = succeeded(after, probe=probe) if answered else failed(after, now, probe=probe)
        assert 0 <= kept.failures < circuit.FAILURES_TO_OPEN
        assert 0 <= kept.successes < circuit.SUCCESSES_TO_CLOSE
        assert (kept.since is not None) == (kept.phase is Phase.OPEN)
    assert admitted(kept, now + REST) is not None

"""Attempts within a deadline, on a clock that only moves when somebody waits."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from api.domain import attempts
from api.domain.attempts import LONGEST_PAUSE, MOST, SHORTEST_ATTEMPT, Pacing, within


@dataclass
class Time:
    """Monotonic seconds; `share` of what may be drawn is drawn."""

    share: float = 1.0
    now: float = 100.0
    pauses: list[float] = field(default_factory=list)

    def pacing(self) -> Pacing:
        return Pacing(lambda: self.now, self._sleep, lambda most: most * self.share)

    def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def answers(time: Time, *takes: float) -> "list[float]":
    """Make attempts that take so long and fail, or their whole limit if that is less; their limits."""
    limits: list[float] = []
    remaining = iter(takes)

    def attempt(limit: float) -> str:
        limits.append(limit)
        time.now += min(next(remaining), limit)
        return "no answer"

    within(3.0, time.pacing(), attempt, lambda _: False)
    return limits


def test_a_final_answer_ends_it() -> None:
    time = Time()
    assert within(3.0, time.pacing(), lambda _: "yes", lambda answer: answer == "yes") == "yes"
    assert time.pauses == []


def test_a_slow_attempt_leaves_the_next_one_its_time() -> None:
    first, second = answers(Time(share=1.0), 9.0, 9.0)
    assert first == 1.5
    assert second == 1.5 - LONGEST_PAUSE


def test_the_last_answer_counts_if_none_was_final() -> None:
    said = iter(["first", "second", "third"])
    assert within(3.0, Time().pacing(), lambda _: next(said), lambda _: False) == "second"


def test_without_time_for_one_attempt_there_is_none() -> None:
    assert within(SHORTEST_ATTEMPT / 2, Time().pacing(), lambda _: "yes", lambda _: True) is None


@given(st.floats(0, 5), st.floats(0, 1), st.lists(st.floats(0, 6), min_size=MOST, max_size=MOST))
def test_no_deadline_is_ever_missed_and_no_attempt_is_too_short_to_be_answered(
    seconds: float, share: float, takes: list[float]
) -> None:
    time = Time(share)
    began, limits, remaining = time.now, [], iter(takes)

    def attempt(limit: float) -> None:
        limits.append(limit)
        time.now += min(next(remaining), limit)

    within(seconds, time.pacing(), attempt, lambda _: False)
    assert time.now - began <= seconds + 1e-9
    assert all(limit >= SHORTEST_ATTEMPT for limit in limits)
    assert len(limits) <= attempts.MOST
    assert all(0 <= pause <= LONGEST_PAUSE for pause in time.pauses)


@given(st.floats(0, 1))
def test_the_pause_is_anything_up_to_its_limit(share: float) -> None:
    time = Time(share)
    answers(time, 0.0, 0.0)
    assert time.pauses == [LONGEST_PAUSE * share]

"""Answers are remembered for their time, nothing is not, and there are never too many."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from api.adapters.remembered import Remembered

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class Oracle:
    """Answers with how often it was asked, and knows nothing of `nobody`."""

    now: datetime = NOON
    asked: list[str] = field(default_factory=list)

    def ask(self, key: str) -> int | None:
        self.asked.append(key)
        return None if key == "nobody" else len(self.asked)

    def remembered(self, most: int = 1_000) -> Remembered[int]:
        return Remembered(self.ask, timedelta(seconds=60), lambda: self.now, most)


def test_an_answer_is_good_for_its_time() -> None:
    oracle = Oracle()
    kept = oracle.remembered()
    found = []
    for seconds in (0, 59, 60, 119, 120):
        oracle.now = NOON + timedelta(seconds=seconds)
        found.append(kept.get("a"))
    assert found == [1, 1, 2, 2, 3]


def test_a_fresh_answer_takes_the_place_of_the_old_one() -> None:
    kept = Oracle().remembered()
    assert (kept.get("a"), kept.fresh("a"), kept.get("a")) == (1, 2, 2)


def test_that_there_is_nothing_is_asked_each_time() -> None:
    oracle = Oracle()
    kept = oracle.remembered()
    assert (kept.get("nobody"), kept.get("nobody")) == (None, None)
    assert oracle.asked == ["nobody", "nobody"]


def test_what_was_asked_for_longest_ago_gives_way() -> None:
    oracle = Oracle()
    kept = oracle.remembered(most=2)
    for key in ("a", "b", "c", "c", "b", "a"):
        kept.get(key)
    assert oracle.asked == ["a", "b", "c", "a"]

"""Answers that are remembered for a short time within one environment, and not more of them than fit."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

MOST: Final = 1_000


class Remembered[V]:
    """What `ask` answered for a key, asked again after `lifetime`. That there is nothing (None) is not remembered."""

    def __init__(
        self, ask: Callable[[str], V | None], lifetime: timedelta, clock: Callable[[], datetime], most: int = MOST
    ) -> None:
        self._ask = ask
        self._lifetime = lifetime
        self._clock = clock
        self._most = most
        self._kept: dict[str, tuple[datetime, V]] = {}

    def get(self, key: str) -> V | None:
        """The answer of this moment or of a little while ago."""
        kept = self._kept.get(key)
        if kept is not None and self._clock() < kept[0]:
            return kept[1]
        return self.fresh(key)

    def fresh(self, key: str) -> V | None:
        """The answer of this moment."""
        answer = self._ask(key)
        self._kept.pop(key, None)
        if answer is not None:
            while len(self._kept) >= self._most:
                del self._kept[next(iter(self._kept))]  # the one that was asked for longest ago
            self._kept[key] = (self._clock() + self._lifetime, answer)
        return answer

"""Who asks the service while its traffic shifts: callers through the alias, as many as the machine answers."""

import json
import random
import threading
from types import TracebackType
from typing import Any, Self

from tests.rehearsal.world.account import Account

CALLERS = 6
PAUSE_S = 0.02
BASELINE = 0.005
"""The part of all requests that fails every day, in either version."""


class Visitors:
    """Callers from entering to leaving. For a part `everybody` (0 to 1) of what they ask, either version fails."""

    def __init__(self, account: Account, function: str, seed: int) -> None:
        self.everybody = BASELINE
        self._account, self._function, self._seed = account, function, seed
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(number,)) for number in range(CALLERS)]

    def leave(self) -> None:
        """Ask nothing more."""
        self._over.set()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.leave()
        for thread in self._threads:
            thread.join()

    def _ask(self, number: int) -> None:
        client: Any = self._account.client("lambda")
        chance = random.Random(f"{self._seed}/{number}")  # noqa: S311 - which request is struck
        while not self._over.wait(PAUSE_S):
            asked = {"draw": chance.random(), "everybody": chance.random() < self.everybody}
            client.invoke(FunctionName=self._function, Qualifier="live", Payload=json.dumps(asked))

"""What API Gateway has counted of a partner's requests (GetUsage of its usage plan).

The gateway's own count: what it will refuse by. It is late by some minutes, and GetUsage is a call of the control plane
that few may make per second, so its answer is kept for a minute.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, Final

from api.domain.partners import Usage
from api.domain.ports import Clock

_KEPT: Final = timedelta(seconds=60)

type _Asked = tuple[str, frozenset[str], date]


class GatewayUsage:
    """api.domain.ports.Gateway. `client` is boto3's, for which there are no stubs here."""

    def __init__(self, client: Any, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._kept: dict[_Asked, tuple[datetime, Usage | None]] = {}

    def used(self, plan: str, keys: Collection[str], day: date) -> Usage | None:
        """The sum of what the keys used; what remains is what the key with most left has. Two keys are an overlap."""
        asked = (plan, frozenset(keys), day)
        now = self._clock()
        self._kept = {key: value for key, value in self._kept.items() if now < value[0]}
        if asked not in self._kept:
            self._kept[asked] = (now + _KEPT, self._ask(plan, keys, day))
        return self._kept[asked][1]

    def _ask(self, plan: str, keys: Collection[str], day: date) -> Usage | None:
        days = [counted for key in sorted(keys) if (counted := self._of_key(plan, key, day.isoformat()))]
        if not days:
            return None
        return Usage(sum(used for used, _ in days), max(remaining for _, remaining in days))

    def _of_key(self, plan: str, key: str, day: str) -> tuple[int, int] | None:
        """One pair per day: used, remaining (API Gateway API reference, GetUsage)."""
        answer = self._client.get_usage(usagePlanId=plan, keyId=key, startDate=day, endDate=day)
        counted = next(iter(answer.get("items", {}).values()), None)  # indexed by the one key that was asked for
        return (int(counted[-1][0]), int(counted[-1][1])) if counted else None

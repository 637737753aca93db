"""What a partner has used: the gateway's own count of that partner's keys, and of nobody else's."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from api.adapters.usage import GatewayUsage
from api.domain.partners import Usage
from tests.unit.api.domain.examples import NOON

TODAY, YESTERDAY = date(2026, 11, 23), date(2026, 11, 22)
SHARED = "plan-of-the-tier"


@dataclass
class Gateway:
    """API Gateway's GetUsage: what each key has used of each plan on each day, and what it has left."""

    counted: dict[tuple[str, str, str], tuple[int, int]]
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    now: datetime = NOON

    def get_usage(self, *, usagePlanId: str, keyId: str, startDate: str, endDate: str) -> Any:  # noqa: N803 - boto3's
        assert startDate == endDate
        asked = (usagePlanId, keyId, startDate)
        self.asked.append(asked)
        return {"items": {keyId: [list(self.counted[asked])]}} if asked in self.counted else {}

    def usage(self) -> GatewayUsage:
        return GatewayUsage(self, lambda: self.now)


@pytest.fixture
def gateway() -> Gateway:
    today, yesterday = TODAY.isoformat(), YESTERDAY.isoformat()
    return Gateway(
        {
            (SHARED, "of-acme", today): (9_000, 1_000),
            (SHARED, "of-bolt", today): (5, 9_995),
            (SHARED, "of-bolt-new", today): (2, 9_998),
            (SHARED, "of-acme", yesterday): (77, 9_923),
            ("another-plan", "of-acme", today): (1, 99),
        }
    )


@pytest.mark.parametrize(
    ("plan", "keys", "day", "used"),
    [
        (SHARED, ["of-bolt"], TODAY, Usage(5, 9_995)),
        (SHARED, ["of-bolt", "of-bolt-new"], TODAY, Usage(7, 9_998)),
        (SHARED, ["of-acme"], YESTERDAY, Usage(77, 9_923)),
        ("another-plan", ["of-acme"], TODAY, Usage(1, 99)),
        (SHARED, ["of-nobody"], TODAY, None),
        (SHARED, [], TODAY, None),
    ],
)
def test_what_one_has_used_is_never_told_to_another(
    gateway: Gateway, plan: str, keys: Collection[str], day: date, used: Usage | None
) -> None:
    """Partners of a tier share its plan, keys of a partner share its day, and a partner may come to another tier."""
    usage = gateway.usage()
    assert usage.used(SHARED, ["of-acme"], TODAY) == Usage(9_000, 1_000)
    for _ in range(2):
        assert usage.used(plan, keys, day) == used
        assert usage.used(SHARED, ["of-acme"], TODAY) == Usage(9_000, 1_000)


def test_the_gateway_is_asked_once_a_minute_for_the_same(gateway: Gateway) -> None:
    """GetUsage is a call of the control plane that few may make per second."""
    usage = gateway.usage()
    for keys in (["of-bolt", "of-bolt-new"], ["of-bolt-new", "of-bolt"]):
        usage.used(SHARED, keys, TODAY)
    assert len(gateway.asked) == 2
    gateway.now = NOON + timedelta(seconds=60)
    usage.used(SHARED, ["of-bolt", "of-bolt-new"], TODAY)
    assert len(gateway.asked) == 4

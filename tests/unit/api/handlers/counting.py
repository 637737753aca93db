"""A stand-in for the control plane of API Gateway, whose counts of usage the emulator does not tell."""

from datetime import UTC, datetime
from typing import Any


class Counting:
    """API Gateway's client, as far as it counts."""

    def __init__(self, **counted: list[list[int]]) -> None:
        self.counted = counted
        self.asked: list[str] = []

    def get_usage(self, *, usagePlanId: str, keyId: str, startDate: str, endDate: str) -> Any:  # noqa: N803 - boto3's
        assert startDate == endDate == datetime.now(UTC).date().isoformat()
        self.asked.append(f"{usagePlanId}/{keyId}")
        return {"items": {keyId: self.counted[keyId]} if keyId in self.counted else {}}

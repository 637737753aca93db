"""Locks a release that was published on the day on which this is tried."""

import datetime
from collections.abc import Callable, Mapping


def _locked(text: str) -> str:
    return text.replace("fastapi==0.118.0", "fastapi==0.118.9")


def _released(text: str) -> str:
    today = datetime.datetime.now(datetime.UTC).date()
    return text.replace("fastapi==0.118.0 2025-09-29", f"fastapi==0.118.9 {today}")


CHANGES: Mapping[str, Callable[[str], str]] = {
    "pyproject.toml": _locked,
    "locks/bench.txt": _locked,
    "locks/released.txt": _released,
}

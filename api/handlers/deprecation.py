"""Routes that will go: since when callers are advised to leave them, and when they will be gone.

`Deprecation` is RFC 9745 (a date as structured field: `@` and seconds since the epoch), `Sunset` RFC 8594 (an HTTP
date), and the page that says what to use instead is a link of the relation `deprecation`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Deprecation:
    """`since` and `sunset` have a time zone; ValueError for a sunset before the deprecation (RFC 9745, section 4)."""

    since: datetime
    sunset: datetime
    instead: str
    """Where one reads what to use instead."""

    def __post_init__(self) -> None:
        if self.sunset < self.since:
            raise ValueError(f"a route cannot be gone ({self.sunset}) before it is deprecated ({self.since})")

    def headers(self) -> dict[str, str]:
        """What every answer of the route says besides its own."""
        return {
            "Deprecation": f"@{int(self.since.timestamp())}",
            "Sunset": f"{self.sunset.astimezone(UTC):%a, %d %b %Y %H:%M:%S} GMT",
            "Link": f'<{self.instead}>; rel="deprecation"; type="text/html"',
        }


def joined(answer: dict[str, str], deprecated: Deprecation | None) -> dict[str, str]:
    """An answer's headers with those of its route's deprecation; both may have links."""
    if deprecated is None:
        return answer
    added = deprecated.headers()
    links = ", ".join(headers["Link"] for headers in (answer, added) if "Link" in headers)
    return {**answer, **added, "Link": links}

"""What browsers are told with every answer: which other sites may read it, and to come back over TLS only.

A stage lists its origins in ALLOWED_ORIGINS, separated by spaces; without one, no other site reads anything. With more
than one the answer names just the one that asked, because the header holds one only (Fetch standard, "CORS protocol"),
and says that it depends on it. STRICT_TRANSPORT_SECURITY is set where the stage has a domain of its own.
"""

from collections.abc import Mapping
from typing import Final

EXPOSED: Final = "Deprecation, ETag, Idempotent-Replayed, Link, Location, Retry-After, Sunset, X-Correlation-Id"


def told(origin: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The headers for a request from `origin` (empty without one)."""
    headers: dict[str, str] = {}
    allowed = environment.get("ALLOWED_ORIGINS", "").split()
    if allowed:
        headers["Vary"] = "Origin"
    if origin in allowed:
        headers |= {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": EXPOSED}
    transport = environment.get("STRICT_TRANSPORT_SECURITY", "")
    return {**headers, "Strict-Transport-Security": transport} if transport else headers

"""Spans: named stretches of work. X-Ray on AWS, nothing elsewhere.

The X-Ray SDK reaches its end of support in February 2027, so nothing but this file knows it.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Tracing(Protocol):
    """Where spans are reported to."""

    def span(self, name: str) -> AbstractContextManager[object]:
        """A span that lasts as long as the `with` block."""
        ...


class NoTracing:
    """Reports nothing, and imports nothing for it."""

    def span(self, name: str) -> AbstractContextManager[object]:  # noqa: ARG002
        """A block like any other."""
        return nullcontext()


class XRay:
    """Subsegments of the segment that Lambda opens."""

    def __init__(self) -> None:
        from aws_lambda_powertools import Tracer  # here, as it brings the X-Ray SDK with it

        self._tracer = Tracer(auto_patch=False)

    def span(self, name: str) -> AbstractContextManager[object]:
        """A subsegment."""
        subsegment: AbstractContextManager[object] = self._tracer.provider.in_subsegment(name)
        return subsegment


def tracing(environment: Mapping[str, str]) -> Tracing:
    """X-Ray where Lambda says that its daemon listens; a laptop sets no AWS_XRAY_DAEMON_ADDRESS."""
    return XRay() if environment.get("AWS_XRAY_DAEMON_ADDRESS") else NoTracing()

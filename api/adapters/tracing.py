"""Spans: named stretches of work, told to X-Ray where a stage asks for it with TRACING=xray, and to nobody elsewhere.

Lambda and API Gateway trace themselves without any SDK. Spans within a function need the X-Ray SDK, whose import costs
a cold start 130 to 200 ms and whose support ends in February 2027: so it is asked for, and only this file knows it.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol


class Tracing(Protocol):
    """Where spans are reported to."""

    def span(self, name: str, **annotations: str) -> AbstractContextManager[object]:
        """A span that lasts as long as the `with` block, found by its annotations: names and ids alone."""
        ...


class NoTracing:
    """Reports nothing, and imports nothing for it."""

    def span(self, name: str, **annotations: str) -> AbstractContextManager[object]:  # noqa: ARG002
        """A block like any other."""
        return nullcontext()


class XRay:
    """Subsegments of the segment that Lambda opens."""

    def __init__(self) -> None:
        from aws_lambda_powertools import Tracer  # here, as it brings the X-Ray SDK with it

        self._tracer = Tracer(auto_patch=False)

    @contextmanager
    def span(self, name: str, **annotations: str) -> Iterator[object]:
        """A subsegment."""
        with self._tracer.provider.in_subsegment(name) as subsegment:
            for key, value in annotations.items():
                subsegment.put_annotation(key, value)
            yield subsegment


def tracing(environment: Mapping[str, str]) -> Tracing:
    """What the environment asks for. Raises ValueError for a tracing that there is not."""
    match environment.get("TRACING", "none"):
        case "none":
            return NoTracing()
        case "xray":
            return XRay()
        case other:
            raise ValueError(f"TRACING is none or xray, not {other!r}")

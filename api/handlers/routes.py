"""Routes as data: what the code answers, to be compared with the promise and with the template."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from api.adapters import sources
from api.domain.carriers import SCAN
from api.domain.partners import READ, WRITE
from api.handlers import callers
from api.handlers.callers import Caller
from api.handlers.deprecation import Deprecation
from api.handlers.http import Answer, Request


class Access(Enum):
    """Who may call an operation."""

    PUBLIC = auto()
    CUSTOMER = auto()
    OPS = auto()
    PARTNER_READS = auto()
    PARTNER_WRITES = auto()
    CARRIER = auto()


_SCOPES = {Access.PARTNER_READS: READ, Access.PARTNER_WRITES: WRITE}

ANYONE = Caller("public", frozenset())
"""Stands for the caller of a public operation, whoever it is."""


@dataclass(frozen=True, slots=True)
class Route[S]:
    """One operation. `path` is written as in OpenAPI; `serve` gets the services S of its function.

    Of one that is `business`, which the business lives on, it is counted how often it comes to something.
    """

    operation: str
    method: str
    path: str
    access: Access
    serve: Callable[[Request, Caller, S], Answer]
    deprecated: Deprecation | None = None
    business: bool = False

    def caller(self, request: Request) -> Caller:
        """The caller, if they may call this. Raises a Problem with 401 or 403."""
        if self.access is Access.PUBLIC:
            return ANYONE
        if self.access in _SCOPES:
            return callers.partner(request.admission, _SCOPES[self.access], sources.now())
        if self.access is Access.CARRIER:
            return callers.machine(request.claims, SCAN)
        caller = callers.caller(request.claims)
        if self.access is Access.OPS:
            callers.require_group(caller, callers.OPS)
        return caller

    def matches(self, path: str) -> bool:
        """Whether this route's path is meant, whatever the method."""
        return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", self.path), path) is not None


def allowed[S](routes: Sequence[Route[S]], path: str) -> tuple[str, ...]:
    """The methods that a path has, sorted; none for an unknown path."""
    return tuple(sorted(route.method for route in routes if route.matches(path)))

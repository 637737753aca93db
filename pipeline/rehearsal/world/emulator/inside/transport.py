"""How the request has come that is being answered: over TLS or in plain text, by its connection and not by a header."""

from contextvars import ContextVar

OVER_TLS: ContextVar[bool] = ContextVar("over_tls", default=False)

"""Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07) on operations that create something."""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, cast

from api.adapters.idempotency import Idempotency, InProgress, KeyReused, Outcome, Repeatable
from api.domain import limits
from api.domain.events import Json
from api.handlers import bodies, caching
from api.handlers.callers import Caller
from api.handlers.http import Answer, Request
from api.handlers.problems import Place, Problem

if TYPE_CHECKING:
    from api.handlers.schemas import Body

_HEADER: Final = "Idempotency-Key"
_KEY: Final = re.compile(limits.IDEMPOTENCY_KEY)

type Effect = Callable[[str], Answer]
"""What is to happen once; it gets a digest of the request, for effects that must survive a crash after them."""


def once(idempotency: Idempotency, request: Request, caller: Caller, body: "Body | None", effect: Effect) -> Answer:
    """The effect's answer, or that of the first request with this key, however either has spelled the path.

    Raises a Problem with 400 (no key, or a malformed one), 409 (the first is still at work) or 422 (another body, or
    one with control characters).
    """
    repeatable = Repeatable(caller.subject, f"{request.method} {request.meant}", _key(request), _said(body))
    if body is not None:
        bodies.require_plain(body)
    try:
        outcome = idempotency.once(repeatable, request.context, lambda: _kept(effect(repeatable.digest())))
    except InProgress:
        detail = "The first request with this key is still at work."
        headers = {"Retry-After": "1"}
        raise Problem(HTTPStatus.CONFLICT, "request-in-progress", detail, headers=headers) from None
    except KeyReused:
        detail = "This key was used with another body; choose a new one."
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency-key-reused", detail) from None
    return _answer(outcome, request.base)


def _said(body: "Body | None") -> Json:
    """What is remembered of a body; an operation without one has said nothing.

    What was left out is not: a release that lets one thing more be said would take a request of before it for another.
    """
    if body is None:
        return {}
    said = body.model_dump(mode="json", exclude_unset=True)
    left_out = body.ALWAYS_SAID - body.model_fields_set
    return cast("Json", {**said, **body.model_dump(mode="json", include=set(left_out))})


def _key(request: Request) -> str:
    key = request.headers.get(_HEADER.lower(), "")
    if not _KEY.fullmatch(key):
        detail = f"Send {_HEADER} with 8 to 64 letters, digits, - or _, new for each thing you want done."
        place = Place(_HEADER, "is malformed" if key else "is missing")
        raise Problem(HTTPStatus.BAD_REQUEST, "bad-request", detail, [place])
    return key


def _kept(answer: Answer) -> dict[str, Json]:
    return {
        "status": answer.status.value,
        "body": dict(answer.body or {}),
        "headers": dict(answer.headers),
        "media_type": answer.media_type,
    }


def _answer(outcome: Outcome, base: str) -> Answer:
    kept = outcome.answer
    headers = {"Cache-Control": caching.NOBODY, **cast("dict[str, str]", kept["headers"])}
    if "Location" in headers:
        headers["Location"] = base + headers["Location"]
    if outcome.replayed:
        headers["Idempotent-Replayed"] = "true"
    media_type = cast("str", kept.get("media_type", "application/json"))  # an older version has not kept it
    return Answer(HTTPStatus(cast("int", kept["status"])), cast("dict[str, Json]", kept["body"]), headers, media_type)

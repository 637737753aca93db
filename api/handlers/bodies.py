"""Reading a JSON body: every way in which it can be wrong is the caller's, and answered with 4xx."""

import base64
import binascii
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from api.domain import limits
from api.domain.events import Json
from api.handlers.http import Request
from api.handlers.problems import Place, Problem

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

MAX_BYTES: Final = 64 * 1024

CONTROLS: Final = "holds a control character, a separator of lines, or a control of direction"
_ODD: Final = re.compile(limits.CONTROLS.replace("[", r"[\\", 1))
"""What JSON of a text with a control has: the control itself, or a backslash, which escapes it."""

JSON: Final = "application/json"


def read[M: BaseModel](request: Request, model: type[M], media_type: str = JSON) -> M:
    """The body, sent as `media_type`, as a model. Raises a Problem with 400, 413 or 415."""
    from pydantic import ValidationError

    _require(media_type, request)
    raw = _bytes(request)
    if len(raw) > MAX_BYTES:
        detail = f"The body has {len(raw)} bytes; {MAX_BYTES} are the limit."
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", detail)
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise Problem(HTTPStatus.BAD_REQUEST, "bad-request", "The body is not as promised.", places(error)) from None


def require_plain(body: "BaseModel") -> None:
    """Raise a Problem with 422 if a text of a body as promised holds what none may hold.

    To be asked when all else of the request is as promised: what is not is told first, as 400.
    """
    if found := controls(body):
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "control-characters", "The body holds odd characters.", found)


def refuse(request: Request) -> None:
    """Raise a Problem with 400 if there is a body where none belongs."""
    if request.body:
        raise Problem(HTTPStatus.BAD_REQUEST, "bad-request", "This operation takes no body.")


def places(error: "ValidationError") -> tuple[Place, ...]:
    """Where and why, without the values themselves."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return tuple(Place("".join(map(_step, each["loc"])), each["msg"]) for each in found)


def controls(body: "BaseModel") -> tuple[Place, ...]:
    """The texts of a body that hold characters that none may hold. The patterns promised of them let some pass."""
    if _ODD.search(body.model_dump_json(exclude_unset=True)) is None:
        return ()  # all texts at once, as nearly every body is plain
    texts = _texts("", body.model_dump(mode="json", exclude_unset=True))
    return tuple(Place(pointer, CONTROLS) for pointer, text in texts if re.search(limits.CONTROLS, text))


def _texts(pointer: str, value: Json) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield pointer, value
        case dict():
            for name, each in value.items():
                yield from _texts(pointer + _step(name), each)
        case list():
            for place, each in enumerate(value):
                yield from _texts(pointer + _step(place), each)


def _step(part: str | int) -> str:
    """A step of a JSON pointer; the whole document is no step at all (RFC 6901, sections 3 and 5)."""
    return "/" + str(part).replace("~", "~0").replace("/", "~1")


def _require(media_type: str, request: Request) -> None:
    sent, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if sent.strip().lower() != media_type or charset not in ("", "charset=utf-8"):
        detail = f"Send the body as {media_type}, in UTF-8."
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", detail)


def _bytes(request: Request) -> bytes:
    if not request.body_is_base64:
        return request.body.encode(errors="surrogatepass")  # half a surrogate is then refused as bad UTF-8
    try:
        return base64.b64decode(request.body, validate=True)
    except (binascii.Error, ValueError):
        raise Problem(HTTPStatus.BAD_REQUEST, "bad-request", "The body is not valid base64.") from None

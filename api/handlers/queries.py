"""Reading query parameters, and the links from page to page."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from api.domain import limits
from api.handlers import bodies
from api.handlers.http import Request
from api.handlers.problems import Place, Problem

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError


def read[M: BaseModel](request: Request, model: type[M]) -> M:
    """The query as a model. Raises a Problem with 400, also for a parameter that is given twice.

    And for one that holds what no text may hold: nothing that is kept could be found by it. The promised patterns let
    some of that pass, as they did before the rule, and another pattern would break the promise.
    """
    from pydantic import ValidationError

    names = {field.alias or name for name, field in model.model_fields.items()}
    known = {name: values for name, values in request.query.items() if name in names}
    twice = [Place(name, "is given more than once") for name, values in known.items() if len(values) > 1]
    if twice:
        raise _bad(tuple(twice))
    once = {name: values[0] for name, values in known.items()}
    try:
        query = model.model_validate(once)
    except ValidationError as error:
        raise _bad(_places(error)) from None
    odd = [Place(name, bodies.CONTROLS) for name, value in once.items() if re.search(limits.CONTROLS, value)]
    if odd:
        raise _bad(tuple(odd))
    return query


def next_link(request: Request, parameters: Mapping[str, str]) -> str:
    """The value of a Link header to the next page (RFC 8288)."""
    return f'<{request.base}{request.path}?{urlencode(parameters)}>; rel="next"'


def _places(error: "ValidationError") -> tuple[Place, ...]:
    """Which parameters, by their names, and why, without the values themselves."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return tuple(Place(str(each["loc"][0]), each["msg"]) for each in found)


def _bad(found: tuple[Place, ...]) -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, "bad-request", "The query is not as promised.", found)

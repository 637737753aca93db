"""Errors as RFC 9457 problems: which error becomes which status and type. Types are stable; clients decide by them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from api.adapters.faults import passes_by_itself
from api.domain import errors
from api.domain.events import Json
from api.handlers.http import Answer

_OF_A_PATH: Final = "%/:@!$&'()*+,;="
"""What stays as it was sent besides letters, digits and `-._~`: `pchar` of RFC 3986. The gateway passes a path on as it
was sent, so `%` begins an escape, and an escaped slash is not one."""
_LONGEST_PATH: Final = 2048
_LONGEST_POINTER: Final = 200
_LONGEST_DETAIL: Final = 500
_LONGEST_TEXT: Final = 1000
_MOST_PLACES: Final = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where the request is wrong: a JSON pointer into the body, or the name of a parameter or header."""

    pointer: str
    detail: str


class Problem(Exception):
    """A request ends here. `slug` is the last part of the problem's type."""

    def __init__(
        self,
        status: HTTPStatus,
        slug: str,
        detail: str,
        places: Sequence[Place] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.slug = slug
        self.detail = detail
        self.places = tuple(places)
        self.headers = headers or {}


_RETRY: Final = {"Retry-After": "1"}
_RETRY_LATER: Final[Mapping[str, Mapping[str, str]]] = {"busy": _RETRY, "invoice-pending": {"Retry-After": "5"}}
"""By slug: what passes by itself, and when it is worth while to ask again."""

_DOMAIN: Final[Mapping[type[errors.DomainError], tuple[HTTPStatus, str]]] = {
    errors.ProductMissing: (HTTPStatus.NOT_FOUND, "not-found"),
    errors.ProductExists: (HTTPStatus.CONFLICT, "product-exists"),
    errors.ImportMissing: (HTTPStatus.NOT_FOUND, "not-found"),
    errors.StockLimit: (HTTPStatus.CONFLICT, "stock-limit"),
    errors.UnknownProduct: (HTTPStatus.UNPROCESSABLE_ENTITY, "unknown-product"),
    errors.RepeatedProduct: (HTTPStatus.UNPROCESSABLE_ENTITY, "repeated-product"),
    errors.MixedCurrencies: (HTTPStatus.UNPROCESSABLE_ENTITY, "mixed-currencies"),
    errors.OutOfStock: (HTTPStatus.CONFLICT, "out-of-stock"),
    errors.OrderMissing: (HTTPStatus.NOT_FOUND, "not-found"),
    errors.PartnerMissing: (HTTPStatus.FORBIDDEN, "forbidden"),
    errors.OrderShipped: (HTTPStatus.CONFLICT, "order-shipped"),
    errors.OrderAlreadyCancelled: (HTTPStatus.CONFLICT, "order-cancelled"),
    errors.NothingToPay: (HTTPStatus.CONFLICT, "nothing-to-pay"),
    errors.PaymentMissing: (HTTPStatus.NOT_FOUND, "not-found"),
    errors.ParcelMissing: (HTTPStatus.NOT_FOUND, "not-found"),
    errors.ScanReused: (HTTPStatus.UNPROCESSABLE_ENTITY, "scan-id-reused"),
    errors.ImpossibleTime: (HTTPStatus.UNPROCESSABLE_ENTITY, "impossible-time"),
    errors.InvoicePending: (HTTPStatus.CONFLICT, "invoice-pending"),
    errors.NoInvoice: (HTTPStatus.CONFLICT, "no-invoice"),
    errors.QueueMissing: (HTTPStatus.NOT_FOUND, "not-found"),
    errors.RedriveRunning: (HTTPStatus.CONFLICT, "redrive-running"),
    errors.AccountClosed: (HTTPStatus.FORBIDDEN, "forbidden"),
    errors.CustomerMissing: (HTTPStatus.NOT_FOUND, "not-found"),
    errors.CustomerErased: (HTTPStatus.NOT_FOUND, "not-found"),
    errors.Stale: (HTTPStatus.PRECONDITION_FAILED, "precondition-failed"),
    errors.Busy: (HTTPStatus.CONFLICT, "busy"),
    errors.InvalidCursor: (HTTPStatus.BAD_REQUEST, "invalid-cursor"),
}


def from_error(error: Exception) -> Problem:
    """The problem that an error becomes. One that is not foreseen says nothing about itself."""
    match error:
        case Problem():
            return error
        case errors.DomainError():
            status, slug = _DOMAIN[type(error)]
            return Problem(status, slug, str(error), _places(error), _RETRY_LATER.get(slug))
        case _ if passes_by_itself(error):
            detail = "Something behind this API did not answer in time. Try again."
            return Problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", detail, headers=_RETRY)
        case _:
            detail = "The mistake is ours. Report the correlation id if it happens again."
            return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error", detail)


def answer(problem: Problem, path: str, correlation_id: str) -> Answer:
    """The problem as it is sent."""
    body: dict[str, Json] = {
        "type": f"/problems/{problem.slug}",
        "title": problem.slug.replace("-", " ").capitalize(),
        "status": problem.status.value,
        "detail": problem.detail[:_LONGEST_TEXT],
        "instance": quote(path, safe=_OF_A_PATH, errors="replace")[:_LONGEST_PATH],
        "correlation_id": correlation_id,
    }
    if problem.places:
        body["errors"] = [_written(place) for place in problem.places[:_MOST_PLACES]]
    headers = {"Cache-Control": "no-store", **problem.headers}
    return Answer(problem.status, body, headers, media_type="application/problem+json")


def _written(place: Place) -> Json:
    return {"pointer": place.pointer[:_LONGEST_POINTER], "detail": place.detail[:_LONGEST_DETAIL]}


def _places(error: errors.DomainError) -> tuple[Place, ...]:
    match error:
        case errors.LineError():
            return tuple(Place(f"/lines/{index}/sku", str(error)) for index in error.indexes)
        case errors.ImpossibleTime():
            return (Place("/scanned_at", str(error)),)
        case _:
            return ()

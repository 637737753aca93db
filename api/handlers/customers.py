"""The function `customers`: what a customer has told, read and changed by nobody else, and their right to be forgotten.

Operators find a customer's number by the e-mail address that a caller tells them, get nothing else, and may block them.
What it may do
in AWS is listed in api/needs.py.
"""

import re
from http import HTTPStatus
from typing import Final

from api.domain import limits
from api.handlers import bodies, caching, correlation, customer_views, logs, preconditions
from api.handlers.callers import Caller
from api.handlers.customer_services import CustomerServices, customer_services
from api.handlers.function import Function
from api.handlers.http import Answer, Request
from api.handlers.problems import Problem
from api.handlers.routes import Access, Route

MERGE_PATCH: Final = "application/merge-patch+json"


def _get_profile(request: Request, caller: Caller, services: CustomerServices) -> Answer:
    profile = services.profiles.get(caller.subject)
    headers = _headers(profile.version)
    if preconditions.is_known_to_caller(request, profile.version):
        return Answer(HTTPStatus.NOT_MODIFIED, None, headers)
    return Answer(HTTPStatus.OK, customer_views.profile(profile), headers)


def _change_profile(request: Request, caller: Caller, services: CustomerServices) -> Answer:
    from api.handlers.customer_schemas import ProfileChanges

    expected = preconditions.expected(request)
    body = bodies.read(request, ProfileChanges, MERGE_PATCH)
    bodies.require_plain(body)
    changed = services.profiles.change(caller.subject, body.changes(), expected)
    return Answer(HTTPStatus.OK, customer_views.profile(changed), _headers(changed.version))


def _erase(request: Request, caller: Caller, services: CustomerServices) -> Answer:
    bodies.refuse(request)
    cause = correlation.cause(request)
    services.profiles.erase(caller.subject, caller.username, cause)
    return Answer(HTTPStatus.ACCEPTED, None, {"Cache-Control": caching.NOBODY})


def _get_preferences(request: Request, caller: Caller, services: CustomerServices) -> Answer:
    preferences = services.profiles.preferences(caller.subject)
    headers = _headers(preferences.version)
    if preconditions.is_known_to_caller(request, preferences.version):
        return Answer(HTTPStatus.NOT_MODIFIED, None, headers)
    return Answer(HTTPStatus.OK, customer_views.preferences(preferences), headers)


def _choose_preferences(request: Request, caller: Caller, services: CustomerServices) -> Answer:
    from api.handlers.customer_schemas import PreferencesBody

    expected = preconditions.expected(request)
    choices = bodies.read(request, PreferencesBody).choices()
    chosen = services.profiles.choose(caller.subject, choices, expected)
    return Answer(HTTPStatus.OK, customer_views.preferences(chosen), _headers(chosen.version))


def _look_up(request: Request, _caller: Caller, services: CustomerServices) -> Answer:
    from api.handlers.customer_schemas import CustomerLookup

    body = bodies.read(request, CustomerLookup)
    found = services.profiles.customers.with_email(body.email)
    return Answer(HTTPStatus.OK, customer_views.found(found), {"Cache-Control": caching.NOBODY})


def _keep_standing(request: Request, _caller: Caller, services: CustomerServices) -> Answer:
    from api.handlers.customer_schemas import Standing

    customer = request.parameters["id"]
    if not re.fullmatch(limits.CUSTOMER_ID, customer):
        raise Problem(HTTPStatus.NOT_FOUND, "not-found", "There can be no such customer.")
    body = bodies.read(request, Standing)
    services.profiles.keep_standing(customer, blocked=body.blocked)
    logs.note("standing changed", customer_id=customer, blocked=body.blocked)
    return Answer(HTTPStatus.OK, {"id": customer, "blocked": body.blocked}, {"Cache-Control": caching.NOBODY})


def _headers(version: int) -> dict[str, str]:
    return {"ETag": preconditions.etag(version), "Cache-Control": caching.NOBODY}


ROUTES: Final = (
    Route("getPreferences", "GET", "/v1/customers/me/preferences", Access.CUSTOMER, _get_preferences),
    Route("replacePreferences", "PUT", "/v1/customers/me/preferences", Access.CUSTOMER, _choose_preferences),
    Route("getProfile", "GET", "/v1/customers/me", Access.CUSTOMER, _get_profile),
    Route("changeProfile", "PATCH", "/v1/customers/me", Access.CUSTOMER, _change_profile),
    Route("eraseCustomer", "DELETE", "/v1/customers/me", Access.CUSTOMER, _erase),
    Route("setStanding", "PUT", "/v1/customers/{id}/standing", Access.OPS, _keep_standing),
    Route("findCustomers", "POST", "/v1/customers/lookups", Access.OPS, _look_up),
)

handler = Function(ROUTES, customer_services)
"""What Lambda calls with (event, context)."""

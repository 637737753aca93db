"""The function that the user pool asks: before a sign-in, after a sign-up, and before it makes tokens.

Cognito waits five seconds and shows a caller what is raised here (Amazon Cognito developer guide, "Customizing user
pool workflows with Lambda triggers"), so only words of ours are raised, and nothing of an event is logged but its kind.
What it may do in AWS is listed in api/needs.py as IDENTITY.

Whether a customer is blocked is asked at every sign-in and every refresh. If the table does not say in time, they come
in: its outage must not lock everybody out. An operator's second factor is the other way round: without a sure answer
they are no operator.
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from api.adapters import aws, sources
from api.adapters.user_pool import PoolAccounts
from api.domain import limits
from api.domain.customer import Person
from api.domain.events import Cause
from api.domain.identity import Entitlement, asks_for_second_factor, entitled
from api.domain.profiles import Profiles
from api.handlers import happenings, logs
from api.handlers.customer_services import customers
from api.handlers.happenings import Happening

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

type Event = dict[str, Any]


class SignInRefused(Exception):
    """The caller may not sign in. Cognito shows these words to them."""


class TriggerFailed(Exception):
    """Something of ours broke. It says no more, as Cognito shows it to the caller."""


def handler(event: Event, context: "LambdaContext") -> Event:
    """What Lambda calls: answer one trigger with its event, completed. Raises SignInRefused or TriggerFailed."""
    source = str(event.get("triggerSource", ""))
    logs.begin(context.aws_request_id)
    answer = _TRIGGERS.get(source.partition("_")[0])
    if answer is None:
        return event
    try:
        answer(event, context)
    except SignInRefused:
        logs.note("sign-in refused", trigger=source)
        raise
    except Exception as error:
        logs.failed(error)
        raise TriggerFailed("Something went wrong on our side; try again.") from None
    return event


def _before_sign_in(event: Event, _context: "LambdaContext") -> None:
    _refuse_blocked(event)


def _after_sign_up(event: Event, context: "LambdaContext") -> None:
    """A first profile of what was given at sign-up. A new password comes here too, and changes nothing."""
    if event["triggerSource"] != "PostConfirmation_ConfirmSignUp":
        return
    attributes: Mapping[str, str] = event["request"]["userAttributes"]
    profiles = Profiles(customers(hurry=True), _accounts(event), sources.now, sources.new_id)
    cause = Cause(sources.new_id(), context.aws_request_id)
    if profiles.register(attributes["sub"], _person(attributes), cause):
        happenings.count(Happening.CUSTOMER_REGISTERED)


def _before_tokens(event: Event, _context: "LambdaContext") -> None:
    """Claims and scopes of the tokens, in the shape of version 2 of the trigger's event."""
    _refuse_blocked(event)
    attributes: Mapping[str, str] = event["request"]["userAttributes"]
    entitlement = _entitlement(event)
    claims = {"customer_id": attributes["sub"]}
    event["response"] = {
        "claimsAndScopeOverrideDetails": {
            "idTokenGeneration": {"claimsToAddOrOverride": claims},
            "accessTokenGeneration": {"claimsToAddOrOverride": claims, "scopesToAdd": list(entitlement.scopes)},
            "groupOverrideDetails": {"groupsToOverride": list(entitlement.groups)},
        }
    }


_TRIGGERS: Final[Mapping[str, Callable[[Event, "LambdaContext"], None]]] = {
    "PreAuthentication": _before_sign_in,
    "PostConfirmation": _after_sign_up,
    "TokenGeneration": _before_tokens,
}


def _refuse_blocked(event: Event) -> None:
    try:
        blocked = customers(hurry=True).is_blocked(str(event["request"]["userAttributes"]["sub"]))
    except Exception as error:
        logs.failed(error)  # an alarm may see that nobody is asked; nobody is kept out for it
        return
    if blocked:
        raise SignInRefused("This account is blocked; write to us.")


def _entitlement(event: Event) -> Entitlement:
    groups = event["request"]["groupConfiguration"].get("groupsToOverride") or []
    if not asks_for_second_factor(groups):
        return entitled(groups, second_factor=False)
    try:
        second_factor = _accounts(event).has_one_time_passwords(str(event["userName"]))
    except Exception as error:
        logs.failed(error)
        second_factor = False
    return entitled(groups, second_factor=second_factor)


def _accounts(event: Event) -> PoolAccounts:
    return PoolAccounts(aws.hurried_cognito(), str(event["userPoolId"]))


def _person(attributes: Mapping[str, str]) -> Person:
    """What was told at sign-up, as far as a profile may hold it."""
    return Person(
        _if_fit(attributes.get("name"), limits.ONE_LINE, limits.NAME_LENGTH),
        _if_fit(attributes.get("email"), limits.EMAIL, limits.EMAIL_LENGTH),
        _if_fit(attributes.get("phone_number"), limits.PHONE, limits.PHONE_LENGTH),
    )


def _if_fit(value: str | None, pattern: str, length: tuple[int, int]) -> str | None:
    if value is None or not length[0] <= len(value) <= length[1] or not re.fullmatch(pattern, value):
        return None
    return None if re.search(limits.CONTROLS, value) else value

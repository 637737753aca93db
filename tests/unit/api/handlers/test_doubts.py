"""Who is asked whether somebody may do something, and gives no sure answer: what holds then.

CWE-636: an outage of what vouches for people must not make operators or partners of them. The one thing that goes the
other way is a customer's standing: its docstring in api/handlers/identity.py says so, and why.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, NoCredentialsError, ReadTimeoutError

from api.adapters import aws, jwks
from api.adapters.remembered import Remembered
from api.domain.partners import READ, SCOPES, Partner, PartnerStatus, Tier
from api.handlers import authorizer, identity
from api.handlers.authorizer import Door
from tests.support import events, signing
from tests.support.signing import signer
from tests.unit.api.domain.examples import NOON


def told(code: str) -> ClientError:
    """What AWS answers when it refuses."""
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "AnyOperation")


FAULTS: Final[dict[str, Exception]] = {
    "takes too long": ReadTimeoutError(endpoint_url="https://aws"),
    "is not reached": ConnectTimeoutError(endpoint_url="https://aws"),
    "is asked too often": told("TooManyRequestsException"),
    "throttles": told("ThrottlingException"),
    "breaks": told("InternalErrorException"),
    "may not be asked": told("AccessDeniedException"),
    "does not know them": told("UserNotFoundException"),
    "asks who we are": NoCredentialsError(),
    "answers what nobody reads": KeyError("UserMFASettingList"),
}
UNSURE: Final[dict[str, Any]] = {
    "nothing": {},
    "no factor": {"UserMFASettingList": []},
    "a message to a telephone": {"UserMFASettingList": ["SMS_MFA"], "PreferredMfaSetting": "SMS_MFA"},
    "a mail": {"UserMFASettingList": ["EMAIL_OTP"]},
    "one that is only preferred": {"PreferredMfaSetting": "SOFTWARE_TOKEN_MFA"},
}
SURE: Final = {"UserMFASettingList": ["SOFTWARE_TOKEN_MFA"]}
MAKES_TOKENS: Final = (
    "TokenGeneration_Authentication",
    "TokenGeneration_HostedAuth",
    "TokenGeneration_NewPasswordChallenge",
    "TokenGeneration_AuthenticateDevice",
    "TokenGeneration_RefreshTokens",
)


@dataclass
class Pool:
    """A user pool that answers AdminGetUser with `answer`, and a table that answers whether somebody is blocked."""

    answer: Any = field(default_factory=lambda: SURE)
    blocked: bool | Exception = False

    def admin_get_user(self, **_: str) -> Any:
        return given_or_raised(self.answer)

    def is_blocked(self, customer: str) -> bool:
        assert customer
        return bool(given_or_raised(self.blocked))

    def groups(self, source: str, *groups: str) -> tuple[list[str], list[str]]:
        """The groups and the scopes of the tokens that somebody of these groups gets."""
        event: dict[str, Any] = {
            "triggerSource": source,
            "userPoolId": "eu-west-1_example",
            "userName": "ann@example.com",
            "request": {"userAttributes": {"sub": "ann"}, "groupConfiguration": {"groupsToOverride": list(groups)}},
            "response": {},
        }
        details = identity.handler(event, events.context())["response"]["claimsAndScopeOverrideDetails"]
        scopes = details["accessTokenGeneration"]["scopesToAdd"]
        return details["groupOverrideDetails"]["groupsToOverride"], scopes


def given_or_raised(answer: Any) -> Any:
    if isinstance(answer, Exception):
        raise answer
    return answer


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Pool:
    made = Pool()
    monkeypatch.setattr(aws, "hurried_cognito", lambda: made)
    monkeypatch.setattr(identity, "customers", lambda *, hurry: made if hurry else None)
    return made


@pytest.mark.parametrize("source", MAKES_TOKENS)
def test_an_operator_of_whom_the_pool_is_sure_operates(pool: Pool, source: str) -> None:
    assert pool.groups(source, "ops", "staff") == (["ops", "staff"], ["orders/operate"])


@pytest.mark.parametrize("source", MAKES_TOKENS)
@pytest.mark.parametrize("fault", FAULTS)
def test_nobody_operates_while_the_pool_does_not_say_that_they_have_a_second_factor(
    pool: Pool, fault: str, source: str
) -> None:
    pool.answer = FAULTS[fault]
    assert pool.groups(source, "ops", "staff") == (["staff"], [])


@pytest.mark.parametrize("source", MAKES_TOKENS)
@pytest.mark.parametrize("answer", UNSURE)
def test_nobody_operates_by_any_other_factor(pool: Pool, answer: str, source: str) -> None:
    pool.answer = UNSURE[answer]
    assert pool.groups(source, "ops", "staff") == (["staff"], [])


@pytest.mark.parametrize("fault", FAULTS)
def test_a_customer_comes_in_while_nobody_says_whether_they_are_blocked(pool: Pool, fault: str) -> None:
    pool.blocked = FAULTS[fault]
    assert pool.groups("TokenGeneration_Authentication", "staff") == (["staff"], [])


def test_who_is_blocked_gets_no_tokens(pool: Pool) -> None:
    pool.blocked = True
    with pytest.raises(identity.SignInRefused):
        pool.groups("TokenGeneration_RefreshTokens", "ops")


ISSUER: Final = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_example"
ACME: Final = Partner("acme", "acme-client", Tier.BASIC, SCOPES, PartnerStatus.ACTIVE, "plan", (), 1)


def comes_in(monkeypatch: pytest.MonkeyPatch, keys: Any, partner: Any) -> None:
    """A partner with a good token asks for its orders; `keys` and `partner` are what the pool and the table answer."""
    door = Door(
        ISSUER,
        jwks.SigningKeys(lambda: str(given_or_raised(keys)), lambda: NOON),
        Remembered(lambda _: given_or_raised(partner), timedelta(seconds=60), lambda: NOON),
        lambda: NOON,
    )
    monkeypatch.setattr(authorizer, "door", lambda: door)
    said = {
        "iss": ISSUER,
        "sub": ACME.client,
        "client_id": ACME.client,
        "token_use": "access",
        "scope": READ,
        "iat": int(NOON.timestamp()),
        "exp": int((NOON + timedelta(hours=1)).timestamp()),
    }
    headers = {"Authorization": f"Bearer {signer('a').token(said)}", "x-api-key": "key"}
    arn = "arn:aws:execute-api:eu-west-1:222222222222:a1b2c3/beta/GET/partner/v1/orders"
    answer = authorizer.handler({"type": "REQUEST", "methodArn": arn, "headers": headers}, events.context())
    assert answer["policyDocument"]["Statement"][0]["Effect"] == "Allow", "a Deny would be kept, too"


@pytest.mark.parametrize("fault", FAULTS)
def test_no_partner_comes_in_or_is_turned_away_while_the_table_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The gateway keeps what it is answered, so it is answered nothing: it says 500, and asks anew."""
    with pytest.raises(type(FAULTS[fault])):
        comes_in(monkeypatch, signing.jwks(signer("a")), FAULTS[fault])


@pytest.mark.parametrize("fault", [OSError("no route"), TimeoutError(), ValueError("no JSON")])
def test_nor_while_the_pool_does_not_tell_its_keys(monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    with pytest.raises(type(fault)):
        comes_in(monkeypatch, fault, ACME)

"""Who comes in at /partner/v1, and that what the gateway keeps of it is right for the next request."""

import base64
import fnmatch
import hashlib
import hmac
import json
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.adapters import jwks
from api.adapters.remembered import Remembered
from api.domain.partners import READ, SCOPES, WRITE, Partner, PartnerKey, PartnerStatus, Tier
from api.handlers import authorizer
from api.handlers.authorizer import Door, Unauthorized, handler
from tests.support import events, signing
from tests.support.signing import part, signer, text

POOL = "eu-west-1_example"
ISSUER = f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL}"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
KEY = "a-key-of-the-partner-acme"
NEW_KEY = "the-next-key-of-the-partner"
API = "arn:aws:execute-api:eu-west-1:222222222222:a1b2c3/beta"

type Claims = dict[str, object]


def key_of(value: str, until: datetime | None = None) -> PartnerKey:
    return PartnerKey(hashlib.sha256(value.encode()).hexdigest(), f"id-of-{value}", until)


ACME = Partner("acme", "acme-client", Tier.PREMIUM, SCOPES, PartnerStatus.ACTIVE, "plan", (key_of(KEY),), 1)


@dataclass
class World:
    """A door with a pool and partners of its own, and a clock that a test sets."""

    now: datetime = NOW
    partners: dict[str, Partner] = field(default_factory=lambda: {ACME.client: ACME})
    asked: list[str] = field(default_factory=list)
    fetched: int = 0

    def of_client(self, client: str) -> Partner | None:
        self.asked.append(client)
        return self.partners.get(client)

    def fetch(self) -> str:
        self.fetched += 1
        return signing.jwks(signer("a"), signer("b"))

    def door(self) -> Door:
        return Door(
            ISSUER,
            jwks.SigningKeys(self.fetch, lambda: self.now),
            Remembered(self.of_client, timedelta(seconds=60), lambda: self.now),
            lambda: self.now,
        )


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    door = world.door()
    monkeypatch.setattr(authorizer, "door", lambda: door)
    return world


def claims(**other: object) -> Claims:
    told: Claims = {
        "iss": ISSUER,
        "sub": ACME.client,
        "client_id": ACME.client,
        "token_use": "access",
        "scope": f"{READ} {WRITE}",
        "iat": int(NOW.timestamp()),
        "exp": int((NOW + timedelta(hours=1)).timestamp()),
    }
    return {**told, **other}


def event(token: str | None, key: str | None = KEY, method: str = "GET", path: str = "/partner/v1/orders") -> Any:
    given = {"Authorization": token and f"Bearer {token}", "X-Api-Key": key}
    headers = {name: value for name, value in given.items() if value is not None}
    return {"type": "REQUEST", "methodArn": f"{API}/{method}{path}", "headers": headers, "httpMethod": method}


def let_in(token: str, **other: Any) -> Mapping[str, Any]:
    return handler(event(token, **other), events.context())


def allows(answer: Mapping[str, Any], method: str, path: str) -> bool:
    """As API Gateway reads the policy that it has kept."""
    (statement,) = answer["policyDocument"]["Statement"]
    meant = any(fnmatch.fnmatchcase(f"{API}/{method}{path}", pattern) for pattern in statement["Resource"])
    return meant and statement["Effect"] == "Allow"


def counted(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The reasons that were counted."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    return [line["Reason"] for line in lines if "AuthFailures" in line]


@pytest.mark.usefixtures("world")
def test_a_partner_comes_in_and_its_plan_counts() -> None:
    answer = let_in(signer("a").token(claims()))
    assert answer["principalId"] == "acme"
    assert answer["usageIdentifierKey"] == KEY
    assert answer["context"] == {
        "partner_id": "acme",
        "tier": "premium",
        "scopes": f"{READ} {WRITE}",
        "until": "2026-11-23T13:00:00.000Z",
    }


@pytest.mark.usefixtures("world")
def test_the_kept_answer_of_one_route_is_right_on_the_next() -> None:
    """API Gateway holds the policy of the first request against every later one with the same headers."""
    token = signer("a").token(claims())
    first = let_in(token, method="GET", path="/partner/v1/usage")
    for method, path in [
        ("GET", "/partner/v1/usage"),
        ("GET", "/partner/v1/orders"),
        ("GET", "/partner/v1/orders/01JDA7C0R00000000000000000"),
        ("POST", "/partner/v1/orders"),
    ]:
        assert allows(first, method, path), (method, path)
    for method, path in [("GET", "/v1/orders"), ("POST", "/v1/products"), ("DELETE", "/partner/v1/orders")]:
        assert not allows(first, method, path), (method, path)
    assert first["policyDocument"] == let_in(token, method="POST")["policyDocument"]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(("scope", "reads", "writes"), [(READ, True, False), (WRITE, False, True)])
def test_the_policy_holds_what_the_scopes_allow(scope: str, reads: bool, writes: bool) -> None:
    answer = let_in(signer("a").token(claims(scope=scope)))
    assert allows(answer, "GET", "/partner/v1/orders") is reads
    assert allows(answer, "POST", "/partner/v1/orders") is writes


def test_a_scope_that_the_partner_was_not_given_counts_for_nothing(world: World) -> None:
    world.partners[ACME.client] = replace(ACME, scopes=frozenset({READ}))
    assert not allows(let_in(signer("a").token(claims())), "POST", "/partner/v1/orders")


def unsigned(_: World) -> str:
    """`alg: none` (CVE-2015-9235)."""
    return f"{part({'alg': 'none', 'kid': 'a'})}.{part(claims())}."


def unsigned_with_a_signature(_: World) -> str:
    return signer("a").token(claims(), alg="none")


def hmac_with_the_public_key(_: World) -> str:
    """The public key as the secret of an HMAC (CVE-2016-10555)."""
    signed = f"{part({'alg': 'HS256', 'kid': 'a'})}.{part(claims())}"
    secret = base64.urlsafe_b64decode(signer("a").jwk()["n"] + "==")
    return f"{signed}.{text(hmac.digest(secret, signed.encode(), 'sha256'))}"


def changed_after_signing(_: World) -> str:
    head, _body, signature = signer("a").token(claims()).split(".")
    return f"{head}.{part(claims(client_id='globex-client'))}.{signature}"


def anothers_key_under_our_name(_: World) -> str:
    return replace(signer("c"), kid="a").token(claims())


def with_its_own_key(_: World) -> str:
    """A header that brings its own key (CVE-2018-0114)."""
    return signer("c").token(claims(), jwk=signer("c").jwk())


def of(**other: object) -> Callable[[World], str]:
    return lambda _: signer("a").token(claims(**other))


def headed(**header: object) -> Callable[[World], str]:
    return lambda _: signer("a").token(claims(), **header)


def with_a_claim_twice(_: World) -> str:
    body = text(json.dumps(claims()).replace("{", '{"client_id": "globex-client", ', 1).encode())
    head = part({"alg": "RS256", "kid": "a"})
    return f"{head}.{body}.{text(signer('a').sign(f'{head}.{body}'.encode()))}"


def respelt(_: World) -> str:
    """The same bytes of a signature in another spelling of base64."""
    token = signer("a").token(claims())
    letters = f"{string.ascii_uppercase}{string.ascii_lowercase}{string.digits}-_"
    return token[:-1] + letters[letters.index(token[-1]) | 1]


BAD_TOKENS: Mapping[str, tuple[Callable[[World], str], str]] = {
    "garbage": (lambda _: "garbage", "MalformedToken"),
    "nothing in it": (lambda _: "..", "MalformedToken"),
    "very long": (lambda _: signer("a").token(claims(more="x" * 9_000)), "MalformedToken"),
    "no JSON": (lambda _: f"{text(b'[')}.{part(claims())}.AAAA", "MalformedToken"),
    "deep JSON": (lambda _: f"{text(b'[' * 4_000)}.{part(claims())}.AAAA", "MalformedToken"),
    "unsigned": (unsigned, "OtherAlgorithm"),
    "unsigned with a signature": (unsigned_with_a_signature, "OtherAlgorithm"),
    "HS256 with the public key": (hmac_with_the_public_key, "OtherAlgorithm"),
    "RS512": (headed(alg="RS512"), "OtherAlgorithm"),
    "algorithm in small letters": (headed(alg="rs256"), "OtherAlgorithm"),
    "critical extension": (headed(crit=["exp"]), "MalformedToken"),
    "changed after it was signed": (changed_after_signing, "WrongSignature"),
    "another's key under our name": (anothers_key_under_our_name, "WrongSignature"),
    "with a key of its own": (with_its_own_key, "UnknownSigner"),
    "a claim twice": (with_a_claim_twice, "MalformedToken"),
    "spelt in another way": (respelt, "MalformedToken"),
    "another pool's": (of(iss=f"{ISSUER}x"), "OtherIssuer"),
    "an ID token": (of(token_use="id"), "NotAnAccessToken"),
    "expired": (of(exp=int(NOW.timestamp())), "Expired"),
    "never expiring": (of(exp=10**18), "MalformedToken"),
    "expiring as text": (of(exp="2099"), "MalformedToken"),
    "without an end": (of(exp=None), "MalformedToken"),
    "nobody's": (of(client_id=None), "MalformedToken"),
}


@pytest.mark.parametrize("name", BAD_TOKENS)
def test_a_bad_token_is_unauthorized_and_counted(world: World, capsys: pytest.CaptureFixture[str], name: str) -> None:
    forge, reason = BAD_TOKENS[name]
    with pytest.raises(Unauthorized, match=r"^Unauthorized$"):
        let_in(forge(world))
    assert counted(capsys) == [reason]
    assert world.asked == []


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer "}, {"X-Api-Key": KEY}],
)
def test_no_credentials_are_unauthorized(headers: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Unauthorized):
        handler({"methodArn": f"{API}/GET/partner/v1/orders", "headers": headers}, events.context())
    assert counted(capsys) == ["NoCredentials"]


@pytest.mark.usefixtures("world")
def test_a_token_without_a_key_is_unauthorized() -> None:
    with pytest.raises(Unauthorized):
        handler(event(signer("a").token(claims()), key=None), events.context())


REFUSED: Mapping[str, tuple[Partner | None, Claims, str, str]] = {
    "a client that is nobody's": (None, {}, KEY, "UnknownPartner"),
    "blocked": (replace(ACME, status=PartnerStatus.BLOCKED), {}, KEY, "Blocked"),
    "another partner's key": (ACME, {}, "a-key-of-the-partner-globex", "WrongKey"),
    "a key that has ended": (replace(ACME, keys=(key_of(KEY, NOW),)), {}, KEY, "WrongKey"),
    "no scope": (ACME, {"scope": ""}, KEY, "NoScope"),
    "no scope left": (replace(ACME, scopes=frozenset()), {}, KEY, "NoScope"),
    "a scope of others": (ACME, {"scope": "aws.cognito.signin.user.admin"}, KEY, "NoScope"),
}


def denied(world: World, name: str) -> tuple[Mapping[str, Any], str, str]:
    """What one of REFUSED is answered, and with which token and key it came."""
    partner, other, key, _ = REFUSED[name]
    world.partners = {} if partner is None else {partner.client: partner}
    token = signer("a").token(claims(**other))
    return let_in(token, key=key), token, key


@pytest.mark.parametrize("name", REFUSED)
def test_a_partner_that_may_not_come_in_is_denied_everywhere_and_counted(
    world: World, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    answer, _, _ = denied(world, name)
    (statement,) = answer["policyDocument"]["Statement"]
    assert (statement["Effect"], statement["Resource"]) == ("Deny", [f"{API}/*/partner/v1/*"])
    assert "usageIdentifierKey" not in answer
    assert counted(capsys) == [REFUSED[name][-1]]


@pytest.mark.parametrize("name", BAD_TOKENS)
def test_what_is_logged_of_a_bad_token_holds_neither_it_nor_the_key(
    world: World, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """The key may be good while the token is not, and a token that is refused here may be good elsewhere."""
    token = BAD_TOKENS[name][0](world)
    with pytest.raises(Unauthorized):
        let_in(token)
    assert_untold(capsys.readouterr().out, token, KEY)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_logged_of_who_is_denied_holds_neither_token_nor_key(
    world: World, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    _, token, key = denied(world, name)
    assert_untold(capsys.readouterr().out, token, key)


def assert_untold(out: str, token: str, key: str) -> None:
    """Something was written, and neither the key nor the end of the token, which is its signature, is in it."""
    assert out
    assert key not in out
    if signature := token[-40:].strip("."):
        assert signature not in out


def test_what_is_logged_and_told_holds_neither_token_nor_key(capsys: pytest.CaptureFixture[str], world: World) -> None:
    token = signer("a").token(claims())
    told = let_in(token)["context"]
    world.partners = {}
    let_in(token, key="another")
    out = capsys.readouterr().out + json.dumps(told)
    assert token not in out
    assert KEY not in out


def test_a_partner_is_read_once_a_minute(world: World) -> None:
    token = signer("a").token(claims())
    for seconds in (0, 30, 59):
        world.now = NOW + timedelta(seconds=seconds)
        let_in(token)
    assert world.asked == [ACME.client]
    world.now = NOW + timedelta(seconds=60)
    let_in(token)
    assert world.asked == [ACME.client] * 2


def test_a_new_key_is_good_at_once_and_the_old_one_until_its_end(world: World) -> None:
    token = signer("a").token(claims())
    let_in(token)
    ends = NOW + timedelta(minutes=5)
    world.partners[ACME.client] = replace(ACME, keys=(key_of(KEY, ends), key_of(NEW_KEY)))
    assert let_in(token, key=NEW_KEY)["usageIdentifierKey"] == NEW_KEY
    assert let_in(token, key=KEY)["context"]["until"] == "2026-11-23T12:05:00.000Z"
    world.now = ends
    assert "usageIdentifierKey" not in let_in(token, key=KEY)


def test_an_invented_signer_makes_the_pool_be_asked_only_now_and_then(world: World) -> None:
    let_in(signer("a").token(claims()))
    for seconds in (1, 10, 29):
        world.now = NOW + timedelta(seconds=seconds)
        with pytest.raises(Unauthorized):
            let_in(signer("c").token(claims()))
    assert world.fetched == 1
    world.now = NOW + timedelta(seconds=30)
    with pytest.raises(Unauthorized):
        let_in(signer("c").token(claims()))
    assert world.fetched == 2


def test_a_pool_that_does_not_answer_is_our_failure_and_not_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable() -> str:
        raise OSError("no route to the pool")

    door = replace(World().door(), key_of=jwks.SigningKeys(unreachable, lambda: NOW))
    monkeypatch.setattr(authorizer, "door", lambda: door)
    with pytest.raises(OSError, match="no route"):
        let_in(signer("a").token(claims()))


def test_keys_of_other_kinds_are_left_out_of_a_pools_document() -> None:
    document = {"keys": [signer("a").jwk(), signer("b").jwk(use="enc"), {"kty": "EC", "kid": "c"}]}
    assert set(jwks.read(json.dumps(document))) == {"a"}


@pytest.mark.parametrize(
    ("environment", "base"),
    [
        ({}, ISSUER),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:4566/"}, f"http://127.0.0.1:4566/{POOL}"),
        (
            {"AWS_ENDPOINT_URL": "http://no", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": "http://yes"},
            f"http://yes/{POOL}",
        ),
    ],
)
def test_the_pools_keys_are_where_the_sdks_would_ask(environment: dict[str, str], base: str) -> None:
    assert jwks.address(POOL, environment) == f"{base}/.well-known/jwks.json"

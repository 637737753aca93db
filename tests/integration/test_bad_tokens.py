"""Every operation that asks who is calling, with everything that is not a valid access token of this stage."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from tests.integration.conftest import AHEAD, new_key
from tests.support.masked import Masked
from tests.support.promised import Operation, assert_is, operations, secured
from tests.support.signing import signer
from tests.support.stage import Answer, Stage
from tests.support.users import SignedIn

type Forger = Callable[[SignedIn], Masked | None]

LONG_AGO = 1_577_836_800


def _part(content: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def _read(part: str) -> dict[str, object]:
    content: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return content


def _nothing(_: SignedIn) -> None:
    return None


def _garbage(_: SignedIn) -> Masked:
    return Masked("garbage")


def _identity_token(user: SignedIn) -> Masked:
    """A genuine token of this user, of the wrong kind: it proves who signed in, not that they may call an API."""
    return user.identity


def _cut(user: SignedIn) -> Masked:
    return Masked(user.access.reveal().rsplit(".", 1)[0])


def _other_signature(user: SignedIn) -> Masked:
    """One bit of the signature turned over."""
    head, body, signature = user.access.reveal().split(".")
    other = "A" if signature[20] != "A" else "B"
    return Masked(f"{head}.{body}.{signature[:20]}{other}{signature[21:]}")


def _unsigned(user: SignedIn) -> Masked:
    """`alg: none` (CVE-2015-9235)."""
    head, body, _ = user.access.reveal().split(".")
    return Masked(f"{_part({**_read(head), 'alg': 'none'})}.{body}.")


def _of_another_key(user: SignedIn) -> Masked:
    """Signed by a key of our own, under the name of the pool's."""
    head, body, _ = user.access.reveal().split(".")
    return Masked(signer("ours").token(_read(body), **_read(head)))


def _changed(**claims: object) -> Forger:
    """Claims edited under the old signature."""

    def forge(user: SignedIn) -> Masked:
        head, body, signature = user.access.reveal().split(".")
        return Masked(f"{head}.{_part({**_read(body), **claims})}.{signature}")

    return forge


FORGERS: Mapping[str, Forger] = {
    "no token": _nothing,
    "garbage": _garbage,
    "an ID token": _identity_token,
    "a token without signature": _cut,
    "a token with another signature": _other_signature,
    "an unsigned token": _unsigned,
    "a token of another key": _of_another_key,
    "a token edited to be expired": _changed(exp=LONG_AGO),
    "a token edited to come from another pool": _changed(iss="https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_x"),
    "a token edited to be an operator's": _changed(**{"cognito:groups": ["ops"]}),
}
CASES = [(operation, name) for operation in secured() for name in FORGERS]


def _name(operation: Operation, forged: str) -> str:
    return f"{operation.name}-{forged.replace(' ', '-')}"


@pytest.fixture(scope="module")
def answers(
    request: pytest.FixtureRequest, stage: Stage, users: dict[str, SignedIn]
) -> Iterator[Mapping[str, Future[Answer]]]:
    """What comes of the tokens that are chosen: they are sent side by side, ahead of their tests."""

    def ask(operation: Operation, forged: str) -> Answer:
        body: dict[str, str] | None = {} if operation.method in ("POST", "PUT", "PATCH") else None
        token = FORGERS[forged](users["ann"])
        return stage.call(operation.method, operation.filled(), token, body=body, key=new_key())

    chosen = [item.callspec.id for item in request.session.items if hasattr(item, "callspec")]
    with ThreadPoolExecutor(AHEAD) as senders:
        yield {_name(*case): senders.submit(ask, *case) for case in CASES if _name(*case) in chosen}


def test_there_are_operations_that_ask_who_is_calling() -> None:
    assert len(secured()) >= 4


@pytest.mark.parametrize(("operation", "forged"), CASES, ids=[_name(*case) for case in CASES])
def test_a_bad_token_opens_nothing(answers: Mapping[str, Future[Answer]], operation: Operation, forged: str) -> None:
    answer = answers[_name(operation, forged)].result()
    assert answer.status in (401, 403), answer
    assert answer.headers["Content-Type"].startswith("application/problem+json"), answer
    assert_is("Problem", answer.json)


@pytest.mark.parametrize(
    "operation", [one for one in operations() if not one.secured and one.method == "GET"], ids=lambda one: one.name
)
def test_a_public_operation_asks_for_no_token(stage: Stage, operation: Operation) -> None:
    answer = stage.call("GET", operation.filled(), query={"category": "tea"})
    assert answer.status in (200, 404), answer

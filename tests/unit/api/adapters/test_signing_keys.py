"""While a key rotates no cursor is lost, and nothing is asked for what the kept key verifies."""

from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

from api.adapters import aws, secret
from api.adapters.cursors import SignedCursors
from api.adapters.signing_keys import LOOK_SECONDS, SigningKeys
from api.adapters.sources import new_id
from api.domain.cursor import Scope
from api.domain.errors import InvalidCursor
from api.domain.model import Position
from tests.unit.api.domain.examples import NOON

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]

SCOPE = Scope("ann", "listOrders", {})
POSITION = Position({"PK": "ORD#1"})


@dataclass
class Environment:
    """One of many in which the function runs: what it keeps, and its clock."""

    arn: str
    now: float = 0.0
    keys: SigningKeys = field(init=False)

    def __post_init__(self) -> None:
        self.keys = SigningKeys(self.arn, lambda: self.now)

    @property
    def cursors(self) -> SignedCursors:
        return SignedCursors(self.keys.current, lambda: NOON, self.keys.others)

    def seal(self) -> str:
        return self.cursors.seal(POSITION, SCOPE)

    def opens(self, cursor: str) -> bool:
        try:
            return self.cursors.open(cursor, SCOPE) == POSITION
        except InvalidCursor:
            return False


class Asked:
    """Secrets Manager's client, counting."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.times = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_secret_value(self, **asked: str) -> Any:
        self.times += 1
        return self._client.get_secret_value(**asked)


@pytest.fixture
def client() -> Any:
    return boto3.client("secretsmanager")


@pytest.fixture
def arn(client: Any) -> str:
    return str(client.create_secret(Name=new_id(), SecretString="1" * 64)["ARN"])


@pytest.fixture
def asked(client: Any, monkeypatch: pytest.MonkeyPatch) -> Asked:
    asked = Asked(client)
    monkeypatch.setattr(aws, "secretsmanager", lambda: asked)
    return asked


def rotate(client: Any, arn: str, key: str) -> None:
    """The current version becomes the previous one, as the last step of a rotation leaves it."""
    client.put_secret_value(SecretId=arn, SecretString=key * 64)


def test_a_cursor_of_before_is_good_after_a_rotation(client: Any, arn: str) -> None:
    cursor = Environment(arn).seal()
    rotate(client, arn, "2")
    assert Environment(arn).opens(cursor)
    assert Environment(arn).seal() != cursor


def test_a_cursor_of_the_new_key_is_good_where_the_old_one_is_still_kept(client: Any, arn: str) -> None:
    old = Environment(arn)
    before = old.seal()
    rotate(client, arn, "2")
    new = Environment(arn).seal()
    assert old.opens(new)
    assert old.opens(before)
    assert old.seal() == new


def test_a_cursor_of_two_rotations_ago_is_good_no_more(client: Any, arn: str) -> None:
    cursor = Environment(arn).seal()
    rotate(client, arn, "2")
    rotate(client, arn, "3")
    assert not Environment(arn).opens(cursor)


def test_nothing_is_asked_for_what_the_kept_key_verifies(arn: str, asked: Asked) -> None:
    environment = Environment(arn)
    cursor = environment.seal()
    read = asked.times
    assert environment.opens(cursor)
    assert asked.times == read == 1


def test_forged_cursors_make_one_look_in_half_a_minute(client: Any, arn: str, asked: Asked) -> None:
    rotate(client, arn, "2")
    environment = Environment(arn)
    forged = environment.cursors.seal(POSITION, Scope("ben", "listOrders", {}))
    read = asked.times
    for _ in range(5):
        assert not environment.opens(forged)
    assert asked.times == read + 2  # the current key and the one before
    environment.now = LOOK_SECONDS
    assert not environment.opens(forged)
    assert asked.times == read + 4


def test_before_the_first_rotation_there_is_no_other_key(arn: str) -> None:
    assert set(Environment(arn).keys.others()) == {b"1" * 64}


def test_a_previous_key_too_short_to_sign_with_is_refused(client: Any, arn: str) -> None:
    client.put_secret_value(SecretId=arn, SecretString="short")
    rotate(client, arn, "2")
    with pytest.raises(ValueError, match=f"{secret.LEAST_BYTES} are the least"):
        Environment(arn).keys.others()

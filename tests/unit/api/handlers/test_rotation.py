"""A partner's key rotates in four steps, each of which may come again, and the old key is good for a day more."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from api.adapters.partner_keys import GatewayKeys
from api.adapters.partner_secrets import KeySecret
from api.adapters.partners import DynamoPartners
from api.adapters.secret_versions import SecretVersions
from api.domain.partners import SCOPES, Partner, PartnerKey, PartnerStatus, Tier
from api.handlers.rotation import GRACE, Rotation, digest
from api.handlers.rotation_steps import RotationRefused, run_step
from tests.support.dynamodb import TABLE, new_sku
from tests.support.rotating import STEPS, Manager, set_to_rotate

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OLD = "the-first-key-of-the-partner"


@dataclass
class Bench:
    """A partner with a key, its plan and its secret, and a clock that a test sets."""

    partner: str
    plan: str
    secret: str
    store: DynamoPartners
    gateway: Any
    manager: Manager
    now: datetime = NOON
    made: int = 0

    def rotation(self) -> Rotation:
        return Rotation(
            SecretVersions(self.manager), GatewayKeys(self.gateway), self.store, lambda: self.now, self.new_key
        )

    def run(self, step: str, version: str) -> None:
        """One step, as Secrets Manager asks for it."""
        rotation = self.rotation()
        run_step(rotation, rotation.secrets, step, self.secret, version)

    def new_key(self) -> str:
        self.made += 1
        return f"new-key-{self.made}-of-{self.partner}"

    def rotate(self) -> str:
        """A whole rotation."""
        version = self.manager.begin()
        for step in STEPS:
            self.run(step, version)
        return version

    def current(self) -> str:
        """The key that the partner reads."""
        return str(json.loads(self.manager.get_secret_value(SecretId=self.secret)["SecretString"])["key"])

    def is_good(self, key: str) -> bool:
        """Whether the authorizer lets the key in, and the gateway has it."""
        found = self.found().key(digest(key), self.now)
        return found is not None and GatewayKeys(self.gateway).is_ready(found.id, self.plan)

    def found(self) -> Partner:
        found = self.store.get(self.partner)
        assert found is not None
        return found


@pytest.fixture
def bench(stage: "DynamoDBClient") -> Bench:
    gateway, manager = boto3.client("apigateway"), boto3.client("secretsmanager")
    partner = f"rotating-{new_sku('p')[-12:].lower()}"
    plan = gateway.create_usage_plan(name=partner)["id"]
    first = GatewayKeys(gateway).ensure(f"{partner}-first", f"{OLD}-{partner}", plan)
    store = DynamoPartners(stage, TABLE)
    key = PartnerKey(digest(f"{OLD}-{partner}"), first)
    store.put(Partner(partner, f"client-{partner}", Tier.BASIC, SCOPES, PartnerStatus.ACTIVE, plan, (key,), 1))
    text = json.dumps({"partner": partner, "key": f"{OLD}-{partner}"})
    secret = manager.create_secret(Name=f"orders-beta/partner/{partner}/api-key", SecretString=text)["ARN"]
    set_to_rotate(manager, secret)
    return Bench(partner, plan, secret, store, gateway, Manager(manager))


def test_both_keys_are_good_until_the_grace_is_over(bench: Bench) -> None:
    old = bench.current()
    bench.rotate()
    new = bench.current()
    assert new != old
    bench.now = NOON + GRACE - timedelta(milliseconds=1)
    assert (bench.is_good(old), bench.is_good(new)) == (True, True)
    bench.now = NOON + GRACE
    assert (bench.is_good(old), bench.is_good(new)) == (False, True)


def test_the_new_key_is_good_before_the_partner_can_read_it(bench: Bench) -> None:
    version = bench.manager.begin()
    for step in STEPS[:3]:
        bench.run(step, version)
    assert bench.is_good("new-key-1-of-" + bench.partner)
    assert bench.current().startswith(OLD)


@pytest.mark.parametrize("again", STEPS)
def test_a_step_that_comes_again_changes_nothing_more(bench: Bench, again: str) -> None:
    version = bench.manager.begin()
    for step in STEPS:
        for _ in range(2 if step == again else 1):
            bench.run(step, version)
    assert bench.made == 1
    assert len(bench.found().keys) == 2
    assert len(bench.gateway.get_usage_plan_keys(usagePlanId=bench.plan)["items"]) == 2
    assert bench.current() == "new-key-1-of-" + bench.partner


def test_the_next_rotation_takes_the_ended_key_away(bench: Bench) -> None:
    bench.rotate()
    bench.now = NOON + timedelta(days=30)
    bench.rotate()
    keys = bench.found().keys
    assert [key.until for key in keys] == [bench.now + GRACE, None]
    there = bench.gateway.get_api_keys(nameQuery=bench.partner)["items"]
    assert {key["id"] for key in there} == {key.id for key in keys}


def test_a_key_that_opens_nothing_is_not_promoted(bench: Bench) -> None:
    version = bench.manager.begin()
    for step in STEPS[:2]:
        bench.run(step, version)
    (_, new) = bench.found().keys
    bench.gateway.delete_api_key(apiKey=new.id)
    with pytest.raises(RotationRefused, match="opens nothing"):
        bench.run("testSecret", version)
    assert bench.current().startswith(OLD)


def test_steps_out_of_order_are_refused(bench: Bench) -> None:
    version = bench.manager.begin()
    for step in STEPS[1:]:
        with pytest.raises(RotationRefused):
            bench.run(step, version)
    assert bench.current().startswith(OLD)


@pytest.mark.parametrize(("step", "version"), [("burnSecret", None), ("createSecret", "no-such-version")])
def test_an_unknown_step_or_version_is_refused(bench: Bench, step: str, version: str | None) -> None:
    with pytest.raises(RotationRefused, match="no step"):
        bench.run(step, version or bench.manager.begin())


def test_a_partner_that_has_changed_meanwhile_is_not_written_over(bench: Bench) -> None:
    version = bench.manager.begin()
    bench.run("createSecret", version)
    blocked = replace(bench.found(), status=PartnerStatus.BLOCKED, version=2)
    bench.store.put(blocked)
    bench.run("setSecret", version)
    assert bench.found().status is PartnerStatus.BLOCKED
    assert len(bench.found().keys) == 2


def test_a_key_is_never_shown() -> None:
    assert "secret-value" not in repr(KeySecret("acme", "secret-value"))

"""A partner's key rotates in four steps, each of which may come again, and the old key is good for a day more."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from api.adapters.partner_keys import GatewayKeys
from api.adapters.partner_secrets import KeySecret
from api.adapters.partners import DynamoPartners
from api.adapters.secret_versions import SecretVersions
from api.domain.errors import Busy
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


class Broken(Exception):
    """A call that did not come through, or whose answer did not."""


@dataclass
class Fragile:
    """Stands before something that a rotation calls, and breaks at call number `at` of all those that share `calls`."""

    real: Any
    at: int
    heard: bool
    """Whether the call that breaks has its effect before."""
    calls: list[str] = field(default_factory=list)

    def before(self, real: Any) -> Any:
        """The same before another thing."""
        return replace(self, real=real)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def called(*args: Any) -> Any:
            self.calls.append(name)
            breaks = len(self.calls) == self.at
            if breaks and not self.heard:
                raise Broken(name)
            answer = getattr(self.real, name)(*args)
            if breaks:
                raise Broken(name)
            return answer

        return called


def broken_at(bench: Bench, step: str, version: str, at: int, *, heard: bool) -> bool:
    """Whether the step broke at this call of its; if not, it had fewer."""
    whole = bench.rotation()
    fragile = Fragile(None, at, heard)
    parts: Any = {name: fragile.before(getattr(whole, name)) for name in ("secrets", "keys", "partners")}
    try:
        run_step(replace(whole, **parts), whole.secrets, step, bench.secret, version)
    except Broken:
        return True
    return False


@pytest.mark.parametrize("heard", [False, True], ids=["a call that is lost", "an answer that is lost"])
@pytest.mark.parametrize("breaking", STEPS)
def test_wherever_a_step_breaks_the_same_step_finishes_the_work(bench: Bench, breaking: str, heard: bool) -> None:
    """Secrets Manager repeats it. At every moment the key that the partner reads is good; in the end the new one
    lasts, and the old one has an end, as it was perhaps rotated because it leaked."""
    broke, at = True, 0
    while broke:
        at += 1
        old, version = bench.current(), bench.manager.begin()
        for step in STEPS:
            if step == breaking:
                broke = broken_at(bench, step, version, at, heard=heard)
                assert bench.is_good(bench.current())
            bench.run(step, version)
            assert bench.is_good(bench.current())
        assert bench.current() == f"new-key-{bench.made}-of-{bench.partner}" != old
        assert [key.until for key in bench.found().keys if key.is_good(bench.now)] == [bench.now + GRACE, None]
        bench.now += GRACE
        assert (bench.is_good(old), bench.is_good(bench.current())) == (False, True)
    assert at > 1, "nothing was ever called"


def test_a_partner_that_changes_while_its_rotation_ends_still_loses_the_old_key(bench: Bench) -> None:
    old, version = bench.current(), bench.manager.begin()
    for step in STEPS[:-1]:
        bench.run(step, version)
    read = bench.found()
    bench.store.put(replace(read, tier=Tier.PREMIUM, version=read.version + 1))
    stale = replace(bench.rotation(), partners=Stale(bench.store, read))  # type: ignore[arg-type]
    with pytest.raises(Busy):
        run_step(stale, stale.secrets, STEPS[-1], bench.secret, version)
    bench.run(STEPS[-1], version)
    assert (bench.found().tier, bench.current() != old) == (Tier.PREMIUM, True)
    bench.now = NOON + GRACE
    assert (bench.is_good(old), bench.is_good(bench.current())) == (False, True)


@dataclass
class Stale:
    """The partners' table, read a moment before somebody else changed it."""

    store: DynamoPartners
    read: Partner

    def get(self, partner: str) -> Partner:
        assert partner == self.read.id
        return self.read

    def replace_keys(self, partner: Partner, new: tuple[PartnerKey, ...]) -> None:
        self.store.replace_keys(partner, new)


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

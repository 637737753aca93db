"""The key that signs cursors is renewed in four steps, each of which may come again; the one before stays readable."""

from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

from api.adapters import aws
from api.adapters.secret_versions import SecretVersions
from api.adapters.sources import new_id
from api.handlers import renewal as module
from api.handlers.renewal import Renewal
from api.handlers.rotation_steps import RotationRefused, run_step
from tests.support.events import context
from tests.support.rotating import STEPS, Manager, set_to_rotate

pytestmark = [pytest.mark.emulator, pytest.mark.usefixtures("stage")]

FIRST = "1" * 64


@dataclass
class Bench:
    """A secret, and the keys that will be made for it."""

    secret: str
    manager: Manager
    keys: list[str] = field(default_factory=lambda: ["2" * 64, "3" * 64])

    @property
    def versions(self) -> SecretVersions:
        return SecretVersions(self.manager)

    def run(self, step: str, version: str) -> None:
        """One step, as Secrets Manager asks for it."""
        run_step(Renewal(self.versions, lambda: self.keys.pop(0)), self.versions, step, self.secret, version)

    def renew(self) -> None:
        """A whole rotation."""
        version = self.manager.begin()
        for step in STEPS:
            self.run(step, version)

    @property
    def known(self) -> tuple[str, str | None]:
        """The key in use and the one before."""
        return self.versions.current(self.secret), self.versions.previous(self.secret)


@pytest.fixture
def client() -> Any:
    return boto3.client("secretsmanager")


@pytest.fixture
def bench(client: Any) -> Bench:
    secret = client.create_secret(Name=new_id(), SecretString=FIRST)["ARN"]
    set_to_rotate(client, secret)
    return Bench(secret, Manager(client))


def test_the_new_key_is_in_use_and_the_one_before_is_known(bench: Bench) -> None:
    bench.renew()
    assert bench.known == ("2" * 64, FIRST)
    bench.renew()
    assert bench.known == ("3" * 64, "2" * 64)


def test_before_the_last_step_the_old_key_is_in_use(bench: Bench) -> None:
    version = bench.manager.begin()
    for step in STEPS[:3]:
        bench.run(step, version)
        assert bench.known[0] == FIRST


@pytest.mark.parametrize("again", STEPS)
def test_a_step_that_comes_again_changes_nothing_more(bench: Bench, again: str) -> None:
    version = bench.manager.begin()
    for step in STEPS:
        for _ in range(2 if step == again else 1):
            bench.run(step, version)
    assert bench.known == ("2" * 64, FIRST)
    assert bench.keys == ["3" * 64]


@pytest.mark.parametrize("step", STEPS[2:])
def test_a_version_without_a_value_is_neither_tested_nor_used(bench: Bench, step: str) -> None:
    with pytest.raises(RotationRefused, match="no value yet"):
        bench.run(step, bench.manager.begin())
    assert bench.known[0] == FIRST


def test_a_key_too_short_to_sign_with_is_not_used(bench: Bench) -> None:
    bench.keys = ["short"]
    with pytest.raises(RotationRefused, match="shorter than 32 bytes"):
        bench.renew()
    assert bench.known[0] == FIRST


def test_the_old_key_is_no_new_one(bench: Bench) -> None:
    bench.keys = [FIRST]
    with pytest.raises(RotationRefused, match="is the old one"):
        bench.renew()


@pytest.mark.parametrize(("step", "version"), [("burnSecret", None), ("createSecret", "no-such-version")])
def test_an_unknown_step_or_version_is_refused(bench: Bench, step: str, version: str | None) -> None:
    with pytest.raises(RotationRefused, match="no step"):
        bench.run(step, version or bench.manager.begin())


def test_a_version_that_is_not_being_made_is_refused(bench: Bench) -> None:
    bench.renew()
    (before,) = [name for name, labels in bench.versions.labels(bench.secret).items() if "AWSPREVIOUS" in labels]
    with pytest.raises(RotationRefused, match="is not the one that is being made"):
        bench.run("createSecret", before)


def test_a_secret_that_is_not_to_rotate_is_left_alone(bench: Bench, client: Any) -> None:
    bench.secret = client.create_secret(Name=new_id(), SecretString=FIRST)["ARN"]
    with pytest.raises(ValueError, match="not set to rotate"):
        bench.renew()


def test_the_function_does_what_secrets_manager_asks_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "secretsmanager", lambda: bench.manager)
    module.renewal.cache_clear()
    version = bench.manager.begin()
    for step in STEPS:
        module.handler({"Step": step, "SecretId": bench.secret, "ClientRequestToken": version}, context())
    module.renewal.cache_clear()
    current, previous = bench.known
    assert (len(current), previous) == (64, FIRST)

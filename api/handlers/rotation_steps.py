"""Secrets Manager's four steps, whatever is rotated: which may be done now, and which have been.

Source: AWS Secrets Manager user guide, "Rotation by Lambda function": createSecret, setSecret, testSecret and
finishSecret come one after the other, each with the id of the version that is being made, and each may come again.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from api.adapters.secret_versions import CURRENT, PENDING, SecretVersions
from api.handlers import logs


class RotationRefused(Exception):
    """The step cannot be done: says why, without any key."""


class Steps(Protocol):
    """What a rotation does in each step, for a secret and the version that is being made. Each may refuse."""

    def create(self, secret: str, version: str) -> None:
        """Give the version a value, unless it has one."""

    def set(self, secret: str, version: str) -> None:
        """Make the value good wherever it is used."""

    def test(self, secret: str, version: str) -> None:
        """Try the value."""

    def finish(self, secret: str, version: str) -> None:
        """Let the version be the one in use."""


def run_step(steps: Steps, versions: SecretVersions, step: str, secret: str, version: str) -> None:
    """One step for the version that is being made. Raises RotationRefused."""
    known: Mapping[str, Callable[[str, str], None]] = {
        "createSecret": steps.create,
        "setSecret": steps.set,
        "testSecret": steps.test,
        "finishSecret": steps.finish,
    }
    labels = versions.labels(secret).get(version)
    if step not in known or labels is None:
        raise RotationRefused(f"there is no step {step!r} or no such version")
    if CURRENT in labels:
        return  # it has been finished before
    if PENDING not in labels:
        raise RotationRefused("the version is not the one that is being made")
    known[step](secret, version)


def made(versions: SecretVersions, secret: str, version: str) -> str:
    """The value of the version that is being made. Raises RotationRefused if it has none."""
    pending = versions.pending(secret, version)
    if pending is None:
        raise RotationRefused("the version has no value yet")
    return pending


def answer(steps: Steps, versions: SecretVersions, event: Mapping[str, Any]) -> None:
    """Do what Secrets Manager asks for with `event`."""
    step = str(event["Step"])
    run_step(steps, versions, step, str(event["SecretId"]), str(event["ClientRequestToken"]))
    logs.note("rotated", step=step)

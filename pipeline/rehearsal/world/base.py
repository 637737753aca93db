"""What AWS is to the rehearsal: a World that is started, given accounts, used, and stopped.

Its life: `start` once, `bootstrap` each account and region that is deployed to, then use it in any order and from any
thread, `stop` at the end. `stop` may come at any time, also twice and after a failed start; afterwards no process and
no port is left. Everything raises `errors.Broke` when the world itself fails, never for what a change does wrong: a
stack that fails is an answer of AWS (a botocore ClientError, a stack's status), and the runners judge it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from pipeline.rehearsal.world.observation import Observation

__all__ = ["Observation", "World"]


@runtime_checkable
class World(Protocol):
    """AWS, as far as a delivery touches it."""

    def start(self) -> None:
        """Be ready for requests."""
        ...

    def stop(self) -> None:
        """End everything that was started, within five seconds. Can be called again."""
        ...

    def check_alive(self) -> None:
        """Raise Broke, saying how and where to look, once it has ended by itself: not before `start`, nor after `stop`.

        For whoever saw something fail and asks whether that is why; may take a second to be sure.
        """
        ...

    def bootstrap(self, account: str, region: str) -> None:
        """What `cdk bootstrap` leaves in an account: the bucket for assets, the roles, the version. Can be repeated."""
        ...

    def environment(self, account: str, region: str) -> Mapping[str, str]:
        """The AWS_* variables with which a child process (a build's shell, a gate, the CDK's tools) speaks to it.

        AWS_CA_BUNDLE is among them where it speaks TLS: whom to trust, and nobody else.
        """
        ...

    @property
    def authority(self) -> Path | None:
        """The certificate (PEM) of whom its clients are to trust; None where it speaks plain HTTP."""
        ...

    def client(self, service: str, account: str, region: str) -> Any:
        """A boto3 client of a service, as that account."""
        ...

    def observations(self, after: int) -> Sequence[Observation]:
        """What happened after the observation with that sequence number (0: all), oldest first; empty when nothing."""
        ...

    def local_url(self, url: str) -> str:
        """The same text with the address of an API on AWS replaced by one that answers on this machine."""
        ...

    def denied(self) -> Sequence[str]:
        """What IAM denied so far, a sentence each with principal, action and resource; nothing where it denies none."""
        ...

    def stand_in(self, addresses: Mapping[str, str]) -> None:
        """Have functions that start from now on find local addresses in their environment instead of those named."""
        ...

    def status(self) -> Mapping[str, Any]:
        """Versions, the world's time, live aliases with their weights, alarms, what could not be exercised."""
        ...

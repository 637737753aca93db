"""The local AWS as a World: ministack in a process of its own, spoken to with boto3."""

import http.client
import json
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from pydantic import TypeAdapter, ValidationError

from pipeline.rehearsal.errors import Broke
from pipeline.rehearsal.world.emulator import stand_ins, urls
from pipeline.rehearsal.world.emulator.bootstrap import bootstrap
from pipeline.rehearsal.world.emulator.handshake import TOKEN_HEADER
from pipeline.rehearsal.world.emulator.process import EmulatorProcess, Programs
from pipeline.rehearsal.world.emulator.trust import connection
from pipeline.rehearsal.world.observation import Observation

OBSERVATIONS: TypeAdapter[list[Observation]] = TypeAdapter(list[Observation])
PATIENCE_S = 10.0
DYING_S = 1.0


class EmulatorWorld:
    """A World (see world/base.py). `folder` gets what it keeps; `speed` is how much faster waits and periods pass."""

    def __init__(
        self,
        folder: Path,
        *,
        programs: Programs,
        speed: float = 30.0,
        region: str = "eu-west-1",
        requirements: Path | None = None,
        log: Path | None = None,
        strict: bool = False,
    ) -> None:
        """`region` stands in where a request names none, `requirements` is the lock of what functions bring along.

        `log` is the emulator's own, by default in `folder`. With `strict` IAM is enforced, and all is TLS.
        """
        self._process = EmulatorProcess(
            programs, folder, speed=speed, region=region, requirements=requirements, log=log, strict=strict
        )
        self._folder = folder
        self._session = boto3.session.Session()
        self._clients: dict[tuple[str, str, str], Any] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the emulator."""
        self._process.start()

    def stop(self) -> None:
        """End it, and everything that it started."""
        with self._lock:
            clients, self._clients = tuple(self._clients.values()), {}
        for client in clients:
            client.close()
        self._process.stop()

    def check_alive(self) -> None:
        """Raise Broke when the emulator has ended by itself.

        A process that is killed closes its connections a moment before it has ended: it is given that moment.
        """
        self._process.check_not_ended(DYING_S)

    @property
    def port(self) -> int:
        """The emulator's port, 0 before the start."""
        return self._process.port

    @property
    def pid(self) -> int:
        """The emulator's process id; Broke when it doesn't run."""
        return self._process.pid

    @property
    def endpoint(self) -> str:
        """Where every service answers."""
        return f"{'http' if self.authority is None else 'https'}://127.0.0.1:{self._process.port}"

    @property
    def authority(self) -> Path | None:
        """The certificate of whom clients are to trust; None where plain HTTP is spoken."""
        return self._process.authority

    @property
    def log(self) -> Path:
        """The emulator's own log."""
        return self._process.log

    def bootstrap(self, account: str, region: str) -> None:
        """Make what `cdk bootstrap` makes."""
        bootstrap(self, account, region)

    def environment(self, account: str, region: str) -> dict[str, str]:
        """AWS_* for a child process. The access key is the account's number, which is how the emulator knows it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            # The CDK remembers which account an access key is of, beyond this world's life.
            "CDK_HOME": str(self._folder / "cdk"),
            "CDK_DISABLE_VERSION_CHECK": "true",
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            **({} if self.authority is None else {"AWS_CA_BUNDLE": str(self.authority)}),
        }

    def client(self, service: str, account: str, region: str) -> Any:
        """A boto3 client; the same one for the same account, region and service."""
        self._process.check_alive()
        key = (service, account, region)
        with self._lock:
            if key not in self._clients:
                make: Any = self._session.client  # which service it is for is known only now
                self._clients[key] = make(
                    service,
                    endpoint_url=self.endpoint,
                    verify=None if self.authority is None else str(self.authority),
                    region_name=region,
                    aws_access_key_id=account,
                    aws_secret_access_key="local",  # noqa: S106  (there is none to know)
                    config=Config(retries={"total_max_attempts": 1}, max_pool_connections=50),
                )
            return self._clients[key]

    def observations(self, after: int) -> Sequence[Observation]:
        """What happened since."""
        try:
            return OBSERVATIONS.validate_python(self._ask(f"observations?after={after}"))
        except ValidationError as error:
            raise Broke(f"the local AWS tells what this side doesn't know: {error}") from error

    def local_url(self, url: str) -> str:
        """Addresses of APIs that answer here."""
        return urls.local_url(url, self.endpoint)

    def stand_in(self, addresses: Mapping[str, str]) -> None:
        """Addresses that functions find in their environment instead of others'."""
        stand_ins.write(self._folder, addresses)

    def status(self) -> Mapping[str, Any]:
        """How the world stands."""
        found: Mapping[str, Any] = self._ask("status")
        return found

    def denied(self) -> Sequence[str]:
        """What IAM denied so far, a sentence each."""
        told: Sequence[Mapping[str, Any]] = self.status()["denied"]
        return tuple(f"{each['principal']} may not {each['action']} on {each['resource']}" for each in told)

    def _ask(self, page: str) -> Any:
        """One of the emulator's own pages."""
        self._process.check_alive()
        asking = connection(self._process.port, self.authority, PATIENCE_S)
        try:
            asking.request("GET", f"/_slipway/{page}", headers={TOKEN_HEADER: self._process.token})
            response = asking.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Broke(f"the local AWS does not answer: {error}; its log: {self.log}") from error
        finally:
            asking.close()
        if response.status != 200:
            raise Broke(f"the local AWS answered {response.status} for {page}: {body[:200]!r}")
        return json.loads(body)

"""Carriers of a stage: their machines for one run, taken on and let go as operators do it, and what they tell."""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from api.adapters.sources import now
from api.domain.carriers import CARRIERS, SCAN
from api.domain.instants import written
from pipeline.operations.carriers import CarrierRegistrar
from tests.support.machines import token_of
from tests.support.masked import Masked
from tests.support.patience import until
from tests.support.stage import Answer, Stage
from tests.support.users import PoolUnusable, session

NEEDED = ("SLIPWAY_USER_POOL_ID", "SLIPWAY_TABLE_NAME", "SLIPWAY_TOKEN_URL")
PATH = "/carrier/v1/scans"
PATIENCE_SECONDS = 60.0
"""Until fulfilment has asked for a parcel: a pipe, the bus, a queue, and a function that may have to start."""


@dataclass(frozen=True)
class CarrierSystem:
    """A carrier's machine with a fresh token."""

    carrier: str
    access: Masked

    def number(self, order_id: str) -> str:
        """The number by which this carrier would know the order's parcel."""
        return CARRIERS[self.carrier].tracking_number(order_id, 1)


@contextmanager
def temporary_carriers(environ: Mapping[str, str], carriers: Iterable[str]) -> Iterator[dict[str, CarrierSystem]]:
    """A machine of each of the carriers; gone at the end, however it comes. PoolUnusable if refused."""
    registrar = CarrierRegistrar(session(), environ)
    with ExitStack() as gone:
        made: dict[str, CarrierSystem] = {}
        for carrier in carriers:
            try:
                machine = registrar.take_on(carrier)
            except (ClientError, BotoCoreError) as problem:
                raise PoolUnusable(f"the carrier {carrier} was not taken on: {problem}") from problem
            gone.callback(_let_go, registrar, machine.client)
            access = token_of(environ["SLIPWAY_TOKEN_URL"], machine.client, machine.secret, [SCAN])
            made[carrier] = CarrierSystem(carrier, access)
        yield made


def scan_of(parcel: str, status: str, **other: str) -> dict[str, Any]:
    """The body of a scan that is new, of this moment."""
    return {
        "id": f"scan-{secrets.token_hex(8)}",
        "tracking_number": parcel,
        "status": status,
        "scanned_at": written(now()),
        **other,
    }


def tell(stage: Stage, carrier: CarrierSystem, scan: Mapping[str, Any]) -> Answer:
    """Tell a scan, and again as carriers do until its parcel is known."""
    return until(
        lambda: stage.call("POST", PATH, carrier.access, body=scan),
        lambda answer: answer.status != 404,
        PATIENCE_SECONDS,
    )


def _let_go(registrar: CarrierRegistrar, client: str) -> None:
    with suppress(ClientError, BotoCoreError):
        registrar.let_go(client)

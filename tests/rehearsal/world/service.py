"""The delivered service itself, as it is synthesized for beta, deployed into a world with people who use it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3

from pipeline.app import synth
from pipeline.rehearsal.world.emulator.world import EmulatorWorld
from tests.rehearsal.world.account import REGION, Account, Deployed
from tests.support.connections import pool
from tests.support.masked import Masked
from tests.support.payment_provider.service import Provider, payment_provider
from tests.support.stage import Stage
from tests.support.users import OPS, Pool, make_user, sign_in

BETA = "222222222222"


@dataclass(frozen=True)
class Service:
    """The service in beta, with an operator and a customer."""

    stack: Deployed
    api: Stage
    operator: Masked
    customer: Masked

    def client(self, service: str) -> Any:
        """A client of the account."""
        return self.stack.account.client(service)

    def pool(self) -> urllib3.PoolManager:
        """Connections to the world by an address that it tells."""
        return pool(_trusted(self.stack.account.world))

    def letters(self) -> list[Mapping[str, Any]]:
        """The mails that SES has taken."""
        world = self.client("sesv2").meta.endpoint_url
        return list(_messages(self.pool().request("GET", f"{world}/_ministack/ses/messages?account={BETA}").json()))


def _messages(told: Any) -> Iterator[Mapping[str, Any]]:
    """The messages, wherever in the answer they stand."""
    if isinstance(told, Mapping) and "MessageId" in told:
        yield told
    elif isinstance(told, Mapping | list):
        for each in told.values() if isinstance(told, Mapping) else told:
            yield from _messages(each)


def _trusted(world: EmulatorWorld) -> str | None:
    return None if world.authority is None else str(world.authority)


@contextmanager
def provided(world: EmulatorWorld) -> Iterator[Provider]:
    """The payment provider that the functions ask instead of its sandbox."""
    with payment_provider() as running:
        world.stand_in({"https://sandbox.payments.example": running.url})
        yield running
        world.stand_in({})


def deployed(world: EmulatorWorld, outdir: Path) -> Service:
    """Synthesize everything, deploy beta, and let the two sign in."""
    synth(outdir)
    account = Account(world, BETA)
    template = publish(account, outdir / "assembly-pipeline-beta")
    account.client("cloudformation").create_stack(
        StackName="beta-orders", TemplateURL=template, Capabilities=["CAPABILITY_NAMED_IAM"]
    )
    stack = account.wait("beta-orders")
    assert stack.status == "CREATE_COMPLETE", stack.failures()
    pool = Pool(stack.outputs["UserPoolId"], stack.outputs["UserPoolClientId"])
    cognito = account.client("cognito-idp")
    tokens = {
        name: sign_in(cognito, pool, name, make_user(cognito, pool, f"{name}@example.com", group)).access
        for name, group in {"operator": OPS, "customer": None}.items()
    }
    return Service(stack, Stage(world.local_url(stack.outputs["ApiUrl"]), trusted=_trusted(world)), **tokens)


def publish(account: Account, folder: Path) -> str:
    """Put the template and what its functions run where they are looked for; the template's address."""
    (manifest,) = folder.glob("*.assets.json")
    account.world.bootstrap(BETA, REGION)
    s3, template = account.client("s3"), ""
    for asset in json.loads(manifest.read_text())["files"].values():
        (there,) = asset["destinations"].values()
        bucket, key = there["bucketName"], there["objectKey"]
        s3.put_object(Bucket=bucket, Key=key, Body=(folder / asset["source"]["path"]).read_bytes())
        if asset["source"]["path"].endswith(".template.json"):
            template = f"https://s3.{REGION}.amazonaws.com/{bucket}/{key}"
    return template

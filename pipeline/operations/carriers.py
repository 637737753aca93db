"""Takes carriers' machines on and lets them go: `scripts/carrier take-on|let-go …`, with the stage's outputs set.

Needs SLIPWAY_USER_POOL_ID and SLIPWAY_TABLE_NAME (the stack's outputs) and credentials of the stage's account. Prints
what the carrier is to be told; the client's secret once. Ends with 2 for a wrong use and 3 where AWS refuses.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from api.adapters.carriers import DynamoCarriers
from api.domain.carriers import CARRIERS, SCAN

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

NEEDED = ("SLIPWAY_USER_POOL_ID", "SLIPWAY_TABLE_NAME")


@dataclass(frozen=True)
class Machine:
    """A carrier's new client of the user pool, with what only the carrier may know."""

    carrier: str
    client: str
    secret: str = field(repr=False)


class CarrierRegistrar:
    """Takes machines on and lets them go, with the credentials of a session in the stage's account."""

    def __init__(self, session: boto3.Session, environ: Mapping[str, str]) -> None:
        self._cognito: CognitoIdentityProviderClient = session.client("cognito-idp")
        self._pool = environ["SLIPWAY_USER_POOL_ID"]
        self._carriers = DynamoCarriers(session.client("dynamodb"), environ["SLIPWAY_TABLE_NAME"])

    def take_on(self, carrier: str) -> Machine:
        """Make a client that gets tokens for scans, and keep whose it is."""
        client = self._cognito.create_user_pool_client(
            UserPoolId=self._pool,
            ClientName=f"carrier-{carrier}",
            GenerateSecret=True,
            AllowedOAuthFlows=["client_credentials"],
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthScopes=[SCAN],
            AccessTokenValidity=1,
            TokenValidityUnits={"AccessToken": "hours"},
        )["UserPoolClient"]
        machine = Machine(carrier, client["ClientId"], client["ClientSecret"])
        try:
            self._carriers.put(machine.client, carrier)
        except BaseException:
            self.let_go(machine.client)
            raise
        return machine

    def let_go(self, client: str) -> None:
        """Take the client away; what it was told of is kept. Its last token is good for a minute at most."""
        with suppress(self._cognito.exceptions.ResourceNotFoundException):
            self._cognito.delete_user_pool_client(UserPoolId=self._pool, ClientId=client)
        self._carriers.remove(client)


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """The exit code."""
    if not arguments:
        _parser().print_help(sys.stderr)
        return 2
    asked = _parser().parse_args(arguments)
    missing = [name for name in NEEDED if not environ.get(name)]
    if missing:
        sys.stderr.write(f"carrier: set {', '.join(missing)}\n")
        return 2
    try:
        registrar = CarrierRegistrar(boto3.Session(), environ)
        if asked.what == "let-go":
            registrar.let_go(asked.client)
            return 0
        machine = registrar.take_on(asked.carrier)
    except (ClientError, BotoCoreError) as problem:
        sys.stderr.write(f"carrier: {problem}\n")
        return 3
    sys.stdout.write(json.dumps({"client_id": machine.client, "client_secret": machine.secret}, indent=1) + "\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(
        "scripts/carrier",
        description=f"Carriers' machines of a stage, which {', '.join(NEEDED)} and AWS credentials name.",
    )
    verbs = whole.add_subparsers(dest="what", required=True)
    verbs.add_parser("take-on", help="make a client for a machine").add_argument("carrier", choices=sorted(CARRIERS))
    verbs.add_parser("let-go", help="delete a client").add_argument("client", help="the client's id, as it was told")
    return whole


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))

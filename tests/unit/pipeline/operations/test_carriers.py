"""A carrier's machine is taken on with a client of its own, and let go so that nothing is left."""

import json
from collections.abc import Mapping
from typing import Any

import boto3
import pytest

from api.adapters import aws
from api.adapters.carriers import DynamoCarriers
from api.domain.carriers import SCAN
from pipeline.operations import carriers
from pipeline.operations.carriers import CarrierRegistrar
from tests.support.dynamodb import TABLE

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def outputs() -> dict[str, str]:
    """The outputs of a stage on the emulator, as the environment has them."""
    cognito = aws.cognito()
    pool = cognito.create_user_pool(PoolName="orders-beta")["UserPool"]["Id"]
    scopes: Any = [{"ScopeName": "scan", "ScopeDescription": "scan"}]
    cognito.create_resource_server(UserPoolId=pool, Identifier="carriers", Name="carriers", Scopes=scopes)
    return {"SLIPWAY_USER_POOL_ID": pool, "SLIPWAY_TABLE_NAME": TABLE}


def carrier_of(client: str) -> str | None:
    return DynamoCarriers(aws.dynamodb(), TABLE).get(client)


def clients(outputs: Mapping[str, str]) -> set[str]:
    listed = aws.cognito().list_user_pool_clients(UserPoolId=outputs["SLIPWAY_USER_POOL_ID"])
    return {each["ClientId"] for each in listed["UserPoolClients"]}


def test_a_machine_gets_a_client_that_is_good_for_scans_alone(session: boto3.Session, outputs: dict[str, str]) -> None:
    machine = CarrierRegistrar(session, outputs).take_on("northway")
    assert carrier_of(machine.client) == "northway"
    pool = outputs["SLIPWAY_USER_POOL_ID"]
    told = aws.cognito().describe_user_pool_client(UserPoolId=pool, ClientId=machine.client)
    client = told["UserPoolClient"]
    assert (client["AllowedOAuthFlows"], client["AllowedOAuthScopes"]) == (["client_credentials"], [SCAN])
    assert machine.secret not in repr(machine)


def test_a_carrier_may_have_several_machines(session: boto3.Session, outputs: dict[str, str]) -> None:
    registrar = CarrierRegistrar(session, outputs)
    machines = [registrar.take_on("swiftline").client for _ in range(2)]
    assert len(set(machines)) == 2
    assert [carrier_of(machine) for machine in machines] == ["swiftline"] * 2


def test_the_command_tells_what_the_carrier_needs_and_lets_it_go_again(
    outputs: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert carriers.main(["take-on", "northway"], outputs) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"client_id", "client_secret"}
    assert told["client_id"] in clients(outputs)
    for _ in range(2):
        assert carriers.main(["let-go", told["client_id"]], outputs) == 0
    assert carrier_of(told["client_id"]) is None
    assert told["client_id"] not in clients(outputs)


def test_nothing_is_left_of_a_machine_whose_carrier_could_not_be_kept(outputs: dict[str, str]) -> None:
    before = clients(outputs)
    without_table = {**outputs, "SLIPWAY_TABLE_NAME": "no-such-table"}
    assert carriers.main(["take-on", "northway"], without_table) == 3
    assert clients(outputs) == before


def test_a_stage_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert carriers.main(["take-on", "northway"], {}) == 2
    assert "SLIPWAY_USER_POOL_ID, SLIPWAY_TABLE_NAME" in capsys.readouterr().err


def test_without_anything_asked_it_says_what_can_be_and_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert carriers.main([], {}) == 2
    said = capsys.readouterr().err
    assert all(name in said for name in ("take-on", "let-go", *carriers.NEEDED))

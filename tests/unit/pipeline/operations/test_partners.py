"""Partners are taken on with everything they need, and their own account reads their key and nothing else."""

import json
from typing import Any

import boto3
import pytest

from api.adapters import aws
from api.adapters.partners import DynamoPartners
from api.domain.errors import Busy
from api.domain.partners import READ, SCOPES, PartnerStatus, Tier
from pipeline.operations import key_secret, partners
from pipeline.operations.registrar import Place, Registrar
from tests.support.dynamodb import TABLE, new_sku

pytestmark = pytest.mark.emulator

ACCOUNT = "999999999999"


@pytest.fixture(scope="module")
def outputs() -> dict[str, str]:
    """The outputs of a stage on the emulator, as the environment has them."""
    cognito, gateway = aws.cognito(), aws.apigateway()
    pool = cognito.create_user_pool(PoolName="orders-beta")["UserPool"]["Id"]
    scopes: Any = [{"ScopeName": name, "ScopeDescription": name} for name in ("orders.read", "orders.write")]
    cognito.create_resource_server(UserPoolId=pool, Identifier="partner", Name="partner", Scopes=scopes)
    plans = {tier: gateway.create_usage_plan(name=f"orders-beta-{tier}")["id"] for tier in Tier}
    aws.kms().create_alias(AliasName="alias/orders-beta", TargetKeyId=aws.kms().create_key()["KeyMetadata"]["KeyId"])
    return {
        "SLIPWAY_STAGE": "beta",
        "SLIPWAY_USER_POOL_ID": pool,
        "SLIPWAY_TABLE_NAME": TABLE,
        "SLIPWAY_USAGE_PLANS": ",".join(f"{tier}={plan}" for tier, plan in plans.items()),
    }


@pytest.fixture
def name() -> str:
    return f"partner-{new_sku('x')[-12:].lower()}"


def found(name: str) -> Any:
    return DynamoPartners(aws.dynamodb(), TABLE).get(name)


def test_a_partner_gets_a_client_a_key_in_its_plan_and_an_item(
    session: boto3.Session, outputs: dict[str, str], name: str
) -> None:
    place = Place.of(outputs)
    taken = Registrar(session, place).take_on(name, Tier.PREMIUM, frozenset({READ}))
    assert taken.partner == found(name)
    assert (taken.partner.tier, taken.partner.status) == (Tier.PREMIUM, PartnerStatus.ACTIVE)
    client = aws.cognito().describe_user_pool_client(UserPoolId=place.pool, ClientId=taken.partner.client)
    told = client["UserPoolClient"]
    assert (told["AllowedOAuthFlows"], told["AllowedOAuthScopes"]) == (["client_credentials"], [READ])
    gateway = aws.apigateway()
    (in_plan,) = gateway.get_usage_plan_keys(usagePlanId=place.plans[Tier.PREMIUM])["items"]
    assert in_plan["id"] == taken.partner.keys[0].id
    assert taken.key not in repr(taken)
    assert taken.client_secret not in repr(taken)


def test_a_partner_is_taken_on_once_and_nothing_is_left_of_the_second_try(
    session: boto3.Session, outputs: dict[str, str], name: str
) -> None:
    place = Place.of(outputs)
    registrar = Registrar(session, place)
    taken = registrar.take_on(name, Tier.BASIC)
    clients = aws.cognito().list_user_pool_clients(UserPoolId=place.pool)["UserPoolClients"]
    with pytest.raises(Busy):
        registrar.take_on(name, Tier.ENTERPRISE)
    assert found(name) == taken.partner
    assert aws.cognito().list_user_pool_clients(UserPoolId=place.pool)["UserPoolClients"] == clients


def test_a_partner_that_is_let_go_opens_nothing(session: boto3.Session, outputs: dict[str, str], name: str) -> None:
    registrar = Registrar(session, Place.of(outputs))
    taken = registrar.take_on(name, Tier.BASIC)
    registrar.let_go(taken)
    assert found(name) is None
    keys = aws.apigateway().get_api_keys(nameQuery=name)["items"]
    assert keys == []


def test_the_command_tells_what_the_partner_needs_and_never_the_key(
    outputs: dict[str, str], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["take-on", name, "enterprise", "--account", ACCOUNT, "--external-id", "between-us"]
    assert partners.main(asked, outputs) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"client_id", "client_secret", "key_secret", "key_reader"}
    manager = aws.secretsmanager()
    kept = json.loads(manager.get_secret_value(SecretId=told["key_secret"])["SecretString"])
    assert kept["partner"] == name
    assert kept["key"] not in json.dumps(told)
    secret = manager.describe_secret(SecretId=told["key_secret"])
    assert secret["RotationRules"] == {"AutomaticallyAfterDays": 30}
    assert secret["RotationLambdaARN"].endswith(":function:orders-beta-rotation:live")
    role = boto3.client("iam").get_role(RoleName=told["key_reader"].rpartition("/")[2])["Role"]
    assert role["MaxSessionDuration"] == 3_600
    assert role["AssumeRolePolicyDocument"] == key_secret.trust(ACCOUNT, "between-us")
    assert found(name).scopes == SCOPES
    assert partners.main(asked, outputs) == 2


def test_a_partner_is_shut_out_and_let_in_again(session: boto3.Session, outputs: dict[str, str], name: str) -> None:
    taken = Registrar(session, Place.of(outputs)).take_on(name, Tier.BASIC)
    for verb, status in (("block", PartnerStatus.BLOCKED), ("unblock", PartnerStatus.ACTIVE)):
        assert partners.main([verb, name], outputs) == 0
        assert found(name).status is status
    assert found(name).keys == taken.partner.keys
    assert partners.main(["block", "nobody-here"], outputs) == 2


def test_the_reader_is_the_partners_account_with_the_external_id() -> None:
    (statement,) = key_secret.trust(ACCOUNT, "between-us")["Statement"]
    assert statement["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": "between-us"}}


def test_the_reader_reads_the_current_value_of_one_secret() -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:orders-beta/partner/acme/api-key-x1y2z3"
    read, decrypt = key_secret.reading(arn)["Statement"]
    assert (read["Action"], read["Resource"]) == ("secretsmanager:GetSecretValue", arn)
    assert decrypt["Condition"]["StringEquals"] == {
        "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com",
        "kms:EncryptionContext:SecretARN": arn,
    }


@pytest.mark.parametrize("missing", partners.NEEDED)
def test_the_command_says_what_it_lacks(
    outputs: dict[str, str], missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    there = {key: value for key, value in outputs.items() if key != missing}
    assert partners.main(["take-on", "acme", "basic", "--account", ACCOUNT, "--external-id", "x"], there) == 2
    assert missing in capsys.readouterr().err


def test_an_id_that_could_be_another_key_is_refused(outputs: dict[str, str]) -> None:
    assert partners.main(["take-on", "ACME#1", "basic", "--account", ACCOUNT, "--external-id", "x"], outputs) == 2


def test_without_anything_asked_it_says_what_can_be_and_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert partners.main([], {}) == 2
    said = capsys.readouterr().err
    assert all(name in said for name in ("take-on", "unblock", *partners.NEEDED))

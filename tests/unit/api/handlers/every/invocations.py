"""A good invocation of every function, in each way in which it is invoked: requests, messages, triggers, steps."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pytest

from api.adapters import aws, jwks
from api.adapters.partner_keys import GatewayKeys
from api.adapters.partners import DynamoPartners
from api.adapters.remembered import Remembered
from api.adapters.sources import new_id, now
from api.domain.partners import READ, SCOPES, Partner, PartnerKey, PartnerStatus, Tier
from api.handlers import authorizer, carriers, identity, importer, renewal, rotation, webhooks
from tests.support.dynamodb import TABLE, empty_tables, new_sku
from tests.support.events import context
from tests.support.http_api import HANDLERS, call, function_of, proxied
from tests.support.messages import WORKERS, deliver, record
from tests.support.payment_provider.webhook import signed
from tests.support.rotating import STEPS, Manager, set_to_rotate
from tests.support.signing import jwks as published_keys
from tests.support.signing import signer
from tests.support.tokens import OPS, CarrierUser
from tests.unit.api.domain.test_photographs import JPEG
from tests.unit.api.handlers.every.good import OPERATIONS, good
from tests.unit.api.handlers.every.replay import ULID, UUID, Invocation
from tests.unit.api.handlers.every.test_messages import MESSAGES, PROVIDER_KEY
from tests.unit.api.handlers.helpers import SWEEP, signed_up
from tests.unit.api.handlers.test_identity import GIVEN, somebody, trigger
from tests.unit.api.handlers.test_mail import returned
from tests.unit.api.handlers.test_photographs import told
from tests.unit.api.handlers.test_product_imports import line

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Make = Callable[["DynamoDBClient", pytest.MonkeyPatch], Invocation]
"""Makes an invocation, with all that has to be there before it, on a stage."""

STAY: Final = ("getProfile", "changeProfile", "scanParcel")
"""Who asks for these stays: what a customer told opens for nobody else, and a thousand carriers are remembered."""


def request(operation: str, _: "DynamoDBClient", __: pytest.MonkeyPatch) -> Invocation:
    """A request to an operation. Names in its body stay: Pydantic keeps the last 16,384 short texts that it read."""
    asked = good(operation)
    if asked.method == "GET":
        asked.send()  # after which secrets are read, and credentials are lent
    if isinstance(asked.user, CarrierUser):
        assert carriers.services().carriers.get(asked.user.client)
    event = proxied(
        asked.method,
        asked.path,
        asked.user,
        json_body=asked.body,
        headers=asked.headers,
        query=asked.query,
        key=asked.key,
    )
    kept = named(asked.body, asked.user if operation in STAY else "")
    return Invocation(HANDLERS[function_of(asked.path)], event, kept)


def message(worker: str, stage: "DynamoDBClient", _: pytest.MonkeyPatch) -> Invocation:
    """A message that a worker is told."""
    return batch(worker, MESSAGES[worker](stage))


def batch(worker: str, told: Mapping[str, Any], **other: Any) -> Invocation:
    """A batch of one message."""
    return Invocation(WORKERS[worker], {"Records": [told]}, **other)


def notice(stage: "DynamoDBClient", _: pytest.MonkeyPatch) -> Invocation:
    """A notice that a customer is to be written to, whose address is sealed."""
    told = MESSAGES["mail"](stage)
    return batch("mail", told, kept=named(json.loads(told["body"])["customer_id"]))


def news(stage: "DynamoDBClient", _: pytest.MonkeyPatch) -> Invocation:
    """What the payment provider has decided, signed anew for each payment."""

    def sign(event: dict[str, Any]) -> dict[str, Any]:
        (told,) = event["Records"]
        signature = signed(PROVIDER_KEY.encode(), told["body"].encode(), int(time.time()))["X-Provider-Signature"]
        told["messageAttributes"]["signature"]["stringValue"] = signature
        return event

    assert webhooks.services().key.value()
    return batch("webhooks", MESSAGES["webhooks"](stage), ready=sign)


def sweep(stage: "DynamoDBClient", _: pytest.MonkeyPatch) -> Invocation:
    """It is time to look for what nobody has paid for, and that is one order."""
    empty_tables(stage)
    assert good("payOrder").about
    return batch("payments", record(SWEEP))


def photograph(_: "DynamoDBClient", __: pytest.MonkeyPatch) -> Invocation:
    """A photograph that was uploaded for a claim."""
    asked = good("openClaim")
    key = asked.send().body["upload"]["prefix"] + "door.jpg"
    aws.s3().put_object(Bucket="claims", Key=key, Body=JPEG)
    return batch("photographs", told(key, len(JPEG)))


def arrival(_: "DynamoDBClient", __: pytest.MonkeyPatch) -> Invocation:
    """A file of products that was uploaded."""
    content = line(new_sku()).encode()
    asked = call("POST", "/v1/product-imports", OPS, key=new_id(), json_body={"size": len(content)}).body["id"]
    key = f"imports/{asked}.jsonl"
    aws.s3().put_object(Bucket="imports", Key=key, Body=content)
    return batch("importer", told(key, len(content)))


def going_on(stage: "DynamoDBClient", patch: pytest.MonkeyPatch) -> Invocation:
    """What the importer tells itself: there is more of a file."""
    (begun,) = arrival(stage, patch).event["Records"]
    assert deliver("importer", begun) == []
    (asked,) = ULID.findall(json.loads(begun["body"])["detail"]["object"]["key"])
    metadata = {"event_id": new_id(), "correlation_id": new_id(), "schema_version": 1}
    body = {
        "detail-type": importer.CONTINUES,
        "detail": {"metadata": metadata, "data": {"import_id": asked, "done": 0}},
    }
    return batch("importer", record(json.dumps(body)))


def admission(stage: "DynamoDBClient", patch: pytest.MonkeyPatch) -> Invocation:
    """A partner with a token that nobody has shown before."""
    key, client = new_id(), new_id()
    keys = (PartnerKey(rotation.digest(key), "k1"),)
    partners = DynamoPartners(stage, TABLE)
    partners.put(Partner(new_id().lower(), client, Tier.BASIC, SCOPES, PartnerStatus.ACTIVE, "plan", keys, 1))
    issuer = jwks.issuer("eu-west-1_example")
    known = jwks.SigningKeys(lambda: published_keys(signer("a")), now)
    door = authorizer.Door(issuer, known, Remembered(partners.of_client, timedelta(minutes=1), now), now)
    patch.setattr(authorizer, "door", lambda: door)

    def sign(event: dict[str, Any]) -> dict[str, Any]:
        moment = int(now().timestamp())
        claims = {"iss": issuer, "sub": client, "client_id": client, "token_use": "access", "scope": READ}
        token = signer("a").token({**claims, "iat": moment, "exp": moment + 3_600, "jti": new_id()})
        return {**event, "headers": {"Authorization": f"Bearer {token}", "X-Api-Key": key}}

    method = "arn:aws:execute-api:eu-west-1:222222222222:a1b2c3/beta/GET/partner/v1/orders"
    return Invocation(authorizer.handler, {"type": "REQUEST", "methodArn": method, "httpMethod": "GET"}, ready=sign)


def sign_up(_: "DynamoDBClient", __: pytest.MonkeyPatch) -> Invocation:
    """A customer who has just signed up."""
    before, event = (trigger("PostConfirmation_ConfirmSignUp", somebody().subject, **GIVEN) for _ in range(2))
    identity.handler(before, context())  # after which the secret is known that the address is found by
    return Invocation(identity.handler, event)


def sign_in(source: str, _: "DynamoDBClient", __: pytest.MonkeyPatch) -> Invocation:
    """An operator who signs in."""
    return Invocation(identity.handler, trigger(source, signed_up().subject, "ops"))


def first_step(function: Callable[[Any, Any], None], secret: str, manager: Manager) -> Invocation:
    """Secrets Manager lets a function make a new value: for the same secret each time, as it knows of no other."""
    event = {"Step": STEPS[0], "SecretId": secret, "ClientRequestToken": manager.begin()}
    return Invocation(function, event, named(*event.values()))


def renewing(_: "DynamoDBClient", patch: pytest.MonkeyPatch) -> Invocation:
    """The key of the cursors gets a new value."""
    client = aws.secretsmanager()
    secret = client.create_secret(Name=new_id(), SecretString="1" * 64)["ARN"]
    return first_step(renewal.handler, secret, managing(patch, renewal.renewal, secret))


def rotating(stage: "DynamoDBClient", patch: pytest.MonkeyPatch) -> Invocation:
    """A partner gets a new key."""
    gateway, partner = aws.apigateway(), f"rotating-{new_id().lower()}"
    plan = gateway.create_usage_plan(name=partner)["id"]
    key = PartnerKey(rotation.digest(partner), GatewayKeys(gateway).ensure(f"{partner}-first", partner, plan))
    told = Partner(partner, f"client-{partner}", Tier.BASIC, SCOPES, PartnerStatus.ACTIVE, plan, (key,), 1)
    DynamoPartners(stage, TABLE).put(told)
    text = json.dumps({"partner": partner, "key": partner})
    secret = aws.secretsmanager().create_secret(Name=new_id(), SecretString=text)["ARN"]
    return first_step(rotation.handler, secret, managing(patch, rotation.rotation, secret))


def managing(patch: pytest.MonkeyPatch, services: Any, secret: str) -> Manager:
    """Secrets Manager as it is once a secret is to rotate."""
    client = aws.secretsmanager()
    set_to_rotate(client, secret)
    manager = Manager(client)
    patch.setattr(aws, "secretsmanager", lambda: manager)
    services.cache_clear()
    return manager


def named(*who: Any) -> frozenset[str]:
    """All names that are in these."""
    text = " ".join(map(str, who))
    return frozenset(ULID.findall(text) + UUID.findall(text))


REQUESTS: Final[Mapping[str, Make]] = {operation: partial(request, operation) for operation in OPERATIONS}
OTHERS: Final[Mapping[str, Make]] = {
    **{f"{worker}, a message": partial(message, worker) for worker in MESSAGES if worker not in ("mail", "webhooks")},
    "payments, the schedule": sweep,
    "webhooks, news": news,
    "mail, a notice": notice,
    "mail, what came back": lambda _, __: batch("mail", returned()),
    "photographs, a file": photograph,
    "importer, a file": arrival,
    "importer, a chunk": going_on,
    "authorizer, a token": admission,
    "identity, a sign-up": sign_up,
    "identity, a sign-in": partial(sign_in, "PreAuthentication_Authentication"),
    "identity, tokens": partial(sign_in, "TokenGeneration_Authentication"),
    "renewal, a step": renewing,
    "rotation, a step": rotating,
}
INVOCATIONS: Final[Mapping[str, Make]] = {**REQUESTS, **OTHERS}

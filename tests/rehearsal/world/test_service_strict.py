"""The delivered service where IAM is enforced: its functions may do what they need, and a missing grant is told.

Slow, since it synthesizes and deploys the whole of it. The gates ask much more of a stage that is `up --strict`.
"""

import copy
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from pipeline.rehearsal.world.emulator.process import Programs
from tests.load.seed import order_of, put_on_sale
from tests.rehearsal.world.account import REGION
from tests.rehearsal.world.running import running
from tests.rehearsal.world.service import BETA, Service, deployed, provided
from tests.support.stage import Answer

pytestmark = [pytest.mark.emulator, pytest.mark.slow]

MERGE_PATCH = {"If-Match": "*", "Content-Type": "application/merge-patch+json"}
TOLD = {"name": "Ann", "email": "ann@example.com", "phone": "+441632960000"}

type Denied = Callable[[], list[str]]


@pytest.fixture(scope="session")
def service(programs: Programs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """In a world of its own, once in a process: its account can't be another's, and tests may come in any order."""
    folder = tmp_path_factory.mktemp("service")
    with running(programs, folder / "world", strict=True) as world, provided(world):
        service = deployed(world, folder / "cdk.out")
        for number in range(3):
            price = {"amount": 890, "currency": "EUR"}
            product = {"sku": f"STRICT-{number}", "name": "Tea", "category": "strict", "price": price}
            put_on_sale(service.api, service.operator, product)
        yield service


@pytest.fixture
def denied(service: Service) -> Denied:
    """What the functions of this service were denied since the test began."""
    before = len(denials(service))
    return lambda: denials(service)[before:]


def denials(service: Service) -> list[str]:
    return [line for line in service.stack.account.world.denied() if f":{BETA}:" in line]


def place(service: Service) -> Answer:
    body = order_of("STRICT-0", 1)
    return service.api.call("POST", "/v1/orders", service.customer, body=body, key=secrets.token_hex(16))


def fetched(service: Service, order: str) -> str | None:
    """The page that an order's owner is sent to; None while there is none."""
    answer = service.api.call("GET", f"/v1/orders/{order}/invoice", service.customer)
    return service.pool().request("GET", answer.headers["Location"]).data.decode() if answer.status == 303 else None


def listed(service: Service, category: str = "strict", **query: str) -> Answer:
    return service.api.call("GET", "/v1/products", query={"category": category, "limit": 1, **query})


def test_a_customer_s_way_needs_no_grant_that_is_missing(service: Service, denied: Denied) -> None:
    placed = place(service)
    assert placed.status == 201, placed.body
    order = placed.json["id"]
    assert service.api.call("GET", f"/v1/orders/{order}", service.customer).status == 200
    invoice = service.stack.account.until(lambda: fetched(service, order), "the invoice")
    assert order in invoice
    assert service.api.call("POST", f"/v1/orders/{order}/cancellation", service.customer).status == 200
    me = "/v1/customers/me"
    assert service.api.call("PATCH", me, service.customer, body=TOLD, headers=MERGE_PATCH).status == 200
    assert service.api.call("GET", me, service.customer).json["phone"] == TOLD["phone"]
    again = place(service).json["id"]
    service.stack.account.until(lambda: [each for each in service.letters() if again in each["Subject"]], "the letter")
    assert denied() == []


def test_what_the_payment_provider_tells_gets_into_a_queue_whose_policy_wants_encryption(
    service: Service, denied: Denied
) -> None:
    event = {"id": "evt-00000001", "type": "payment.declined", "payment_id": "01JDA7C0R00000000000000000"}
    told = service.api.call("POST", "/webhooks/payment-provider", body=event, headers={"X-Provider-Signature": "t=1"})
    assert told.status == 202, told.body
    assert denied() == []


def test_a_cursor_outlives_the_renewal_of_the_key_that_signed_it(service: Service, denied: Denied) -> None:
    manager = service.client("secretsmanager")
    (secret,) = [each["ARN"] for each in manager.list_secrets()["SecretList"] if "CursorSecret" in each["Name"]]

    def key(label: str = "AWSCURRENT") -> str:
        return str(manager.get_secret_value(SecretId=secret, VersionStage=label)["SecretString"])

    first, cursor = key(), listed(service).json["next_cursor"]
    manager.rotate_secret(SecretId=secret)
    assert service.stack.account.until(lambda: key() != first, "the new key")
    assert key("AWSPREVIOUS") == first
    assert [item["sku"] for item in listed(service, cursor=cursor).json["items"]] == ["STRICT-1"]
    elsewhere = listed(service, "another", cursor=cursor)  # of no use there, so the function looks for other keys
    assert (elsewhere.status, elsewhere.problem) == (400, "invalid-cursor")
    second = listed(service, cursor=cursor)  # signed with the key before
    assert [item["sku"] for item in second.json["items"]] == ["STRICT-1"]
    third = listed(service, cursor=second.json["next_cursor"])  # signed with the new one
    assert [item["sku"] for item in third.json["items"]] == ["STRICT-2"]
    assert denied() == []


def test_a_grant_that_is_missing_is_told_with_role_action_and_resource(service: Service, denied: Denied) -> None:
    with without(service, "customers", "dynamodb:GetItem") as role:
        assert service.api.call("GET", "/v1/customers/me", service.customer).status == 500
    table = f"arn:aws:dynamodb:{REGION}:{BETA}:table/{service.stack.outputs['TableName']}"
    assert denied() == [
        f"arn:aws:sts::{BETA}:assumed-role/{role}/orders-beta-customers may not dynamodb:GetItem on {table}"
    ]


@contextmanager
def without(service: Service, function: str, action: str) -> Iterator[str]:
    """While the action is taken from what the function's role may do; the role's name."""
    told = service.client("lambda").get_function_configuration(FunctionName=f"orders-beta-{function}")
    role = str(told["Role"]).rpartition("/")[2]
    iam = service.client("iam")
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    granted = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    less = copy.deepcopy(granted)
    for statement in less["Statement"]:
        actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        statement["Action"] = [each for each in actions if each != action]
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(less))
    try:
        yield role
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(granted))

"""This API keeps what its consumers' pacts say: over real HTTP, on real handlers, with data in a real (local) table."""

import contextlib
import json
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pact import Verifier
from pact.types import Message

from api.adapters.notices import SnsNotices
from api.adapters.sources import new_id
from api.domain import rules, settling, shipping
from api.domain.carriers import NORTHWAY
from api.domain.events import (
    SOURCE,
    Cause,
    customer_registered,
    order_cancelled,
    order_confirmed,
    order_placed,
    shipment_delivered,
    shipment_dispatched,
)
from api.domain.model import Notice, Occasion, Product, ProductDetails, RequestedLine
from api.domain.owner import customer
from api.domain.shipment import Scan, ShipmentStatus
from contracts.provider_states import STATES, TEA
from pipeline.gates.pacts.verification import VERIFIED
from tests.contract import states
from tests.contract.pacts import PACTS, Record, digest, interactions, relied_on
from tests.support.tokens import ACME, ANN, PartnerUser, User

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HTTP_PACT = "storefront-web-orders-api.json"
MESSAGE_PACT = "fulfilment-worker-orders-api.json"
NOTICE_PACT = "mail-orders-api.json"
OURS = relied_on("orders-api")


def http_verifier(api: str, stage: "DynamoDBClient", caller: User | PartnerUser = ANN) -> Verifier:
    def make_state(state: str, **_: Any) -> None:
        if state:  # of an interaction without a state, Pact asks for the empty one
            states.make(stage, state)

    return (
        Verifier("orders-api", host="127.0.0.1")
        .add_transport(url=api)
        .state_handler(make_state, teardown=False)
        .add_custom_header("Authorization", f"Bearer {caller.token()}")
        .set_coloured_output(enabled=False)
    )


def event_message(name: str, **_: Any) -> Message:
    """The message of that name, built as the API builds it. KeyError for one that it does not send."""
    products = {TEA: Product(TEA, ProductDetails("Earl Grey", "", "tea", states.PRICE), 1, states.THEN, states.THEN)}
    placed = rules.place(new_id(), customer(ANN.subject), [RequestedLine(TEA, 2)], products, states.THEN)
    order = settling.asked(placed, new_id())
    paid = settling.authorised(order, "PSP-1", states.THEN)
    parcel = shipping.requested(paid.id, NORTHWAY, states.THEN)
    scan = Scan("scan-0001", parcel.tracking_number, ShipmentStatus.DELIVERED, states.THEN)
    move = shipping.moved(replace(paid, shipments=(parcel,)), scan, states.THEN)
    assert move is not None
    cause = Cause(new_id(), "a-request")
    event = {
        "OrderPlaced": order_placed(order, new_id(), cause),
        "OrderConfirmed": order_confirmed(paid, new_id(), cause),
        "CustomerRegistered": customer_registered(ANN.subject, states.THEN, new_id(), cause),
        "ShipmentDispatched": shipment_dispatched(move.order, move.shipment, new_id(), cause),
        "ShipmentDelivered": shipment_delivered(move.order, move.shipment, new_id(), cause),
        "OrderCancelled": order_cancelled(rules.cancel(order, states.THEN), "customer", new_id(), cause),
    }[name]
    metadata = {"source": SOURCE, "detail-type": event.kind}
    return Message(contents=json.dumps(event.detail).encode(), metadata=metadata, content_type="application/json")


def notice_message(name: str, **_: Any) -> Message:
    """A notice as its topic gets it. KeyError for an occasion that there is not."""
    occasion = {f"notice of {each}": each for each in Occasion}[name]
    order = None if occasion is Occasion.WELCOME else new_id()
    published: list[Message] = []

    class Topic:
        def publish(self, *, TopicArn: str, Message: str, MessageAttributes: Any) -> None:  # noqa: N803 - AWS's names
            assert TopicArn == "topic"
            published.append(as_message(Message, MessageAttributes))

    SnsNotices(Topic(), "topic").send(Notice(new_id(), occasion, ANN.subject, order, new_id()))
    (message,) = published
    return message


def as_message(body: str, attributes: dict[str, dict[str, str]]) -> Message:
    """What SNS was told, as Pact takes it."""
    metadata = {name: each["StringValue"] for name, each in attributes.items()}
    return Message(contents=body.encode(), metadata=metadata, content_type="application/json")


def any_message(name: str, **more: Any) -> Message:
    """A notice or an event, whichever the name is of."""
    return notice_message(name, **more) if name.startswith("notice of ") else event_message(name, **more)


def verifier_for(pact: Path, api: str, stage: "DynamoDBClient") -> Verifier:
    """What verifies a pact of this API: by message, or over HTTP as a customer (where a key is sent, as a partner)."""
    asked = interactions(pact)
    if any(each.get("type") == "Asynchronous/Messages" for each in asked):
        return Verifier("orders-api").message_handler(any_message)
    with_key = any("X-Api-Key" in each["request"].get("headers", {}) for each in asked)
    return http_verifier(api, stage, ACME if with_key else ANN)


def verify(verifier: Verifier, pact: Path, record_property: Record, states: Collection[str] = STATES) -> None:
    """Fails unless all interactions were verified, and there was at least one, all of known states; tells how many.

    Pact itself is content with a pact without interactions, and tries an unknown state again for two minutes.
    """
    asked = interactions(pact)
    assert asked, f"{pact.name} asks for nothing"
    unknown = states_of(asked) - set(states)
    assert not unknown, f"add to contracts/provider_states.py: {unknown}"
    with contextlib.suppress(RuntimeError):  # its results say what failed
        verifier.add_source(pact).verify()
    results = verifier.results["interactionResults"]
    verified = [result["description"] for result in results if result["result"] == "OK"]
    record_property(VERIFIED, f"{digest(pact)} {len(verified)}")
    if failed := [told(result) for result in results if result["result"] != "OK"]:
        pytest.fail("\n".join(failed))
    assert sorted(verified) == sorted(each["description"] for each in asked)


def told(result: dict[str, Any]) -> str:
    """An interaction that is not kept, in one line: `a request for the tea: $.price: Expected …`."""
    mismatches = result.get("mismatch", {}).get("mismatches", [])
    said = [f"{each.get('path') or each.get('key', '')}: {each.get('mismatch')}" for each in mismatches]
    return f"{result['consumer']}, {result['description']}: {'; '.join(said) or json.dumps(result.get('mismatch'))}"


def states_of(interactions: list[dict[str, Any]]) -> set[str]:
    return {state["name"] for each in interactions for state in each.get("providerStates", [])}


@pytest.mark.parametrize("pact", OURS, ids=lambda pact: pact.name)
def test_whoever_is_live_gets_what_it_relies_on(
    pact: Path, api: str, stage: "DynamoDBClient", record_property: Record
) -> None:
    verify(verifier_for(pact, api, stage), pact, record_property)


def test_the_states_listed_are_those_that_pacts_speak_of() -> None:
    """What only a live version speaks of stays listed until that version has gone."""
    asked = [interaction for pact in OURS for interaction in interactions(pact)]
    assert states_of(asked) == set(STATES)


def changed(tmp_path: Path, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Path:
    """A copy of the storefront's pact with other interactions."""
    pact = json.loads((PACTS / HTTP_PACT).read_text())
    pact["interactions"] = change(pact["interactions"])
    copy = tmp_path / HTTP_PACT
    copy.write_text(json.dumps(pact))
    return copy


def only(interactions: list[dict[str, Any]], description: str) -> dict[str, Any]:
    (found,) = [each for each in interactions if each["description"] == description]
    return found


def with_a_renamed_field(interactions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    availability = only(interactions, "a request for the availability of the tea")
    content = availability["response"]["body"]["content"]
    content["in_stock"] = content.pop("available")
    return [availability]


def without_a_state(interactions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    request = only(interactions, "a request for a product that is not there")
    return [{key: value for key, value in request.items() if key != "providerStates"}]


def with_an_unknown_state(interactions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**only(interactions, "a request for the tea"), "providerStates": [{"name": "nobody knows"}]}]


def test_an_interaction_may_ask_for_no_state(api: str, stage: "DynamoDBClient", tmp_path: Path) -> None:
    said: list[object] = []
    pact = changed(tmp_path, without_a_state)
    verify(http_verifier(api, stage), pact, lambda *each: said.append(each))
    assert said == [(VERIFIED, f"{digest(pact)} 1")]


@pytest.mark.parametrize("change", [lambda _: [], with_a_renamed_field, with_an_unknown_state])
def test_a_pact_that_is_not_kept_or_asks_for_nothing_is_refused(
    api: str, stage: "DynamoDBClient", tmp_path: Path, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
) -> None:
    pact = changed(tmp_path, change)
    said: list[object] = []
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        verify(http_verifier(api, stage), pact, lambda *each: said.append(each))
    assert said in ([], [(VERIFIED, f"{digest(pact)} 0")])


def test_an_event_that_is_not_sent_is_refused(tmp_path: Path) -> None:
    pact = tmp_path / MESSAGE_PACT
    pact.write_text((PACTS / pact.name).read_text().replace("order_id", "order_number"))
    with pytest.raises(pytest.fail.Exception, match=r"OrderConfirmed: \$.data: .* order_number"):
        verify(Verifier("orders-api").message_handler(event_message), pact, lambda *_: None)


def test_a_notice_that_can_not_be_chosen_by_its_occasion_is_refused() -> None:
    def unmarked(name: str, **_: Any) -> Message:
        notice = notice_message(name)
        notice["metadata"] = {"correlation_id": new_id()}
        return notice

    with pytest.raises(pytest.fail.Exception, match=r"notice of welcome: .*occasion"):
        verify(Verifier("orders-api").message_handler(unmarked), PACTS / NOTICE_PACT, lambda *_: None)

"""Every operation attacked, by the table of tests/support/attacks.py: each attack is a problem, and changes nothing.

Tokens that are none, forged or of the wrong kind: test_bad_tokens.py and test_two_partners.py, for every operation too.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from tests.integration.conftest import AHEAD, Buyer, new_key
from tests.support.attacks import TARGETS, Attack, Caller, Target, attacks, targets
from tests.support.carriers import CarrierSystem
from tests.support.masked import Masked
from tests.support.partners import PartnerSystem
from tests.support.promised import assert_is, promise
from tests.support.stage import Answer, Stage

ATTACKS = attacks()
LISTED = promise()["components"]["schemas"]["Problem"]["properties"]["type"]["description"]
AT_ONCE = 6

type Send = Callable[..., Answer]
type Answers = Mapping[str, Future[Answer]]


@pytest.fixture(scope="session")
def send(stage: Stage, ann: Masked, ops: Masked, acme: PartnerSystem, northway: CarrierSystem) -> Send:
    """Sends a request as a caller of that kind."""
    tokens: Mapping[Caller, Masked | None] = {
        "nobody": None,
        "customer": ann,
        "operator": ops,
        "partner": acme.access,
        "carrier": northway.access,
    }

    def send(caller: Caller, method: str, path: str, **request: Any) -> Answer:
        keys = acme.headers if caller == "partner" else {}
        headers = {**keys, **request.pop("headers", {})}
        return stage.call(method, path, tokens[caller], headers=headers, **request)

    return send


@pytest.fixture(scope="session")
def known(tea: str, buy: Buyer, ann: Masked) -> dict[str, str]:
    """What stands in paths: a product that there is, and an order of Ann's with its payment."""
    order = buy(ann, tea)
    return {"sku": tea, "id": order["id"], "payment_id": order["payment"]["id"], "name": "fulfilment"}


def is_told(answer: Answer, right: tuple[int, ...]) -> None:
    assert answer.status in right, answer
    assert_is("Problem", answer.json)
    assert answer.json["status"] == answer.status
    assert answer.problem in LISTED


def test_every_operation_is_attacked() -> None:
    assert set(TARGETS) == {
        operation["operationId"] for path in promise()["paths"].values() for operation in path.values()
    }


@pytest.fixture(scope="session")
def answers(request: pytest.FixtureRequest, send: Send, known: dict[str, str]) -> Iterator[Answers]:
    """What comes of the attacks that are chosen, by their names: they are sent side by side, ahead of their tests."""

    def attacked(attack: Attack) -> Answer:
        path = attack.path.format_map(known)
        asked = f"{path}?{attack.query}" if attack.query else path
        return send(attack.caller, attack.method, asked, raw=attack.raw, headers=attack.headers)

    with ThreadPoolExecutor(AHEAD) as senders:
        yield {str(attack): senders.submit(attacked, attack) for attack in _chosen(request.session.items)}


def _chosen(items: Iterable[pytest.Item]) -> list[Attack]:
    """The attacks of those tests that will run."""
    parameters = [item.callspec.params.get("attack") for item in items if hasattr(item, "callspec")]
    return [attack for attack in parameters if isinstance(attack, Attack)]


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_an_attack_is_told_as_a_problem(answers: Answers, attack: Attack) -> None:
    is_told(answers[str(attack)].result(), attack.right)


def test_after_all_that_nothing_has_changed(stage: Stage, ann: Masked, known: dict[str, str], send: Send) -> None:
    """Runs after the attacks, in the order of this file."""
    order = stage.call("GET", f"/v1/orders/{known['id']}", ann).json
    assert (order["status"], order["payment"]["status"]) == ("CONFIRMED", "AUTHORISED")
    product = stage.call("GET", f"/v1/products/{known['sku']}").json
    assert product["name"] != "Attacked"
    assert send("nobody", "GET", "/v1/products/NO-SUCH-SKU").status == 404
    assert send("customer", "GET", "/v1/customers/me").status == 200


OWNED = [each for each in targets() if each[4].owned]


@pytest.mark.parametrize("owned", OWNED, ids=lambda each: each[0])
def test_what_is_somebody_elses_is_not_there(
    stage: Stage,
    ben: Masked,
    globex: PartnerSystem,
    known: dict[str, str],
    send: Send,
    owned: tuple[str, str, str, Caller, Target],
) -> None:
    _, method, path, caller, target = owned
    known = {**known, "id": _order_of(send, caller, known)}
    is_partner = caller == "partner"
    answer = stage.call(
        method,
        path.format_map(known),
        globex.access if is_partner else ben,
        body=target.body,
        key=new_key(),
        headers=globex.headers if is_partner else {},
    )
    is_told(answer, (404,))


def _order_of(send: Send, caller: Caller, known: Mapping[str, str]) -> str:
    """An order that the caller owns."""
    if caller != "partner":
        return known["id"]
    body = {"lines": [{"sku": known["sku"], "quantity": 1}]}
    placed = send("partner", "POST", "/partner/v1/orders", body=body, key=new_key())
    assert placed.status == 201, placed
    return str(placed.json["id"])


MAKING = [each for each in targets() if each[4].once]


@pytest.mark.parametrize("making", MAKING, ids=lambda each: each[0])
def test_of_many_equal_requests_at_once_one_counts_and_of_another_under_its_key_none(
    send: Send, known: dict[str, str], making: tuple[str, str, str, Caller, Target]
) -> None:
    _, method, path, caller, target = making
    body, key = _possible(target.body, known), new_key()

    def ask(_: int) -> Answer:
        return send(caller, method, path.format_map(known), body=body, key=key)

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answers = list(crowd.map(ask, range(AT_ONCE)))
    done = [answer for answer in answers if answer.status < 300]
    problems = Counter(answer.problem for answer in answers if answer.status >= 300)
    assert done, problems
    assert set(problems) <= {"request-in-progress", "redrive-running"}
    assert all(answer.json == done[0].json for answer in done)
    assert sum("Idempotent-Replayed" not in answer.headers for answer in done) == 1
    again = ask(0)
    assert (again.json, again.headers["Idempotent-Replayed"]) == (done[0].json, "true")
    other = send(caller, method, path.format_map(known), body=_other(body), key=key)
    is_told(other, (422,))
    assert other.problem == "idempotency-key-reused"


def _possible(body: Mapping[str, Any], known: Mapping[str, str]) -> dict[str, Any]:
    """The body with a product that there is, or with a number that no product has."""
    if "lines" in body:
        return {"lines": [{"sku": known["sku"], "quantity": 1}]}
    return {**body, "sku": f"GATE-{new_key()[:20].upper()}"} if "sku" in body else dict(body)


def _other(body: Mapping[str, Any]) -> dict[str, Any]:
    """A good body that is not this one."""
    others = {"lines": [{"sku": "NO-SUCH-SKU", "quantity": 2}], "name": "Other", "delta": 2, "reason": "WRONG"}
    others |= {"messages_per_second": 2, "size": 2}
    (name,) = [name for name in body if name in others][:1]
    return {**body, name: others[name]}

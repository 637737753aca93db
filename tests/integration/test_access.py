"""Every operation asked for by everybody: those whom the table of tests/support/access.py names, and all others.

Those who may get in send a body that is refused, so that nothing changes; all others send a good one, as what is wrong
with a body is told before it is looked at whose it is.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import pytest

from tests.integration.conftest import AHEAD, new_key
from tests.support.access import ANYBODY, Role, open_to
from tests.support.attacks import TARGETS, Target
from tests.support.carriers import CarrierSystem
from tests.support.masked import Masked
from tests.support.partners import PartnerSystem
from tests.support.promised import Operation, assert_is, operations
from tests.support.stage import Answer, Stage

SIGNED_IN: Final = sorted(ANYBODY - {"nobody"})
CASES: Final = [(operation, role) for operation in operations() for role in SIGNED_IN if open_to(operation) != ANYBODY]
REFUSED: Final = (401, 403)
REFUSED_BODY: Final = {"nothing": "of it"}


def _name(operation: Operation, role: Role) -> str:
    return f"{operation.name}-by-{role}"


@pytest.fixture(scope="module")
def answers(
    request: pytest.FixtureRequest,
    stage: Stage,
    ben: Masked,
    ops: Masked,
    acme: PartnerSystem,
    swiftline: CarrierSystem,
) -> Iterator[Mapping[str, Future[Answer]]]:
    """What is answered in the cases that are chosen: they are asked side by side, ahead of their tests."""
    tokens: Mapping[Role, Masked] = {
        "customer": ben,
        "operator": ops,
        "partner": acme.access,
        "carrier": swiftline.access,
    }

    def ask(operation: Operation, role: Role) -> Answer:
        target = TARGETS.get(operation.name, Target())
        headers = {**target.headers, **(acme.headers if role == "partner" else {})}
        body = REFUSED_BODY if role in open_to(operation) and operation.method != "GET" else target.body
        if operation.method == "PATCH":
            headers["Content-Type"] = "application/merge-patch+json"
        path = operation.filled()
        return stage.call(operation.method, path, tokens[role], body=body, key=new_key(), headers=headers)

    chosen = [item.callspec.id for item in request.session.items if hasattr(item, "callspec")]
    with ThreadPoolExecutor(AHEAD) as senders:
        yield {_name(*case): senders.submit(ask, *case) for case in CASES if _name(*case) in chosen}


@pytest.mark.parametrize(("operation", "role"), CASES, ids=[_name(*case) for case in CASES])
def test_an_operation_is_open_to_whom_it_is_meant_for_and_to_nobody_else(
    answers: Mapping[str, Future[Answer]], operation: Operation, role: Role
) -> None:
    answer = answers[_name(operation, role)].result()
    if role in open_to(operation):
        assert answer.status not in REFUSED, answer
        assert answer.status < 500, answer
        return
    assert answer.status in REFUSED, answer
    assert_is("Problem", answer.json)

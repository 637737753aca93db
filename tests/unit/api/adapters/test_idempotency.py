"""An effect that is asked for twice happens once, against the emulator."""

import json
import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.adapters.idempotency import Idempotency, InProgress, KeyReused, Outcome, Repeatable
from api.adapters.sources import new_id
from api.domain.events import Json
from tests.support.dynamodb import IDEMPOTENCY_TABLE
from tests.support.events import context

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator


class Counter:
    """An effect that counts how often it happened."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict[str, Json]:
        self.times += 1
        return {"time": self.times}


@pytest.fixture
def idempotency(stage: "DynamoDBClient") -> Idempotency:
    return Idempotency(stage, IDEMPOTENCY_TABLE)


def request() -> Repeatable:
    return Repeatable("ann", "POST /v1/orders", new_id(), {"lines": [{"sku": "TEA-100", "quantity": 1}]})


def test_a_repetition_gets_the_first_answer(idempotency: Idempotency) -> None:
    asked, effect = request(), Counter()
    assert idempotency.once(asked, context(), effect) == Outcome({"time": 1}, replayed=False)
    assert idempotency.once(asked, context(), effect) == Outcome({"time": 1}, replayed=True)
    assert effect.times == 1


answers = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(max_size=3), answers, min_size=1, max_size=4))
def test_a_repetition_s_answer_is_the_same_text(idempotency: Idempotency, answer: dict[str, Json]) -> None:
    asked = request()
    first, again = (idempotency.once(asked, context(), lambda: answer) for _ in range(2))
    assert (first.replayed, again.replayed) == (False, True)
    assert json.dumps(again.answer) == json.dumps(first.answer)
    assert first.answer == answer


def test_another_caller_route_or_key_is_another_request(idempotency: Idempotency) -> None:
    asked, effect = request(), Counter()
    idempotency.once(asked, context(), effect)
    others = [replace(asked, caller="ben"), replace(asked, route="POST /v1/products"), replace(asked, key=new_id())]
    answers = [idempotency.once(other, context(), effect) for other in others]
    assert answers == [Outcome({"time": nth}, replayed=False) for nth in (2, 3, 4)]


def test_a_key_with_another_body_is_refused(idempotency: Idempotency) -> None:
    asked, effect = request(), Counter()
    idempotency.once(asked, context(), effect)
    with pytest.raises(KeyReused):
        idempotency.once(replace(asked, body={"lines": []}), context(), effect)
    assert effect.times == 1


def test_a_repetition_while_the_first_is_at_work_is_told_so(idempotency: Idempotency) -> None:
    asked = request()

    def asks_again() -> dict[str, Json]:
        with pytest.raises(InProgress):
            idempotency.once(asked, context(), Counter())
        return {"time": 1}

    assert idempotency.once(asked, context(), asks_again) == Outcome({"time": 1}, replayed=False)


def test_an_invocation_before_it_does_not_say_how_long_the_first_is_at_work(idempotency: Idempotency) -> None:
    """An environment outlives its invocations: of the one before, no time was left."""
    idempotency.once(request(), context(remaining_ms=0), Counter())
    test_a_repetition_while_the_first_is_at_work_is_told_so(idempotency)


def test_an_effect_whose_invocation_has_ended_may_be_tried_again(idempotency: Idempotency) -> None:
    asked, effect = request(), Counter()

    def ends_without_a_word() -> dict[str, Json]:
        assert idempotency.once(asked, context(), effect) == Outcome({"time": 1}, replayed=False)
        return {}

    idempotency.once(asked, context(remaining_ms=0), ends_without_a_word)
    assert effect.times == 1


def test_an_effect_that_failed_may_be_tried_again(idempotency: Idempotency) -> None:
    asked, effect = request(), Counter()

    def fails() -> dict[str, Json]:
        raise LookupError

    with pytest.raises(LookupError):
        idempotency.once(asked, context(), fails)
    assert idempotency.once(asked, context(), effect) == Outcome({"time": 1}, replayed=False)


def test_a_record_is_kept_for_a_day(stage: "DynamoDBClient", idempotency: Idempotency) -> None:
    before = time.time()
    idempotency.once(request(), context(), lambda: {"marker": "kept for a day"})
    items = stage.scan(TableName=IDEMPOTENCY_TABLE)["Items"]
    (item,) = [item for item in items if "kept for a day" in item["data"]["S"]]
    assert re.fullmatch("orders#[0-9a-f]{64}", item["id"]["S"])
    assert 0 <= int(item["expiration"]["N"]) - int(before) - 24 * 3600 <= 60


def test_a_digest_stands_for_one_request() -> None:
    asked = request()
    others = [replace(asked, caller="b"), replace(asked, route="b"), replace(asked, key="b"), replace(asked, body="b")]
    assert asked.digest() == replace(asked).digest()
    assert len({asked.digest(), *(other.digest() for other in others)}) == 5


texts = st.text(max_size=5)
requests = st.builds(Repeatable, texts, texts, texts, st.dictionaries(texts, texts | st.integers(), max_size=2))


@settings(max_examples=40)
@given(requests, requests)
def test_different_requests_have_different_digests(one: Repeatable, other: Repeatable) -> None:
    assert (one.digest() == other.digest()) == (one == other)

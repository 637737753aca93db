"""The shared circuit in DynamoDB, against the emulator."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.adapters.circuits import DynamoCircuits
from api.domain.circuit import UNTROUBLED, Circuit, Phase
from api.domain.ports import KeptCircuit, StoreDown
from tests.support.dynamodb import CIRCUIT_TABLE, new_sku
from tests.unit.api.domain.examples import NOON

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

pytestmark = pytest.mark.emulator

circuits = st.builds(
    Circuit,
    st.sampled_from(Phase),
    st.integers(0, 4),
    st.integers(0, 1),
    st.sampled_from([None, NOON]),
)


def kept_in(stage: "DynamoDBClient", name: str, table: str = CIRCUIT_TABLE) -> DynamoCircuits:
    def now() -> datetime:
        return NOON

    return DynamoCircuits(stage, table, name, now)


def test_a_circuit_that_nobody_has_written_is_untroubled(stage: "DynamoDBClient") -> None:
    assert kept_in(stage, new_sku()).read() == KeptCircuit(UNTROUBLED, 0)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(first=circuits, second=circuits)
def test_what_is_kept_is_read_again(stage: "DynamoDBClient", first: Circuit, second: Circuit) -> None:
    store = kept_in(stage, new_sku())
    for number, each in enumerate((first, second), start=1):
        assert store.replace(store.read(), each)
        assert store.read() == KeptCircuit(each, number)


def test_of_many_who_would_probe_at_once_one_may(stage: "DynamoDBClient") -> None:
    store = kept_in(stage, new_sku())
    store.replace(store.read(), Circuit(Phase.OPEN, since=NOON))
    before = store.read()
    with ThreadPoolExecutor(8) as crowd:
        won = list(crowd.map(lambda _: store.replace(before, Circuit(Phase.HALF_OPEN, since=NOON)), range(16)))
    assert sum(won) == 1


def test_a_store_that_cannot_be_reached_is_told_as_down(stage: "DynamoDBClient") -> None:
    missing = kept_in(stage, "a", table="no-such-table")
    with pytest.raises(StoreDown) as reading:
        missing.read()
    assert isinstance(reading.value.__cause__, ClientError)
    with pytest.raises(StoreDown):
        missing.replace(KeptCircuit(UNTROUBLED, 0), UNTROUBLED)

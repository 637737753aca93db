"""Counts add up, and percentiles are right within two percent."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.rehearsal.load.counts import OperationCounts, Tally, TrafficCounts

statuses = st.one_of(st.none(), st.integers(200, 599))


def test_what_became_of_requests_is_counted_by_operation_and_class() -> None:
    tally = Tally(arrivals=6, not_sent=1)
    for status in (200, 201, 404, 500, None):
        tally.count("order", status, 10.0)
    tally.count("list", 200, 20.0)
    counts = tally.counts(seconds=2.0)
    assert counts == TrafficCounts(
        seconds=2.0,
        requests=6,
        failed=2,
        by_operation={
            "list": OperationCounts(1, 0, {"2xx": 1}),
            "order": OperationCounts(5, 2, {"2xx": 2, "4xx": 1, "5xx": 1, "no answer": 1}),
        },
        p50_ms=counts.p50_ms,
        p99_ms=counts.p99_ms,
        offered_rps=3.0,
        achieved_rps=3.0,
        not_sent=1,
    )
    assert counts.client_errors == 1


def test_what_failed_is_named_by_operation_and_class_the_worst_first() -> None:
    tally = Tally(arrivals=20)
    answers: dict[str, list[int | None]] = {
        "place": [*[500] * 6, None, None],
        "list": [404, None, None, None],
        "read": [502] * 4,
        "erase": [503],
    }
    for operation, statuses in answers.items():
        for status in statuses:
            tally.count(operation, status, 1.0)
    told = "16 failed (place 6 × 5xx, read 4 × 5xx, list 3 × no answer, 3 elsewhere), 1 answered 4xx"
    assert told in tally.counts(1.0).describe()


@given(st.lists(st.tuples(st.sampled_from("abc"), statuses, st.floats(0.01, 60_000)), min_size=1))
def test_counts_add_up(requests: list[tuple[str, int | None, float]]) -> None:
    tally = Tally()
    for operation, status, milliseconds in requests:
        tally.count(operation, status, milliseconds)
    counts = tally.counts(1.0)
    assert counts.requests == len(requests)
    assert counts.failed == sum(status is None or status >= 500 for _, status, _ in requests)
    assert sum(sum(item.classes.values()) for item in counts.by_operation.values()) == len(requests)
    assert sum(item.failed for item in counts.by_operation.values()) == counts.failed


@given(st.lists(st.floats(0.01, 60_000), min_size=1), st.sampled_from([0.5, 0.9, 0.99, 1.0]))
def test_a_percentile_is_the_nearest_rank_within_two_percent(latencies: list[float], share: float) -> None:
    tally = Tally()
    for milliseconds in latencies:
        tally.count("a", 200, milliseconds)
    exact = sorted(latencies)[max(1, math.ceil(share * len(latencies))) - 1]
    assert tally.percentile(share) == pytest.approx(exact, rel=0.0201, abs=0.011)


def test_without_an_answer_there_is_no_latency() -> None:
    tally = Tally()
    tally.count("a", None, 30_000)
    assert (tally.counts(1.0).p50_ms, tally.counts(1.0).p99_ms) == (None, None)


@pytest.mark.parametrize(
    ("arrivals", "answered", "expected"),
    [
        (100, 100, "100 requests, 0 failed, 0 answered 4xx, 100 requests/s"),
        (100, 90, "90 requests, 0 failed, 0 answered 4xx, 100 requests/s offered, 90 achieved"),
    ],
)
def test_a_server_that_can_not_keep_up_is_said_to_be_one(arrivals: int, answered: int, expected: str) -> None:
    tally = Tally(arrivals=arrivals)
    for _ in range(answered):
        tally.count("a", 200, 1.0)
    assert tally.counts(1.0).describe() == expected

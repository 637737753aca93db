"""Tests of what was seen."""

import pytest

from pipeline.judge.observed import Bin, Counts, Symptom
from tests.unit.pipeline.judge.seen import counts


@pytest.mark.parametrize(("requests", "bad"), [(-1, 0), (3, 4), (3, -1)])
def test_counts_that_can_not_be_are_no_counts(requests: int, bad: int) -> None:
    with pytest.raises(ValueError, match="no such count can be"):
        Counts(requests, {Symptom.SLOW: bad})


def test_a_symptom_that_nobody_had_is_counted_as_none() -> None:
    assert [counts(5, 2).of(symptom) for symptom in Symptom] == [2, 0, 0, 0]


@pytest.mark.parametrize(("ours", "theirs", "share"), [(1, 3, 0.25), (0, 3, 0.0), (2, 0, 1.0), (0, 0, 0.0)])
def test_a_share_is_the_canary_s_part_of_the_requests(ours: int, theirs: int, share: float) -> None:
    assert Bin(0.0, counts(ours), counts(theirs)).share == share


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_a_weight_is_a_part_of_the_traffic(weight: float) -> None:
    with pytest.raises(ValueError, match="a part of the traffic"):
        Bin(0.0, counts(1), counts(1), weight)

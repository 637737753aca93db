"""Tests of what holds of every other judge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.judge.observed import BIN_SECONDS, MINUTE_SECONDS, Bin, Counts, Symptom
from pipeline.judge.others import OTHERS
from pipeline.judge.others.rule import OtherJudge
from tests.unit.pipeline.judge.others.rollouts import ANSWERED, NOBODY, SLOW, THROWN, bad, stopped


@st.composite
def rollouts(draw: st.DrawFn, worst: int = 60, seconds: float = 10.0) -> list[Bin]:
    """Whatever may be seen of one; at most `worst` bad requests of each symptom in a bin, which lasts so long."""

    def counts() -> Counts:
        requests = draw(st.integers(0, 60))
        most = min(worst, requests)
        return Counts(requests, {symptom: draw(st.integers(0, most)) for symptom in Symptom})

    return [Bin(seconds * n, counts(), counts(), 0.1) for n in sorted(draw(st.sets(st.integers(0, 60), max_size=20)))]


def test_each_has_a_name_of_its_own_a_rule_and_a_source() -> None:
    assert len({judge.name for judge in OTHERS}) == len(OTHERS) == 7
    assert all(judge.rule and judge.source for judge in OTHERS)


@pytest.mark.parametrize("judge", OTHERS, ids=lambda judge: judge.name)
@given(seen=rollouts(seconds=MINUTE_SECONDS))
def test_of_whole_minutes_it_says_as_much(judge: OtherJudge, seen: list[Bin]) -> None:
    said = judge.judge(seen, MINUTE_SECONDS)
    if said.stopped_at is not None:
        assert said.stopped_at % 60 == 0
        assert 0 < said.stopped_at <= seen[-1].at + MINUTE_SECONDS


@pytest.mark.parametrize("judge", OTHERS, ids=lambda judge: judge.name)
@given(seen=rollouts())
def test_it_stops_at_the_end_of_a_minute_that_was_seen(judge: OtherJudge, seen: list[Bin]) -> None:
    said = judge.judge(seen, BIN_SECONDS)
    assert said.why
    if said.stopped_at is not None:
        assert said.stopped_at % 60 == 0
        assert 0 < said.stopped_at <= seen[-1].at + BIN_SECONDS


@pytest.mark.parametrize("judge", OTHERS, ids=lambda judge: judge.name)
@given(bins=st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=1, max_size=60))
def test_it_stops_nothing_where_all_is_well(judge: OtherJudge, bins: list[tuple[int, int]]) -> None:
    seen = [Bin(10.0 * n, Counts(ours), Counts(theirs), 0.1) for n, (ours, theirs) in enumerate(bins)]
    assert judge.judge(seen, BIN_SECONDS).stopped_at is None


MINUTES = 10
NOTHING = {judge.name: None for judge in OTHERS}


@pytest.mark.parametrize(
    ("ours", "at"),
    [
        (NOBODY, {"Flagger": 360, "Argo Rollouts": 360, "Argo Rollouts, each minute": 120, "Kayenta": 300}),
        (
            bad(100, symptom=THROWN),
            {
                "aggregate alarm": 60,
                "version alarm": 60,
                "SAM's alarm": 120,
                "Flagger": 360,
                "Argo Rollouts, each minute": 60,
                "Kayenta": 300,
            },
        ),
        (bad(100, symptom=ANSWERED), {"Flagger": 360, "Argo Rollouts, each minute": 60, "Kayenta": 300}),
        (bad(100, symptom=SLOW), {"Flagger": 360}),
        (bad(1, symptom=THROWN), {"SAM's alarm": 120, "Kayenta": 300}),
    ],
    ids=["nobody asks", "all are thrown", "all are answered 500", "all are slow", "one in a hundred is thrown"],
)
def test_when_each_stops_a_canary_beside_a_stable_version_without_a_fault(ours: Counts, at: dict[str, float]) -> None:
    assert {judge.name: stopped(judge, *[(ours, bad(0, 900))] * MINUTES) for judge in OTHERS} == NOTHING | at

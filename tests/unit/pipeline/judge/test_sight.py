"""Tests of what a judge can see: against rollouts that are drawn at random, and against the judge itself."""

import math
import random
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.judge.observed import BIN_SECONDS, Symptom
from pipeline.judge.policy import Policy
from pipeline.judge.sequential import Weighed, convicts
from pipeline.judge.sight import DELAY_SECONDS, RUNS, SURE, Runs, Shift, Sight, sight
from tests.unit.pipeline.judge.seen import ERRORS_ALONE

CANARY = Shift(((0.0, 0.1), (300.0, 1.0)))
LINEAR = Shift(tuple((60.0 * step, (step + 1) / 10) for step in range(10)))
BASELINE = 0.005
ALPHA = Policy().alpha / len(Symptom)
RATES = (0.01, 0.05, 0.2, 1.0)
DRAWN = 4_000
POINTS = 0.03


@cache
def runs(shift: Shift, rps: float, baseline: float = BASELINE) -> Runs:
    return Runs(shift, rps, baseline, ALPHA)


@cache
def seen(shift: Shift, rps: float, baseline: float = BASELINE) -> Sight:
    return sight(shift, rps, baseline, Policy(), RATES)


def came(chance: random.Random, mean: float, rate: float) -> tuple[int, int]:
    """Requests of a Poisson process (the limit of many that each hardly ever come), and those of them that are bad."""
    count = chance.binomialvariate(1_000_000, mean / 1_000_000)
    return count, chance.binomialvariate(count, rate)


def drawn(shift: Shift, rps: float, rate: float, chance: random.Random) -> float | None:
    """When one rollout that is drawn is convicted, by the judge's own test."""
    weighed = Weighed()
    for number, weight in enumerate(shift.weights):
        ours, bad = came(chance, rps * BIN_SECONDS * weight, rate)
        theirs, theirs_bad = came(chance, rps * BIN_SECONDS * (1.0 - weight), BASELINE)
        if theirs:
            weighed = weighed.and_then(bad, bad + theirs_bad, max(weight, ours / (ours + theirs)))
        if convicts(weighed.log_evidence, ALPHA):
            return float((number + 1) * BIN_SECONDS)
    return None


@pytest.mark.parametrize(
    ("shift", "rps", "rate", "times"),
    [
        pytest.param(CANARY, 1.0, 0.2, DRAWN, id="few requests, canary"),
        pytest.param(CANARY, 1.0, 0.3, DRAWN, id="few requests and many bad, canary"),
        pytest.param(LINEAR, 1.0, 0.12, DRAWN, id="few requests, linear"),
        pytest.param(CANARY, 10.0, 0.05, DRAWN, id="some requests, canary"),
        pytest.param(LINEAR, 10.0, 0.02, DRAWN // 2, id="some requests, linear"),
    ],
)
def test_what_is_seen_is_what_is_seen_of_rollouts_that_are_drawn(
    shift: Shift, rps: float, rate: float, times: int
) -> None:
    chance = random.Random(7)  # noqa: S311 - no secret
    ends = [ended for _ in range(times) if (ended := drawn(shift, rps, rate, chance)) is not None]
    ours = runs(shift, rps).convicted(rate, range(RUNS))
    assert len(ours) / RUNS == pytest.approx(len(ends) / times, abs=POINTS)
    assert sorted(ours.values())[len(ours) // 2] == pytest.approx(sorted(ends)[len(ends) // 2], abs=BIN_SECONDS)


@pytest.mark.parametrize("rate", [0.02, 0.2, 1.0])
@pytest.mark.parametrize("rps", [1.0, 20.0, 400.0])
def test_each_rollout_that_is_made_up_is_convicted_when_the_judge_would(rps: float, rate: float) -> None:
    made = runs(LINEAR, rps)
    ends = made.convicted(rate, range(0, RUNS, 20))
    for run in range(0, RUNS, 20):
        weighed, before, convicted = Weighed(), 0, None
        for met in made.met[run]:
            bad = made.bad(run, rate, met.ends)
            if met.share is not None and convicted is None:
                weighed = weighed.and_then(bad - before, bad - before + met.stable_bad, met.share)
                convicted = met.ends if convicts(weighed.log_evidence, ALPHA) else None
            before = bad
        assert ends.get(run) == convicted


def test_the_smallest_rate_is_seen_as_often_as_is_asked_and_a_smaller_one_is_not() -> None:
    smallest = seen(CANARY, 10.0).smallest
    assert smallest is not None
    made = runs(CANARY, 10.0)
    assert len(made.convicted(smallest, range(RUNS))) >= SURE * RUNS > len(made.convicted(smallest / 1.03, range(RUNS)))


@pytest.mark.parametrize("rps", [1.0, 5.0, 150.0])
def test_a_worse_version_is_seen_in_every_rollout_in_which_a_better_one_is_and_no_later(rps: float) -> None:
    made = runs(CANARY, rps)
    better: dict[int, float] = {}
    for rate in (0.01, 0.03, 0.1, 0.4, 1.0):
        worse = dict(made.convicted(rate, range(RUNS)))
        assert better.keys() <= worse.keys()
        assert all(worse[run] <= ended for run, ended in better.items())
        better = worse
    assert better


def test_a_version_as_good_as_the_stable_one_is_hardly_ever_convicted() -> None:
    assert len(runs(LINEAR, 20.0).convicted(BASELINE, range(RUNS))) <= 1


def test_more_requests_show_more() -> None:
    found = [seen(CANARY, rps).smallest for rps in (1.0, 10.0, 150.0)]
    assert all(one is not None for one in found)
    assert found == sorted(found, key=lambda one: -(one or 0.0))


def test_too_few_requests_do_not_even_show_an_outage() -> None:
    thin = seen(CANARY, 0.2)
    assert thin.smallest is None
    assert 0.0 < thin.seen[-1].probability < SURE


def test_what_is_never_seen_has_no_moment_and_fails_until_the_end() -> None:
    first = seen(CANARY, 1.0).seen[0]
    assert (first.seconds, first.failed) == (None, None)
    assert first.unseen == pytest.approx(0.3)


def test_an_outage_fails_all_requests_until_the_traffic_is_back() -> None:
    """At a hundred a second the first bin convicts: ten seconds at a tenth, and the delay at a tenth as well."""
    outage = seen(CANARY, 100.0).seen[-1]
    assert (outage.probability, outage.seconds) == (1.0, BIN_SECONDS + DELAY_SECONDS)
    assert outage.failed == pytest.approx(400, abs=2)


def test_what_is_expected_of_the_requests_follows_the_weights() -> None:
    told = [(one.requests, one.fewest, one.most) for one in (seen(CANARY, 10.0), seen(LINEAR, 10.0))]
    assert told == [pytest.approx((300.0, 10.0, 10.0)), pytest.approx((2_700.0, 10.0, 90.0))]


def test_nobody_comes_as_often_as_a_poisson_process_says() -> None:
    assert seen(CANARY, 0.2).nobody == pytest.approx(math.exp(-6.0))


@pytest.mark.parametrize(("rps", "passes"), [(0.2, 0.0), (3.0, 0.03), (10.0, 0.97), (150.0, 1.0)])
def test_a_good_version_passes_where_enough_requests_come(rps: float, passes: float) -> None:
    assert seen(CANARY, rps).passes == pytest.approx(passes, abs=0.03)


def test_a_baseline_as_bad_as_what_is_tolerated_never_passes() -> None:
    assert seen(CANARY, 10.0, 0.05).passes <= Policy().doubt


def test_without_a_bad_request_of_the_stable_version_the_smallest_rate_is_lower() -> None:
    clean, usual = (seen(CANARY, 10.0, baseline).smallest for baseline in (0.0, BASELINE))
    assert clean is not None
    assert usual is not None
    assert 0.0 < clean < usual


def test_a_policy_that_looks_for_less_sees_more() -> None:
    one = sight(CANARY, 3.0, BASELINE, ERRORS_ALONE, (0.08,))
    four = sight(CANARY, 3.0, BASELINE, Policy(), (0.08,))
    assert one.seen[0].probability > four.seen[0].probability


def test_the_same_question_has_the_same_answer() -> None:
    assert sight(CANARY, 2.0, BASELINE, Policy(), RATES) == sight(CANARY, 2.0, BASELINE, Policy(), RATES)


@settings(max_examples=25, deadline=None)
@given(st.floats(1e-6, 300.0), st.floats(0.0, 0.5))
def test_whatever_comes_the_answer_is_in_its_bounds(rps: float, baseline: float) -> None:
    short = sight(Shift(((0.0, 0.3), (20.0, 1.0))), rps, baseline, Policy(), RATES)
    assert short.smallest is None or baseline * 0.99 <= short.smallest <= 1.0
    chances = [one.probability for one in short.seen]
    assert chances == sorted(chances)
    assert all(0.0 <= chance <= 1.0 for chance in (*chances, short.passes, short.nobody))
    assert all(one.seconds is None or DELAY_SECONDS < one.seconds <= 20.0 + DELAY_SECONDS for one in short.seen)


@pytest.mark.parametrize(
    ("shift", "rps", "baseline", "rates", "said"),
    [
        (CANARY, 0.0, 0.005, RATES, "nothing to compare"),
        (CANARY, float("nan"), 0.005, RATES, "nothing to compare"),
        (CANARY, float("inf"), 0.005, RATES, "nothing to compare"),
        (CANARY, 1.0, 1.0, RATES, "nothing to compare"),
        (Shift(((0.0, 1.0),)), 1.0, 0.005, RATES, "nothing to compare"),
        (CANARY, 1.0, 0.005, (0.0, 0.5), "above 0"),
        (CANARY, 1.0, 0.005, (1.1,), "above 0"),
    ],
)
def test_what_can_not_be_is_refused(
    shift: Shift, rps: float, baseline: float, rates: tuple[float, ...], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        sight(shift, rps, baseline, Policy(), rates)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((), "begins at 0"),
        (((10.0, 0.1), (20.0, 1.0)), "begins at 0"),
        (((0.0, 0.1), (20.0, 0.9)), "ends with all traffic"),
        (((0.0, 0.1), (0.0, 1.0)), "in the order of time"),
        (((0.0, 0.1), (15.0, 1.0)), "within a bin of 10 s"),
    ],
)
def test_a_shift_begins_at_once_and_ends_with_all_traffic(steps: tuple[tuple[float, float], ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Shift(steps)


@pytest.mark.parametrize(("since", "until", "share"), [(0.0, 540.0, 270.0), (50.0, 80.0, 5.0), (530.0, 560.0, 29.0)])
def test_a_share_counts_seconds_by_the_weight_and_all_of_them_after_the_end(
    since: float, until: float, share: float
) -> None:
    assert LINEAR.share(since, until) == pytest.approx(share)

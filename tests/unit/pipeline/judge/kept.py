"""Evidence that could have been kept: one rollout that was stopped, and any that hypothesis thinks of."""

from collections.abc import Sequence
from itertools import accumulate

from hypothesis import strategies as st

from pipeline.judge.evidence import Evidence
from pipeline.judge.judging import judge
from pipeline.judge.observed import BIN_SECONDS, MINUTE_SECONDS, Bin, Counts, Symptom
from pipeline.judge.policy import Policy, Unknown
from tests.unit.pipeline.judge.seen import bins, counts

HEALTHY = (counts(10), counts(90))
STOPPED = bins(
    *[HEALTHY] * 2,
    (counts(10), counts(90, 1)),
    (counts(10, 2), counts(90)),
    HEALTHY,
    (counts(10, 9), counts(90, 1)),
    HEALTHY,
)
PASSED = bins(*[HEALTHY, (counts(10), counts(90, 1, Symptom.SLOW))] * 60)
EMPTY = bins(*[(counts(0), counts(100, 3))] * 4)


def kept(
    seen: Sequence[Bin] = STOPPED,
    policy: Policy | None = None,
    bin_seconds: float = BIN_SECONDS,
    minutes: Sequence[Bin] | None = None,
    before: Sequence[Bin] = (),
) -> Evidence:
    """Of what was seen, judged as it is now."""
    asked = policy or Policy()
    return Evidence(
        function="orders-prod-orders",
        alias="live",
        canary_version="8",
        stable_version="7",
        stage="prod",
        deployment_id="d-5QX8K1YSE",
        bin_seconds=bin_seconds,
        policy=asked,
        bins=tuple(seen),
        judgement=judge(seen, asked, bin_seconds, minutes, before),
        minutes=None if minutes is None else tuple(minutes),
        before=tuple(before),
    )


_names = st.text("aZ7-:$ é漢", min_size=1, max_size=8)
_parts = st.floats(1e-9, 1.0 - 1e-9)
_unknown: st.SearchStrategy[Unknown] = st.sampled_from(("fail", "warn"))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Any policy that can be kept."""
    symptoms = tuple(draw(st.lists(st.sampled_from(list(Symptom)), min_size=1, unique=True)))
    ruled_out = tuple(draw(st.lists(st.sampled_from(symptoms), unique=True)))
    alpha, tolerated, doubt = draw(_parts), draw(_parts), draw(_parts)
    return Policy(symptoms, ruled_out, alpha, tolerated, doubt, draw(_unknown), draw(_unknown))


def _counts(requests: int) -> st.SearchStrategy[Counts]:
    bad = st.dictionaries(st.sampled_from(list(Symptom)), st.integers(0, requests))
    return bad.map(lambda these: Counts(requests, these))


some_counts = (st.integers(0, 200) | st.integers(0, 10**12)).flatmap(_counts)
"""Few or very many requests, and some, none or all of them bad."""


_hours = st.lists(st.integers(0, 10**12), max_size=60).map(
    lambda each: tuple(
        Bin(60.0 * n - 3_600, Counts(), Counts(10**12, {Symptom.SLOW: bad})) for n, bad in enumerate(each)
    )
)
"""Minutes of the stable version alone, in which any number was slow."""


@st.composite
def evidence(draw: st.DrawFn) -> Evidence:
    """Any evidence that can be kept, with the judgement that follows from it."""
    bin_seconds = draw(st.floats(1.0, 600.0))
    seen = draw(_bins(bin_seconds))
    minutes = draw(st.none() | _bins(MINUTE_SECONDS))
    before = draw(_hours)
    policy = draw(policies())
    function, alias, ours, theirs, stage, deployment = (draw(_names) for _ in range(6))
    judgement = judge(seen, policy, bin_seconds, minutes, before)
    who = (function, alias, ours, theirs, stage, deployment)
    return Evidence(*who, bin_seconds, policy, seen, judgement, minutes, before)


@st.composite
def _bins(draw: st.DrawFn, seconds: float) -> tuple[Bin, ...]:
    """Bins that last so many seconds, with gaps or without."""
    gaps = draw(st.lists(st.floats(0.0, 1_000.0), max_size=8))
    moments = list(accumulate((seconds + gap for gap in gaps), initial=draw(st.floats(-700.0, 100.0))))[: len(gaps)]
    sides = [(draw(some_counts), draw(some_counts), draw(st.floats(0.0, 1.0))) for _ in moments]
    return tuple(Bin(at, ours, theirs, weight) for at, (ours, theirs, weight) in zip(moments, sides, strict=True))

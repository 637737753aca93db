"""Rollouts by the minute, for judges that look by the minute."""

from collections.abc import Sequence

from pipeline.judge.observed import BIN_SECONDS, Bin, Counts, Symptom
from pipeline.judge.others.rule import OtherJudge

BINS = 6
THROWN, ANSWERED, SLOW = Symptom.ERRORS, Symptom.SERVER_ERRORS, Symptom.SLOW
NOBODY = Counts()


def by_the_minute(*minutes: tuple[Counts, Counts]) -> Sequence[Bin]:
    """Of each minute what the canary and the stable version answered, all of it in its first bin."""
    return [
        Bin(float(60 * minute + BIN_SECONDS * part), *(both if part == 0 else (NOBODY, NOBODY)), weight=0.1)
        for minute, both in enumerate(minutes)
        for part in range(BINS)
    ]


def bad(count: int, of: int = 100, symptom: Symptom = THROWN) -> Counts:
    """`count` bad requests."""
    return Counts(of, {symptom: count})


def stopped(judge: OtherJudge, *minutes: tuple[Counts, Counts]) -> float | None:
    """When it stops a rollout of these minutes."""
    return judge.judge(by_the_minute(*minutes), BIN_SECONDS).stopped_at

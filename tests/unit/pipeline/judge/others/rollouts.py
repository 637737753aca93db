"""Rollouts by the minute, for judges that look by the minute."""

from collections.abc import Sequence

from pipeline.judge.observed import BIN_SECONDS, Bin, Counts, Symptom
from pipeline.judge.others.rule import OtherJudge, Said

BINS = 6
THROWN, ANSWERED, SLOW = Symptom.ERRORS, Symptom.SERVER_ERRORS, Symptom.SLOW
NOBODY = Counts()


def by_the_minute(*minutes: tuple[Counts, Counts], began: int = 0) -> Sequence[Bin]:
    """Of each minute what the canary and the stable version answered, all of it in its first bin.

    `began` is the number of the first: -1 is the minute before traffic began to shift.
    """
    return [
        Bin(float(60 * minute + BIN_SECONDS * part), *(both if part == 0 else (NOBODY, NOBODY)), weight=0.1)
        for minute, both in enumerate(minutes, start=began)
        for part in range(BINS)
    ]


def bad(count: int, of: int = 100, symptom: Symptom = THROWN) -> Counts:
    """`count` bad requests."""
    return Counts(of, {symptom: count})


def said(judge: OtherJudge, *minutes: tuple[Counts, Counts], began: int = 0) -> Said:
    """What it says of a rollout of these minutes."""
    return judge.judge(by_the_minute(*minutes, began=began), BIN_SECONDS)


def stopped(judge: OtherJudge, *minutes: tuple[Counts, Counts], began: int = 0) -> float | None:
    """When it stops a rollout of these minutes."""
    return said(judge, *minutes, began=began).stopped_at

"""The score of a sweep, held against what the pipeline promises. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.mutation.catalogue import Class, Kind
from pipeline.mutation.judge import Judged, Result
from pipeline.record.verdict import Measurement

WHOLE = (Class.AUTHORIZATION, Class.DATA_LOSS, Class.ROLLOUT, Class.FALSE_GREEN)
"""Classes of which every change must be stopped."""
STOPPED, NAMED, SOON = 98.0, 90.0, 70.0
SOON_SECONDS = 60.0
SWEEP_MINUTES = 120.0
ALL_WELL, REFUSED, VOID = 0, 1, 3


@dataclass(frozen=True)
class Row:
    """One class: how many bad changes were really asked, and what came of them."""

    class_: Class
    asked: int
    stopped: int
    named: int
    elsewhere: int
    let_through: int
    soon: int

    @property
    def share(self) -> float:
        """Percent that were stopped."""
        return percent(self.stopped, self.asked)


@dataclass(frozen=True)
class Score:
    """A sweep's score. `void` says why it counts for nothing (empty: it counts)."""

    rows: tuple[Row, ...]
    good: int
    false_alarms: int
    measurements: tuple[Measurement, ...]
    void: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """0 if all limits hold, 1 if not, 3 if it is void or anything broke."""
        if self.void:
            return VOID
        return ALL_WELL if all(one.within for one in self.measurements) else REFUSED


def score(judged: Iterable[Judged], *, whole: bool = True, took: float | None = None) -> Score:
    """The score of all that was asked, controls among them.

    A few changes, which are not the `whole`, must all be stopped; by which gate most are, and how soon, they can't say.
    `took` is the seconds of a sweep of the list that took nothing from before.
    """
    everything = tuple(judged)
    bad = [one for one in everything if one.change.kind is Kind.BAD and _asked(one)]
    good = [one for one in everything if one.change.kind is Kind.GOOD and _asked(one)]
    by_class = [(each, [one for one in bad if one.change.class_ is each]) for each in Class]
    rows = tuple(_row(each, those) for each, those in by_class if those)
    limits = (*_limits(rows, bad, good, whole), *_soon_enough(took))
    return Score(rows, len(good), _alarms(good), limits, tuple(_void(everything)))


def _asked(one: Judged) -> bool:
    return one.result not in (Result.NOT_APPLIED, Result.BROKE)


def _row(class_: Class, those: Sequence[Judged]) -> Row:
    stopped = [one for one in those if one.result is Result.STOPPED]
    return Row(
        class_,
        asked=len(those),
        stopped=len(stopped),
        named=sum(one.named for one in stopped),
        elsewhere=sum(one.result is Result.ELSEWHERE for one in those),
        let_through=sum(one.result is Result.LET_THROUGH for one in those),
        soon=sum(one.seconds <= SOON_SECONDS for one in stopped),
    )


def _limits(rows: Sequence[Row], bad: Sequence[Judged], good: Sequence[Judged], whole: bool) -> Iterable[Measurement]:
    for row in rows:
        if row.class_ in WHOLE:
            yield Measurement(f"{row.class_} stopped", row.share, "%", at_least=100.0)
    if bad:
        shares = (
            ("stopped", sum(row.stopped for row in rows), STOPPED if whole else 100.0),
            ("stopped at the named gate", sum(row.named for row in rows), NAMED),
            (f"stopped within {SOON_SECONDS:.0f} s", sum(row.soon for row in rows), SOON),
        )
        for name, count, least in shares if whole else shares[:1]:
            yield Measurement(name, percent(count, len(bad)), "%", at_least=least)
    if good:
        yield Measurement("good changes refused", _alarms(good), at_most=0.0)


def _soon_enough(took: float | None) -> Iterable[Measurement]:
    if took is not None:
        yield Measurement("whole sweep", round(took / 60.0, 1), "min", at_most=SWEEP_MINUTES)


def _alarms(good: Iterable[Judged]) -> int:
    return sum(one.result is Result.FALSE_ALARM for one in good)


def _void(everything: Sequence[Judged]) -> Iterable[str]:
    controls = [one for one in everything if one.change.kind is Kind.CONTROL]
    if not controls:
        yield "no control was asked"
    for one in controls:
        if one.result is not Result.PASSED:
            yield f"without any change, {one.gate} says: {one.finding}"
    for one in everything:
        if one.change.kind is not Kind.CONTROL and not _asked(one):
            yield f"{one.change.id} {one.result}: {one.gate}: {one.finding}"


def percent(part: int, whole: int) -> float:
    """Percent, with one place; 0 of nothing."""
    return round(100.0 * part / whole, 1) if whole else 0.0

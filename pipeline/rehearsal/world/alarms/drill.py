"""A fire drill: an alarm is driven to ALARM by made-up metrics, and they stop. Does it go off, and calm down? Pure.

Driven by the same evaluator that a rehearsal's rollouts are watched by, on a clock of its own that takes no time. What
is tried is whatever the metrics can say, not what a version would do: which faults set off an alarm is asked elsewhere.
Before and after there are no metrics at all, as there are none of a version that nobody asks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product

from pipeline.rehearsal.world.alarms.evaluate import evaluate, evaluation_interval_s
from pipeline.rehearsal.world.alarms.metric import MetricKey
from pipeline.rehearsal.world.alarms.missing_data import EXTRA_PERIODS
from pipeline.rehearsal.world.alarms.model import Alarm, AlarmState
from pipeline.rehearsal.world.alarms.series import HIGH_S, MetricStore

BEGAN = 1_800_000_000.0
"""World seconds; a whole day's hour, so that every period may begin then."""
SAMPLES = 1_000.0
"""Requests in each interval: more than any alarm asks for before it counts."""
SAYS = (1.0, 30_000.0, 0.0, None)
"""What each request may add to a metric: one more, the longest that anybody waits (ms), none, or nothing at all."""
MOST_TRIED = 256

type Scene = Mapping[MetricKey, float | None]


@dataclass(frozen=True)
class Drilled:
    """How an alarm stood its drill, in world seconds.

    `red_after` is from the first bad metrics to ALARM (None: nothing that its metrics can say sets it off), and
    `quiet_after` from the last of them until it is in ALARM no more (None: it stays so).
    """

    alarm: str
    red_after: float | None
    quiet_after: float | None = None

    @property
    def passed(self) -> bool:
        """Whether it went off and calmed down."""
        return self.red_after is not None and self.quiet_after is not None


def drilled(alarm: Alarm) -> Drilled:
    """Drill one alarm. One that is red before anything happens is never quiet."""
    for scene in islice(_scenes(alarm), MOST_TRIED):
        store = MetricStore()
        red_after = _until(alarm, store, scene, AlarmState.OK, BEGAN)
        if red_after is not None:
            return Drilled(alarm.name, red_after, _until_quiet(alarm, store, BEGAN + red_after))
    return Drilled(alarm.name, None)


def _scenes(alarm: Alarm) -> Iterator[Scene]:
    keys = tuple(dict.fromkeys(stat.key for stat in alarm.stats))
    return (dict(zip(keys, said, strict=True)) for said in product(SAYS, repeat=len(keys)))


def _until(alarm: Alarm, store: MetricStore, scene: Scene, before: AlarmState, began: float) -> float | None:
    """Seconds until it is in ALARM while the scene goes on; None if it never is."""
    every, state = evaluation_interval_s(alarm), before
    for number in range(1, _looks(alarm) + 1):
        at = began + number * every
        for key, value in scene.items():
            if value is not None:
                store.put(key, at - every / 2, value, count=SAMPLES, resolution_s=1 if every == HIGH_S else 60)
        state = evaluate(alarm, store, state, at=at).state
        if state is AlarmState.ALARM:
            return at - began
    return None


def _until_quiet(alarm: Alarm, store: MetricStore, red: float) -> float | None:
    """Seconds until it is in ALARM no more, now that nothing is said any longer; None if it stays so."""
    every, state = evaluation_interval_s(alarm), AlarmState.ALARM
    for number in range(1, _looks(alarm) + 1):
        state = evaluate(alarm, store, state, at=red + number * every).state
        if state is not AlarmState.ALARM:
            return float(number * every)
    return None


def _looks(alarm: Alarm) -> int:
    """As many evaluations as it takes until nothing of what was before is in sight."""
    return (alarm.evaluation_periods + EXTRA_PERIODS) * alarm.period_s // evaluation_interval_s(alarm) + 2

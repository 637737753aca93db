"""Every alarm of every account, evaluated when CloudWatch would, on the compressed clock, by one thread."""

import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pipeline.rehearsal.world.alarms import (
    Alarm,
    AlarmProblem,
    AlarmState,
    CompositeAlarm,
    Evaluation,
    alarm_from_record,
    children,
    evaluate,
    evaluate_composite,
    evaluation_interval_s,
    is_unlearnt,
)
from pipeline.rehearsal.world.clock import CompressedClock
from pipeline.rehearsal.world.emulator.inside.alarm_records import composite_alarm, describe
from pipeline.rehearsal.world.emulator.inside.journal import Journal
from pipeline.rehearsal.world.emulator.inside.seams import Seam
from pipeline.rehearsal.world.emulator.inside.telemetry import Place, Telemetry
from pipeline.rehearsal.world.observation import AlarmChanged, WorldFailed

MODULE = "ministack.services.cloudwatch"
ALARMS = Seam(MODULE, "_alarms")
COMPOSITES = Seam(MODULE, "_composite_alarms")
EVALUATE = Seam(MODULE, "_evaluate_alarm", ("alarm",))
PARENTS = Seam(MODULE, "_evaluate_parent_alarms", ("child", "seen"))
HISTORY = Seam(
    MODULE, "_record_history", ("alarm_name", "old_state", "new_state", "reason", "alarm_type", "reason_data")
)
ACTIONS = Seam(MODULE, "_dispatch_alarm_actions", ("alarm", "old_state", "new_state", "reason"))
SCOPE = Seam("ministack.core.responses", "request_scope", ("account_id", "region"))
SEAMS = (ALARMS, COMPOSITES, EVALUATE, PARENTS, HISTORY, ACTIONS, SCOPE)

MINUTE_S = 60
SHORTEST_INTERVAL_S = 10
DEEPEST_COMPOSITE = 10
log = logging.getLogger("slipway.alarms")

type Record = dict[str, Any]
type Listener = Callable[[Place], None]


class AlarmWatch:
    """`start` it once. `listeners` are called after each evaluation of a place, from the watch's own thread."""

    def __init__(self, clock: CompressedClock, telemetry: Telemetry, journal: Journal) -> None:
        self._clock = clock
        self._telemetry = telemetry
        self._journal = journal
        self._records = ALARMS.get()
        self._composites = COMPOSITES.get()
        self._known: dict[str, tuple[Record, Alarm]] = {}
        self._measured: dict[str, float] = {}
        self._told: set[str] = set()
        self._stop = threading.Event()
        self._turn = threading.RLock()
        self.listeners: list[Listener] = []

    def install(self) -> None:
        """Take over evaluation: ministack's own does nothing any more."""
        EVALUATE.put(lambda _alarm: None)
        PARENTS.put(self._child_changed)

    def start(self) -> None:
        """Begin to evaluate."""
        threading.Thread(target=self._run, name="slipway-alarms", daemon=True).start()

    def stop(self) -> None:
        """Evaluate no more."""
        self._stop.set()

    def states(self, place: Place, names: Iterable[str]) -> dict[str, str | None]:
        """The present state of alarms by name; None for one that isn't there."""
        found: dict[str, str | None] = {}
        for name in names:
            record = self._records.get_scoped(*place, name) or self._composites.get_scoped(*place, name)
            found[name] = None if record is None else str(record["StateValue"])
        return found

    def measured(self, place: Place, names: Iterable[str]) -> dict[str, float]:
        """The value that each alarm last saw, where it saw one."""
        account, region = place
        arns = {name: f"arn:aws:cloudwatch:{region}:{account}:alarm:{name}" for name in names}
        return {name: self._measured[arn] for name, arn in arns.items() if arn in self._measured}

    def status(self) -> list[Mapping[str, object]]:
        """Every alarm with its state."""
        kept = (*self._records.all_values(), *self._composites.all_values())
        return [{"arn": each["AlarmArn"], "state": each["StateValue"], "reason": each["StateReason"]} for each in kept]

    def _run(self) -> None:
        last = self._clock.now()
        while not self._stop.is_set():
            due = (last // SHORTEST_INTERVAL_S + 1) * SHORTEST_INTERVAL_S
            if not self._has_short_alarms():
                due = (last // MINUTE_S + 1) * MINUTE_S
            while not self._clock.has_come(due):  # the clock may have slowed down meanwhile
                if self._stop.wait(self._clock.real_seconds_until(due)):
                    return
            try:
                self.evaluate_at(due)
            except Exception as error:  # an evaluation that is left out could let a bad release through
                log.exception("the alarms of %s could not be evaluated", due)
                self._tell_once(("", ""), f"alarms could not be evaluated: {error!r}")
            last = due

    def _has_short_alarms(self) -> bool:
        return any(evaluation_interval_s(alarm) < MINUTE_S for _, alarm in self._known.values())

    def evaluate_at(self, at: float) -> None:
        """Evaluate everything that is due at a world time, then tell the listeners."""
        places: set[Place] = set()
        with self._turn:
            for (account, region, _), record in self._records.all_items():
                places.add((account, region))
                if not is_unlearnt(record):
                    self._evaluate(record, (account, region), at)
            for (account, region, _), _ in self._composites.all_items():
                places.add((account, region))
            for place in places:
                self._evaluate_composites(place, at)
        for place in places:
            for listener in self.listeners:
                listener(place)

    def _evaluate(self, record: Record, place: Place, at: float) -> None:
        try:
            alarm = self._alarm(record)
            if at % evaluation_interval_s(alarm):
                return
            previous = AlarmState(record["StateValue"])
            found = self._telemetry.read(place, lambda store: evaluate(alarm, store, previous, at=at))
        except AlarmProblem as problem:
            self._tell_once(place, str(problem))
            return
        if found.measured is not None:
            self._measured[alarm.arn] = found.measured
        if found.changed:
            self._change(record, place, found, alarm)

    def _alarm(self, record: Record) -> Alarm:
        """The record as an alarm; made again only for a new record."""
        arn = record["AlarmArn"]
        known = self._known.get(arn)
        if known is None or known[0] is not record:
            known = self._known[arn] = record, alarm_from_record(record)
            self._measured.pop(arn, None)  # it may watch another series now
        return known[1]

    def _evaluate_composites(self, place: Place, at: float) -> None:
        """All composites of a place, again while one of them changes another: they may watch each other."""
        for _ in range(DEEPEST_COMPOSITE):
            changed = [self._evaluate_composite(record, place, at) for record in self._composites.values_scoped(*place)]
            if not any(changed):
                return

    def _evaluate_composite(self, record: Record, place: Place, at: float) -> bool:
        try:
            alarm = composite_alarm(record)
            states = self._child_states(alarm, place)
            found = evaluate_composite(alarm, states, AlarmState(record["StateValue"]), at=at)
        except AlarmProblem as problem:
            self._tell_once(place, str(problem))
            return False
        if found.changed:
            self._change(record, place, found, None)
        return found.changed

    def _child_states(self, alarm: CompositeAlarm, place: Place) -> dict[str, AlarmState]:
        """By what the rule calls each child, its name or its ARN."""
        named = {child: child.split(":alarm:", 1)[-1] for child in children(alarm)}
        states = self.states(place, named.values())
        return {child: AlarmState(state) for child, name in named.items() if (state := states[name]) is not None}

    def _child_changed(self, child: Record, seen: frozenset[str] = frozenset()) -> None:  # noqa: ARG002
        """SetAlarmState: the composites above follow at once."""
        _, _, _, region, account, *_ = str(child["AlarmArn"]).split(":")
        with self._turn:
            self._evaluate_composites((account, region), self._clock.now())
        for listener in self.listeners:
            listener((account, region))

    def _change(self, record: Record, place: Place, found: Evaluation, alarm: Alarm | None) -> None:
        """Write the new state down as CloudWatch shows it, and act on it."""
        record["StateValue"], record["StateReason"] = str(found.state), found.reason
        record["StateUpdatedTimestamp"] = record["StateTransitionedTimestamp"] = int(time.time())
        record["StateReasonData"] = json.dumps(_reason_data(found), separators=(",", ":"))
        kind = "CompositeAlarm" if alarm is None else "MetricAlarm"
        with SCOPE.get()(*place):
            HISTORY.get()(found.alarm, str(found.previous), str(found.state), found.reason, kind)
            with contextlib.suppress(Exception):  # an action that fails doesn't keep the alarm from changing
                ACTIONS.get()(record, str(found.previous), str(found.state), found.reason)
        told = AlarmChanged(
            alarm=found.alarm,
            old=str(found.previous),
            new=str(found.state),
            reason=found.reason,
            measured=found.measured,
            limit=found.threshold,
            unit=record.get("Unit"),
            metric=None if alarm is None else describe(alarm),
            behind=found.behind,
            period_seconds=None if alarm is None else alarm.period_s,
        )
        self._journal.add(*place, told)

    def _tell_once(self, place: Place, what: str) -> None:
        if what not in self._told:
            self._told.add(what)
            log.error("%s", what)
            self._journal.add(*place, WorldFailed(what))


def _reason_data(found: Evaluation) -> dict[str, object]:
    return {
        "version": "1.0",
        "queryDate": datetime.fromtimestamp(found.at, UTC).isoformat(timespec="milliseconds"),
        "threshold": found.threshold,
        "recentDatapoints": [point.value for point in found.datapoints],
    }

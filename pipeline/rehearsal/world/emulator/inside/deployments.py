"""CodeDeploy at work: the state machine decides, this carries out: weights, hooks, and what is told of it.

A deployment has a thread of its own; who wants it (CloudFormation's update of an alias) waits for its end. Whatever
concerns it meanwhile (a hook's report, the alarms' states, a stop) comes through its mailbox.
"""

import json
import logging
import queue
import secrets
import string
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol

from pipeline.rehearsal.world.clock import CompressedClock
from pipeline.rehearsal.world.codedeploy import (
    AlarmStates,
    CodeDeployProblem,
    DeploymentEnded,
    DeploymentPlan,
    DeploymentState,
    Effect,
    Event,
    EventStatus,
    Finish,
    InvokeHook,
    SetWeights,
    Tick,
    next_wake,
    routing_of,
    share_left,
    start,
    step,
)
from pipeline.rehearsal.world.emulator.inside.alarm_watch import AlarmWatch
from pipeline.rehearsal.world.emulator.inside.aliases import Aliases, AliasMissing
from pipeline.rehearsal.world.emulator.inside.codedeploy_store import CodeDeployStore, Deployment
from pipeline.rehearsal.world.emulator.inside.journal import Journal
from pipeline.rehearsal.world.emulator.inside.pace import Progress, pace
from pipeline.rehearsal.world.emulator.inside.telemetry import Place
from pipeline.rehearsal.world.emulator.inside.traffic import AliasId, Traffic
from pipeline.rehearsal.world.observation import (
    CanarySample,
    DeploymentFinished,
    DeploymentStarted,
    HookAnswered,
    LifecycleEvent,
    WeightsSet,
    WorldFailed,
)

SAMPLE_EVERY_S = 1.0
LAST_WORDS_S = 0.5
"""How long a hook that has reported is waited for, which has nothing left to do but return."""
MOST_OF_AN_ANSWER = 300_000
ALPHABET = string.ascii_uppercase + string.digits
log = logging.getLogger("slipway.codedeploy")


class Callees(Protocol):
    """The functions of all accounts, by name or ARN."""

    def invoke_by_name(self, place: Place, function_ref: str, event: dict[str, str]) -> dict[str, Any]:
        """Run one and say what became of it."""
        ...

    def warm_by_name(self, place: Place, function_ref: str) -> None:
        """Start one that will be asked soon."""
        ...

    def retire_by_name(self, place: Place, function: str, version: str | None = None) -> None:
        """End what will hardly be asked again."""
        ...


@dataclass(frozen=True)
class Wanted:
    """What CloudFormation asks of CodeDeploy for one alias."""

    alias: AliasId
    from_version: str
    to_version: str
    application: str
    group: str
    before_hook: str | None = None
    after_hook: str | None = None

    @property
    def place(self) -> Place:
        """Where."""
        return self.alias.account, self.alias.region


class Deployments:
    """Starts deployments and takes what concerns them."""

    def __init__(
        self,
        clock: CompressedClock,
        store: CodeDeployStore,
        alarms: AlarmWatch,
        aliases: Aliases,
        traffic: Traffic,
        journal: Journal,
        functions: Callees,
    ) -> None:
        self.clock = clock
        self.store = store
        self.alarms = alarms
        self.aliases = aliases
        self.traffic = traffic
        self.journal = journal
        self.functions = functions
        self._running: dict[str, Drive] = {}
        self._top_speed = clock.speed
        alarms.listeners.append(self._alarms_evaluated)

    def prepare(self, wanted: Wanted) -> "Drive":
        """A deployment that has not begun; CodeDeployProblem says what CodeDeploy would refuse."""
        plan, configuration = self._plan(wanted)
        return Drive(self, plan, wanted, configuration)

    def begin(self, drive: "Drive") -> None:
        """Let it run, on a thread of its own."""
        self._running[drive.plan.deployment_id] = drive
        threading.Thread(target=self._run, args=(drive,), name="codedeploy", daemon=True).start()

    def tell(self, place: Place, deployment_id: str, event: Event) -> None:
        """Put something into a deployment's mailbox; one that has ended takes nothing."""
        deployment = self.store.deployment(place, deployment_id)
        drive = self._running.get(deployment_id)
        if drive is None or deployment.state.ended:
            raise CodeDeployProblem(f"The deployment {deployment_id} has already ended")
        drive.mailbox.put(event)

    def set_pace(self) -> None:
        """Let the world's clock run as fast as the rollouts that shift allow."""
        under_way = (drive.progress for drive in tuple(self._running.values()))
        self.clock.run_at(pace(self._top_speed, [each for each in under_way if each is not None]))

    def _run(self, drive: "Drive") -> None:
        try:
            drive.run()
        finally:
            self._running.pop(drive.plan.deployment_id, None)
            self.set_pace()

    def _plan(self, wanted: Wanted) -> tuple[DeploymentPlan, str]:
        group = self.store.group(wanted.place, wanted.application, wanted.group)
        plan = DeploymentPlan(
            deployment_id=_new_id(),
            rollback_id=_new_id(),
            application=wanted.application,
            group=wanted.group,
            function=wanted.alias.function,
            alias=wanted.alias.alias,
            current_version=wanted.from_version,
            target_version=wanted.to_version,
            routing=routing_of(group.configuration, self.store.routings(wanted.place)),
            before_allow_traffic=wanted.before_hook,
            after_allow_traffic=wanted.after_hook,
            alarms=group.alarms,
            auto_rollback=group.rollback,
        )
        return plan, group.configuration

    def _alarms_evaluated(self, place: Place) -> None:
        for drive in tuple(self._running.values()):
            if drive.wanted.place == place:
                drive.mailbox.put(AlarmStates(self.alarms.states(place, drive.plan.alarms.watched)))


class Drive:
    """One deployment from start to end. `run` on a thread; `wait` for `finish` on another."""

    def __init__(self, owner: Deployments, plan: DeploymentPlan, wanted: Wanted, configuration: str) -> None:
        self.plan = plan
        self.wanted = wanted
        self.mailbox: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.finish: Finish | None = None
        self._owner = owner
        self._configuration = configuration
        self._over = threading.Event()
        self._sample_at = time.monotonic() + SAMPLE_EVERY_S
        self._sampled_at = time.monotonic()
        self._answered = 0
        self._per_second = 0.0
        self._shifts_since: float | None = None
        self._hooks: list[threading.Thread] = []

    @property
    def progress(self) -> Progress | None:
        """How it gets on, None when it does not shift: then nobody's requests are waited for."""
        began = self._shifts_since
        left = 0.0 if began is None else share_left(self.plan.routing, self._owner.clock.now() - began)
        return Progress(self._answered, self._per_second, left) if left > 0 else None

    def wait(self) -> Finish:
        """Block until it has ended, and say how; RuntimeError when it broke, which is our fault."""
        self._over.wait()
        if self.finish is None:
            raise RuntimeError(f"the deployment {self.plan.deployment_id} broke; see the emulator's log")
        return self.finish

    def poll(self, seconds: float) -> bool:
        """Whether it has ended, after waiting for at most so long."""
        return self._over.wait(seconds)

    def run(self) -> None:
        """Drive the machine until it has ended."""
        owner, place = self._owner, self.wanted.place
        owner.traffic.watch(self.wanted.alias)
        try:
            now = owner.clock.now()
            state, effects = start(self.plan, now, owner.alarms.states(place, self.plan.alarms.watched))
            self._deployment = Deployment(place, state, self._configuration, now)
            owner.store.add(self._deployment)
            self._tell_start()
            self._carry_out(None, state, effects)
            while not state.ended:
                event = self._next_event(state)
                before, at = state, max(owner.clock.now(), state.at)
                state, effects = step(state, event, at)
                self._deployment.state = state
                self._carry_out(before, state, effects)
        except Exception as error:
            log.exception("deployment %s broke", self.plan.deployment_id)
            self._say(WorldFailed(f"the deployment {self.plan.deployment_id} broke: {error!r}"))
        finally:
            owner.traffic.forget(self.wanted.alias)
            self._over.set()
            self._retire()

    def _next_event(self, state: DeploymentState) -> Event:
        """What comes first: a message, or the time at which something is due; samples are taken meanwhile."""
        while True:
            wake = next_wake(state)
            due = time.monotonic() + (60.0 if wake is None else self._owner.clock.real_seconds_until(wake))
            try:
                return self.mailbox.get(timeout=max(0.0, min(due, self._sample_at) - time.monotonic()))
            except queue.Empty:
                if time.monotonic() >= self._sample_at:
                    self._sample()
                if time.monotonic() >= due:
                    return Tick()

    def _carry_out(self, before: DeploymentState | None, state: DeploymentState, effects: tuple[Effect, ...]) -> None:
        known = {event.name: event.status for event in before.events} if before else {}
        for event in state.events:
            if event.status is not known.get(event.name, EventStatus.PENDING):
                self._say(LifecycleEvent(self.plan.deployment_id, str(event.name), str(event.status)))
        for effect in effects:
            self._do(effect, state)

    def _do(self, effect: Effect, state: DeploymentState) -> None:
        match effect:
            case SetWeights():
                self._shift(effect)
            case InvokeHook():
                self._deployment.hooks[effect.execution_id] = str(effect.event)
                hook = threading.Thread(target=self._run_hook, args=(effect,), name="codedeploy-hook", daemon=True)
                self._hooks.append(hook)
                hook.start()
            case DeploymentEnded(deployment_id) if deployment_id == self.plan.deployment_id:
                self._deployment.ended = effect.at
            case DeploymentEnded():
                self._keep_rollback(effect, state)
            case Finish():
                self._end(effect)

    def _shift(self, effect: SetWeights) -> None:
        self._owner.aliases.shift(self.wanted.alias, effect.old_version, effect.new_version, effect.new_fraction)
        shares = {effect.old_version: 1 - effect.new_fraction, effect.new_version: effect.new_fraction}
        given = {version: round(share, 4) for version, share in shares.items() if share > 0}
        told = WeightsSet(self.wanted.alias.function, self.wanted.alias.alias, given, effect.deployment_id)
        self._owner.journal.add(*self.wanted.place, told, at=effect.at)
        if self._shifts_since is None:
            self._shifts_since = effect.at
            self._warm_last_hook()

    def _warm_last_hook(self) -> None:
        """While traffic shifts step by step there is time to start the hook that everybody waits for afterwards."""
        hook, warm = self.plan.after_allow_traffic, self._owner.functions.warm_by_name
        if hook is not None and self.progress is not None:
            threading.Thread(target=warm, args=(self.wanted.place, hook), name="hook-warmer", daemon=True).start()

    def _retire(self) -> None:
        """Nobody asks these hooks again, nor the version that has lost: their places are for others."""
        plan, retire = self.plan, self._owner.functions.retire_by_name
        for hook in filter(None, (plan.before_allow_traffic, plan.after_allow_traffic)):
            retire(self.wanted.place, hook)
        with suppress(AliasMissing):
            shares = self._owner.aliases.weights(self.wanted.alias)
            for version in {self.wanted.from_version, self.wanted.to_version} - shares.keys():
                retire(self.wanted.place, plan.function, version)

    def _run_hook(self, hook: InvokeHook) -> None:
        """Invoke it with the documented payload; its own report counts, not its return."""
        event = {"DeploymentId": hook.deployment_id, "LifecycleEventHookExecutionId": hook.execution_id}
        result = self._owner.functions.invoke_by_name(self.wanted.place, hook.function, event)
        if result.get("error"):
            detail = f"{hook.function} failed: {json.dumps(result.get('body'))[:500]}; CodeDeploy waits for its report"
            self._say(LifecycleEvent(hook.deployment_id, str(hook.event), "InProgress", detail))
            return
        answer = json.dumps(result.get("body"))
        if len(answer) <= MOST_OF_AN_ANSWER:
            self._say(HookAnswered(hook.deployment_id, str(hook.event), answer))

    def _keep_rollback(self, ended: DeploymentEnded, state: DeploymentState) -> None:
        """The rollback is a deployment of its own in CodeDeploy's list."""
        plan = replace(self.plan, deployment_id=ended.deployment_id)
        undone = replace(state, plan=plan, status=ended.status, rollback=None, failure=None)
        kept = Deployment(self.wanted.place, undone, self._configuration, ended.at, "codeDeployRollback", ended.at)
        self._owner.store.add(kept)

    def _end(self, finish: Finish) -> None:
        for hook in self._hooks:
            hook.join(LAST_WORDS_S)
        self._sample()
        self.finish = finish
        alias = self.wanted.alias
        status = str(self._deployment.state.status or "Succeeded")
        told = DeploymentFinished(
            self.plan.deployment_id, alias.function, alias.alias, status, finish.rolled_back, finish.reason
        )
        self._say(told)

    def _tell_start(self) -> None:
        plan = self.plan
        told = DeploymentStarted(
            deployment=plan.deployment_id,
            application=plan.application,
            group=plan.group,
            function=plan.function,
            alias=plan.alias,
            from_version=str(plan.current_version),
            to_version=plan.target_version,
            configuration=self._configuration,
            alarms=plan.alarms.watched,
        )
        self._say(told)

    def _sample(self) -> None:
        """One sample of what both versions answered since the last one."""
        self._sample_at = time.monotonic() + SAMPLE_EVERY_S
        owner, alias = self._owner, self.wanted.alias
        (new, failures), (old, _) = owner.traffic.take(alias, self.plan.target_version, self.wanted.from_version)
        self._count(new.requests, old.requests)
        sample = CanarySample(
            deployment=self.plan.deployment_id,
            function=alias.function,
            alias=alias.alias,
            weight=owner.aliases.weights(alias).get(self.plan.target_version, 0.0),
            new=new,
            old=old,
            failures=failures,
            measured=owner.alarms.measured(self.wanted.place, self.plan.alarms.watched),
        )
        self._say(sample)

    def _count(self, new: int, old: int) -> None:
        """What came to both versions since the last sample, and what that means for the pace of all.

        The new version's own requests are too few in a second to tell how many there will be.
        """
        now = time.monotonic()
        self._answered += new
        self._per_second = (new + old) / max(now - self._sampled_at, 0.001)
        self._sampled_at = now
        self._owner.set_pace()

    def _say(self, what: Any) -> None:
        self._owner.journal.add(*self.wanted.place, what)


def _new_id() -> str:
    """A deployment id as CodeDeploy makes them: d-XXXXXXXXX."""
    return "d-" + "".join(secrets.choice(ALPHABET) for _ in range(9))

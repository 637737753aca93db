"""Runs CloudFormation actions: prepares a change set and shows it, executes it and watches it to its end.

Source: "AWS CloudFormation deploy action reference": an empty change set counts as done, by the action that makes it
and by the one that executes it; stack outputs are the variables of the action that deploys.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.record.counting import plural
from pipeline.record.events import (
    BASE_STAGE,
    ChangeSetPrepared,
    Commit,
    LiveNow,
    Noted,
    ResourceChange,
    StackDeployed,
    WatchedAlarm,
)
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.errors import Broke, Refused
from pipeline.rehearsal.read.routes import routes_to
from pipeline.rehearsal.read.template import parse_template
from pipeline.rehearsal.runners.base import ActionContext, ActionResult
from pipeline.rehearsal.runners.cloudformation.changes import VERSION, not_canaried, resource_changes, shifted_aliases
from pipeline.rehearsal.runners.cloudformation.clients import Place, Traffic, World, place_of
from pipeline.rehearsal.runners.cloudformation.differences import differences
from pipeline.rehearsal.runners.cloudformation.fire_drill import fire_drill
from pipeline.rehearsal.runners.cloudformation.permissions import wider
from pipeline.rehearsal.runners.cloudformation.request import change_set_input, role_of
from pipeline.rehearsal.runners.cloudformation.resolved import NOTHING, Ground, Resolved
from pipeline.rehearsal.runners.cloudformation.rollout import Rollout, why_rolled_back
from pipeline.rehearsal.runners.cloudformation.rollout_teller import RolloutTeller
from pipeline.rehearsal.runners.cloudformation.stack import STUCK, SUCCEEDED, ChangeSet, Stack
from pipeline.rehearsal.runners.cloudformation.watch import Watch, Watched
from pipeline.rehearsal.runners.cloudformation.watched import watched_alarms
from pipeline.rehearsal.spec import Action, Pipeline, Template

type StackKey = tuple[str, str, str]

POLL_SECONDS = 0.1
ALARM = "AWS::CloudWatch::Alarm"


@dataclass(frozen=True)
class Release:
    """What is being deployed, and where what is live is written down.

    `home` is the pipeline's own account and region. `commit` is what stacks get; `live` maps a stack (account, region,
    name) to the commit that it serves, and is shared by the runner of the base release and the candidate's.
    `stages` names the pipeline's stage that each stack belongs to, for actions that run under another name.
    """

    home: tuple[str, str]
    commit: Commit
    live: MutableMapping[StackKey, Commit]
    stages: Mapping[StackKey, str]


class CloudFormationRunner:
    """Deploys to `world`, with `traffic` while a rollout shifts (None: none can be made, so no rollout can pass)."""

    def __init__(
        self,
        world: World,
        release: Release,
        traffic: Traffic | None = None,
        clock: Callable[[], float] = time.monotonic,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._world = world
        self._release = release
        self._traffic = traffic
        self._clock = clock
        self._poll_seconds = poll_seconds

    def run(self, action: Action, context: ActionContext) -> ActionResult:
        """Do what the action's mode says; Refused when the change can't be deployed."""
        place = place_of(action, context.configuration, self._world, self._release.home)
        pause = self._pause(action, context)
        stack = Stack(place, context.configuration["StackName"], pause)
        deployment = _Deployment(self._release, self._traffic, place, stack, action, context, pause)
        mode = context.configuration["ActionMode"]
        match mode:
            case "CHANGE_SET_REPLACE":
                return deployment.prepare()
            case "CHANGE_SET_EXECUTE":
                return deployment.execute(context.configuration["ChangeSetName"])
            case "CREATE_UPDATE":
                return deployment.prepare_and_execute()
            case "REPLACE_ON_FAILURE":
                deployment.delete_if_stuck()
                return deployment.prepare_and_execute()
            case "DELETE_ONLY":
                return deployment.delete()
        raise Broke(f"{action.name}: the mode {mode} was accepted when the pipeline was read, and nobody runs it")

    def _pause(self, action: Action, context: ActionContext) -> Callable[[], None]:
        minutes = action.timeout_minutes
        end = None if minutes is None else self._clock() + minutes * 60

        def pause() -> None:
            context.cancel.wait(self._poll_seconds)
            context.cancel.check()
            if end is not None and self._clock() > end:
                raise Refused(f"{action.name} timed out after {minutes} minutes")

        return pause


@dataclass(frozen=True)
class _Deployment:
    """One action at work on one stack."""

    release: Release
    traffic: Traffic | None
    place: Place
    stack: Stack
    action: Action
    context: ActionContext
    pause: Callable[[], None]

    @property
    def key(self) -> StackKey:
        return self.place.account, self.place.region, self.stack.name

    @property
    def stage(self) -> str:
        """The pipeline's stage that the stack belongs to; the base release is deployed under another name."""
        return self.release.stages.get(self.key, self.context.stage)

    # -- preparing ----------------------------------------------------------------------------------------------------

    def prepare(self) -> ActionResult:
        old = self._deployed()
        wanted = change_set_input(self.action, self.context)
        new = parse_template(wanted.template, Path(self.context.configuration["TemplatePath"]))
        before = Resolved(old or NOTHING, self._ground(self.stack.parameters()))
        made = self.stack.replace_change_set(wanted)
        after = Resolved(new, self._ground({**wanted.parameters, **made.parameters}))
        changes = self._changes(before, after, made)
        prepared = ChangeSetPrepared(
            stage=self.context.stage,
            stack=self.stack.name,
            changes=changes,
            iam_wider=wider(old, new) if changes else (),
            not_canaried=not_canaried(old, new, changes) if changes else (),
        )
        self.context.emit(prepared)
        self.context.write_log("\n".join(_lines(prepared)))
        return ActionResult(summary=_summary(changes))

    def _ground(self, parameters: Mapping[str, str]) -> Ground:
        return Ground(self.stack.name, self.place.account, self.place.region, parameters)

    def _changes(self, before: Resolved, after: Resolved, made: ChangeSet) -> tuple[ResourceChange, ...]:
        """What changes; Broke if the world would do nothing where the templates differ, and so prove nothing."""
        changes = resource_changes(differences(before, after), made.changes)
        if made.empty and changes:
            names = ", ".join(change.logical_id for change in changes)
            raise Broke(f"{self.stack.name}: the world finds nothing to change, and the templates differ in {names}")
        return changes

    def _deployed(self) -> Template | None:
        """The template that is live, None on a first release; Refused if the stack takes no update."""
        status = self.stack.status()
        if status is None:
            return None
        if status in STUCK:
            raise Refused(f"{self.stack.name} is {status}: {STUCK[status]}")
        if status.endswith("_IN_PROGRESS"):
            raise Refused(f"{self.stack.name} is {status}: another operation is under way; wait for its end")
        return self.stack.template()

    # -- executing ----------------------------------------------------------------------------------------------------

    def prepare_and_execute(self) -> ActionResult:
        self.prepare()
        return self.execute(change_set_input(self.action, self.context).name)

    def execute(self, name: str) -> ActionResult:
        old = self._deployed()
        made = self.stack.change_set(name)
        if made.empty:
            self._note("nothing to shift: the change set is empty, and what is live stays")
            self._succeeded()
            return self._deployed_result("no changes; nothing to shift")
        new = self.stack.template(name)
        shifted = shifted_aliases(old, new)
        before = self.stack.event_ids()
        teller = RolloutTeller(self.context.stage, self.place.account, self.place.region, self._limits)
        watch = Watch(self.stack, self.place, teller, self.context.emit, self.context.write_log)
        outputs = self.stack.outputs()
        self.stack.execute(name)
        watched = watch.to_the_end(self.pause, self.traffic, self.stage, outputs, routes_to(new, shifted))
        self.context.emit(StackDeployed(self.context.stage, self.stack.name, watched.status))
        return self._drilled(self._judged(watched, teller, shifted, old is None, before), new)

    def _judged(
        self, watched: Watched, teller: RolloutTeller, shifted: tuple[str, ...], first: bool, before: frozenset[str]
    ) -> ActionResult:
        rollouts = tuple(teller.rollouts.values())
        failed = watched.status not in SUCCEEDED
        rolled_back = why_rolled_back(rollouts)
        if failed or rolled_back:
            why = rolled_back or self.stack.first_failure(before)
            self._tell_live()
            return ActionResult(Outcome.REFUSED, watched.status, f"{why}; {self.stack.name} ended in {watched.status}")
        if len(rollouts) < len(shifted):
            missing = f"{len(rollouts)} of {len(shifted)} rollouts ({', '.join(shifted)})"
            raise Broke(f"{self.stack.name}: the world told of {missing}; what it did not tell proves nothing")
        self._succeeded()
        blind = [rollout for rollout in rollouts if rollout.blind]
        if blind:
            names = ", ".join(f"version {rollout.to_version} of {rollout.function}" for rollout in blind)
            why = f"no traffic: nobody asked {names} anything while CodeDeploy shifted it, and that is not a pass"
            return ActionResult(Outcome.REFUSED, "no traffic", why)
        doubts = "; ".join(filter(None, (rollout.doubtful for rollout in rollouts)))
        if doubts:
            why = f"{doubts}. No alarm fired, so there was too little traffic for one, and that is not a pass"
            return ActionResult(Outcome.REFUSED, "failures that no alarm saw", f"{why}; a smaller --speed sends more")
        if not rollouts and self.context.stage == BASE_STAGE:  # all new in this world: that nothing shifts is no news
            return self._deployed_result(watched.status)
        if not rollouts:
            self._note("first release, nothing to shift" if first else "nothing to shift: no new Lambda version")
            return self._deployed_result(f"{watched.status}; nothing to shift")
        return self._deployed_result(f"{watched.status}; {_shifted(rollouts)}")

    def _drilled(self, result: ActionResult, template: Template) -> ActionResult:
        """With the fire drill of its alarms, where it succeeded; the base release is not asked again."""
        if result.outcome is not Outcome.PASSED or self.context.stage == BASE_STAGE or not template.of_type(ALARM):
            return result
        drill = fire_drill(self.place)
        if drill.failed:
            return ActionResult(Outcome.REFUSED, "fire drill", f"fire drill: {drill.failed}")
        return replace(result, summary="; ".join(filter(None, (result.summary, drill.said))))

    def _limits(self, names: Sequence[str]) -> Mapping[str, WatchedAlarm]:
        return watched_alarms(self.place, names)

    # -- deleting -----------------------------------------------------------------------------------------------------

    def delete_if_stuck(self) -> None:
        if self.stack.status() in STUCK:
            self.delete()

    def delete(self) -> ActionResult:
        if self.stack.status() is None:
            return ActionResult(summary="there is no such stack")
        before = self.stack.event_ids()
        self.stack.delete(role_of(self.context))
        while (self.stack.status() or "").endswith("_IN_PROGRESS"):
            self.pause()
        status = self.stack.status()
        if status is not None:
            why = self.stack.first_failure(before)
            return ActionResult(Outcome.REFUSED, status, f"{why}; {self.stack.name} ended in {status}")
        self.release.live.pop(self.key, None)
        return ActionResult(summary="deleted")

    # -- telling ------------------------------------------------------------------------------------------------------

    def _note(self, text: str) -> None:
        self.context.emit(Noted(f"{self.context.stage}: {text}"))

    def _succeeded(self) -> None:
        self.release.live[self.key] = self.release.commit
        self._tell_live()

    def _tell_live(self) -> None:
        commit, aliases = self.release.live.get(self.key), self.stack.aliases()
        if commit is not None and aliases:
            functions = {function: self.stack.weights(function, alias) for function, alias in aliases}
            self.context.emit(LiveNow(self.stage, commit.sha, functions, commit.dirty))

    def _deployed_result(self, summary: str) -> ActionResult:
        outputs = self.stack.outputs()
        file = self.context.configuration.get("OutputFileName")
        if file is not None:
            for folder in self.context.outputs.values():
                (folder / file).write_text(json.dumps(outputs, indent=1))
        return ActionResult(summary=summary, variables=outputs)


def _summary(changes: Sequence[ResourceChange]) -> str:
    """`no changes`, or how many of each kind, with what holds data counted even when there is none."""
    if not changes:
        return "no changes"
    counts = Counter[str](change.action for change in changes)
    words = {"Add": "added", "Modify": "modified", "Replace": "replaced", "Remove": "removed"}
    parts = [f"{counts[action]} {word}" for action, word in words.items() if counts[action]]
    if old := sum(change.action == "Remove" and change.resource_type == VERSION for change in changes):
        parts[-1] += f" ({plural(old, 'old Lambda version')})"
    lost = sum(change.stateful and change.action in ("Replace", "Remove") for change in changes)
    perhaps = sum(change.stateful and change.may_be_replaced for change in changes)
    losing = sum(bool(change.loses) for change in changes)
    told = f"{', '.join(parts)}; {lost} stateful replaced or removed"
    told += f", {perhaps} may be replaced" if perhaps else ""
    return told + (f", {losing} changed with a loss" if losing else "")


def _shifted(rollouts: Sequence[Rollout]) -> str:
    """What was shifted, and on how much traffic that rests; what moved at once was watched by nobody."""
    if not any(rollout.shifts for rollout in rollouts):
        return f"{len(rollouts)} moved at once, without a canary"
    answered = sum(rollout.requests for rollout in rollouts)
    failed = sum(rollout.failed for rollout in rollouts)
    return f"{len(rollouts)} shifted, {plural(answered, 'request')} to new versions, {failed:,} failed"


def _lines(prepared: ChangeSetPrepared) -> list[str]:
    lines = [f"{prepared.stack}: {_summary(prepared.changes)}"]
    for change in prepared.changes:
        lost = change.action in ("Replace", "Remove") or change.may_be_replaced
        stateful = " HOLDS DATA" if change.stateful and (lost or change.loses) else ""
        lines.append(f"  {change.action:8} {change.logical_id} ({change.resource_type}) {change.because}{stateful}")
    lines += [f"  wider: {line}" for line in prepared.iam_wider]
    lines += [f"  not canaried: {line}" for line in prepared.not_canaried]
    return lines


def stages_of(pipeline: Pipeline, world: World) -> dict[StackKey, str]:
    """The pipeline's stage that each stack belongs to."""
    home = (pipeline.account or "", pipeline.region or "")
    found: dict[StackKey, str] = {}
    for stage, action in pipeline.actions():
        if action.provider == "CloudFormation":
            place = place_of(action, action.configuration, world, home)
            found[place.account, place.region, action.configuration["StackName"]] = stage.name
    return found

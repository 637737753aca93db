"""What a person reads while a run happens: a quiet line per thing, details only on failure, the verdict last.

`Teller` is pure: it turns entries into lines. `Console` prints them, and on a terminal shows beneath them what is
still running and for how long. Glyph, word and order carry the meaning; colour only helps, and NO_COLOR is honoured
(by rich).
"""

import threading
import time
from collections.abc import Iterator, Sequence

from rich.console import Console as RichConsole
from rich.live import Live
from rich.text import Text

from pipeline.record.events import (
    BASE_STAGE,
    ActionFinished,
    ActionProgress,
    ActionStarted,
    AlarmChanged,
    ApprovalAnswered,
    ApprovalAsked,
    ChangeSetPrepared,
    Entry,
    Event,
    FidelityNoted,
    HookFinished,
    HookSaid,
    LiveNow,
    Noted,
    PipelineRead,
    RolloutFinished,
    RolloutStarted,
    RunFinished,
    RunStarted,
    StageFinished,
    StageStarted,
)
from pipeline.record.own_count import own_count
from pipeline.record.run import Timed, fold
from pipeline.record.verdict import Outcome
from pipeline.report import fidelity, grants, rollouts, words

_NAME = 26
_STYLES = {
    Outcome.PASSED: "green",
    Outcome.REFUSED: "red",
    Outcome.BROKE: "magenta",
    Outcome.UNREADABLE: "magenta",
    Outcome.NOT_REACHED: "dim",
    Outcome.INTERRUPTED: "yellow",
}


class Teller:
    """Turns entries into lines. It remembers what it heard, for the lines that sum up."""

    def __init__(self, folder: str, github: bool = False) -> None:
        """`folder` is the run's, as the reader would type it; `github` folds each stage."""
        self._folder = folder
        self._github = github
        self._heard: list[Entry] = []
        self._seen: set[str] = set()

    def lines(self, entry: Entry) -> Iterator[Text]:
        """The lines that tell of this entry, none for what only pages show; nothing in them that a terminal obeys."""
        for line in self._lines(entry):
            # As many letters as before, so that what is styled stays in its place.
            line.plain = "".join(
                letter if letter.isprintable() or letter == "\n" else "\ufffd" for letter in line.plain
            )
            yield line

    def _lines(self, entry: Entry) -> Iterator[Text]:
        event = entry.event
        if isinstance(event, StageStarted) and not any(isinstance(each.event, StageStarted) for each in self._heard):
            yield from _claims([each.event for each in self._heard if isinstance(each.event, FidelityNoted)])
        self._heard.append(entry)
        match event:
            case RunStarted():
                yield from _beginning(event)
            case PipelineRead():
                yield _pipeline(event)
            case StageStarted():
                yield from self._stage(event, entry.at)
            case StageFinished():
                yield from self._stage_end(event)
            case ActionFinished():
                yield from self._action(event)
            case Noted():
                yield Text(f"  {event.text}", "bold red" if event.severe else "yellow")
            case RunFinished():
                yield from self._end(event)
            case RolloutFinished():
                yield _rolled(event, entry.at, self._begun(event))
                yield from (Text(f"      {error}", "red") for error in event.errors if event.failed)
                yield from self._not_healed(event)
            case AlarmChanged() if event.state == "ALARM":
                yield _alarmed(event, entry.at, self._begun(event))
            case ChangeSetPrepared() if event.stage != BASE_STAGE:
                yield from self._changes(event)
            case _:
                yield from _detail(event)

    def _not_healed(self, end: RolloutFinished) -> Iterator[Text]:
        for each in fold(self._heard).rollouts if end.rolled_back else ():
            if (each.started.stage, each.started.deployment) == (end.stage, end.deployment):
                yield from (Text(f"      {line}", "red") for line in rollouts.not_healed(each))

    def _begun(self, of: RolloutFinished | AlarmChanged) -> Timed[RolloutStarted] | None:
        """The start of the rollout that `of` tells of."""
        heard = self._heard
        starts = (Timed(each.at, each.event) for each in heard if isinstance(each.event, RolloutStarted))
        same = (each for each in starts if (each.what.stage, each.what.deployment) == (of.stage, of.deployment))
        return next(same, None)

    def _changes(self, event: ChangeSetPrepared) -> Iterator[Text]:
        for change in event.changes:
            perhaps = " and may be replaced" if change.may_be_replaced else ""
            if change.stateful and (perhaps or change.action in ("Replace", "Remove")):
                what = f"{change.action} of {change.logical_id} ({change.resource_type})"
                yield Text(f"    {what}, which holds data{perhaps}", "red")
            if change.loses:
                yield Text(
                    f"    {change.action} of {change.logical_id} ({change.resource_type}), which {change.loses}", "red"
                )
        before = (each.event for each in self._heard[:-1] if isinstance(each.event, ChangeSetPrepared))
        same = next((each for each in before if each.iam_wider == event.iam_wider and each.stage != BASE_STAGE), None)
        lines = [f"as in {same.stage}"] if same and event.iam_wider else grants.told(event.iam_wider)
        yield from (Text(f"    IAM wider: {line}", "yellow") for line in lines)

    def _stage(self, event: StageStarted, at: float) -> Iterator[Text]:
        if self._github:
            yield Text(f"::group::{event.stage}")
        else:
            yield Text("")
            yield Text.assemble((f"{event.stage:<{_NAME + 3}}", "bold"), (f"from {words.clock(at)}", "dim"))

    def _stage_end(self, event: StageFinished) -> Iterator[Text]:
        if event.stage == BASE_STAGE and event.outcome is Outcome.PASSED:
            yield from _put_up([each.event for each in self._heard if isinstance(each.event, ChangeSetPrepared)])
        if self._github:
            yield Text("::endgroup::")

    def _action(self, event: ActionFinished) -> Iterator[Text]:
        style = _STYLES[event.outcome]
        took = words.seconds(event.seconds)
        said = event.summary or event.reason
        yield Text.assemble(
            f"  {event.action:<{_NAME}} ", (words.glyph(event.outcome), style), f" {took:>9}   ", said.split("\n")[0]
        )
        yield from self._sight(event.stage)
        if event.outcome in (Outcome.REFUSED, Outcome.BROKE, Outcome.UNREADABLE):
            yield from self._why(event)

    def _sight(self, stage: str) -> Iterator[Text]:
        """What the canaries of this stage could have seen, once, behind the action that they belong to."""
        of_stage = [each for each in fold(self._heard).rollouts if each.started.stage == stage]
        if stage in self._seen or not all(each.finished for each in of_stage):
            return
        if told := rollouts.least_sight(of_stage):
            self._seen.add(stage)
            yield Text(f"    {told}", "dim")

    def _why(self, event: ActionFinished) -> Iterator[Text]:
        if event.reason != event.summary:
            for line in event.reason.splitlines()[0 if event.summary else 1 :]:
                yield Text(f"      {line}")
        if event.verdict and event.verdict.findings:
            shown = event.verdict.findings[:10]
            for finding in shown:
                yield Text.assemble("      ", (finding.where, "bold"), f"  {finding.what}")
                if finding.fix:
                    yield Text(f"        → {finding.fix}")
            if len(event.verdict.findings) > len(shown):
                yield Text(f"      and {len(event.verdict.findings) - len(shown)} more in the report")
        else:
            for line in event.last_lines:
                yield Text(f"      │ {line}", "dim")
        if event.verdict and not fold(self._heard).deploys(event.stage):
            yield Text(f"      see again: {event.verdict.see_again}")

    def _end(self, event: RunFinished) -> Iterator[Text]:
        style = _STYLES[event.outcome]
        yield Text("")
        yield Text.assemble((f"{words.glyph(event.outcome)} ", style), (event.sentence, f"bold {style}"))
        if missed := fidelity.missed(fidelity.by_level(fold(self._heard))):
            yield Text(f"  kinds {fidelity.NOT_REACHED}: {', '.join(missed)}")
        if event.see_again:
            yield Text(f"  see again    {event.see_again}")
        yield Text(f"  report       {self._folder}/report.html")
        yield Text(f"  took         {words.seconds(event.seconds)}, exit {event.exit_code}")


def _beginning(event: RunStarted) -> Iterator[Text]:
    commit = event.commit
    yield Text.assemble((event.product, "bold"), f" {words.short(commit.sha, commit.dirty)} “{commit.title}”")
    over = f"over {words.short(event.base.sha)}, {event.base_reason}" if event.base else event.base_reason
    strict = ", IAM enforced" if event.strict else ""
    yield Text(f"{over}   seed {event.seed}, waits {event.speed:g}× faster{strict}", "dim")


def _pipeline(event: PipelineRead) -> Text:
    gates = sum(1 for stage in event.stages for action in stage.actions if action.gate)
    size = f"{words.plural(len(event.stages), 'stage')}, {words.plural(gates, 'gate')}"
    return Text(f"pipeline {event.pipeline} {event.pipeline_type}, template {event.digest[:8]}…   {size}", "dim")


def _claims(notes: Sequence[FidelityNoted]) -> Iterator[Text]:
    """What things would be if the run comes to them: at its beginning nobody knows whether it will."""
    told: set[str] = set()
    for level in (fidelity.REAL, fidelity.EMULATED, fidelity.NOT_EXERCISED):
        of_level = [note for note in notes if note.level == level]
        named = [name for name in fidelity.names(of_level) if name not in told]
        told.update(named)
        where = "" if level == fidelity.NOT_EXERCISED else " where reached"
        if named:
            yield Text(f"{level}{where}: {', '.join(named)}", "dim")


def _detail(event: Event) -> Iterator[Text]:
    match event:
        case RolloutStarted() if event.from_version != event.to_version:
            move = f"{event.from_version} → {event.to_version} by {event.config}"
            yield Text(f"    {_alias(event):<{_NAME + 4}} {move}", "dim")
        case HookFinished() if event.status != "Succeeded":
            why = f": {event.detail}" if event.detail else ""
            yield Text(f"    {event.event} {event.status}{why}", "red")
        case HookSaid():
            yield from (Text(f"      {reason}", "red") for reason in event.reasons)
        case ApprovalAsked():
            yield from (Text(f"    {line}") for line in event.text.splitlines())
        case _:
            return


def _put_up(sets: Sequence[ChangeSetPrepared]) -> Iterator[Text]:
    """One line for all that the base release made: it is all new here, and what it grants was asked about long ago."""
    resources = sum(len(each.changes) for each in sets)
    made = f"{words.plural(resources, 'resource')} in {words.plural(len(sets), 'stack')}"
    yield Text(f"  live before the candidate comes: {made}", "dim")


def _alarmed(event: AlarmChanged, at: float, start: Timed[RolloutStarted] | None) -> Text:
    value = "no value" if event.measured is None else words.with_unit(event.measured, event.unit)
    over = words.with_unit(event.limit, event.unit)
    return Text(f"    ALARM {event.alarm}: {value}{own_count(event)}, limit {over}, {_after(event, at, start)}", "red")


def _after(event: AlarmChanged | RolloutFinished, at: float, start: Timed[RolloutStarted] | None) -> str:
    """When it happened in its rollout."""
    if start is None:
        return words.aws_time(event.world_seconds)
    return words.after(at - start.at, event.world_seconds, start.what.at_once)


def _rolled(event: RolloutFinished, at: float, start: Timed[RolloutStarted] | None) -> Text:
    name = f"    {_alias(start.what) if start else event.deployment:<{_NAME + 4}} "
    after = _after(event, at, start)
    counts = words.answered(event.requests, event.failed)
    if event.rolled_back:
        return Text(f"{name}rolled back {after}: {event.reason}; {counts}", "red")
    why = "" if event.status == "Succeeded" or not event.reason else f": {event.reason}"
    return Text(f"{name}{event.status} {after}{why}; {counts}", "dim")


def _alias(start: RolloutStarted) -> str:
    return f"{start.function}:{start.alias}"


class Console:
    """Prints a run as it happens; a listener of the tape."""

    def __init__(self, teller: Teller, rich: RichConsole) -> None:
        """Print with `rich`; on a terminal a live area shows what is running."""
        self._teller = teller
        self._rich = rich
        self._running: dict[tuple[str, str], tuple[float, str]] = {}
        self._lock = threading.Lock()
        self._live = Live(console=rich, get_renderable=self._status, refresh_per_second=4, transient=True)

    def __enter__(self) -> "Console":
        """Begin the live area, on a terminal only."""
        if self._rich.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *exception: object) -> None:
        """End the live area, so that a question or a prompt stands clear."""
        self._live.stop()

    def __call__(self, entry: Entry) -> None:
        """Hear one entry of the tape."""
        self._note(entry.event)
        if self._rich.is_terminal and isinstance(entry.event, ActionStarted | ApprovalAnswered):
            self._live.start()
        for line in self._teller.lines(entry):
            self._rich.print(line, soft_wrap=True, highlight=False)

    def ask(self, text: str) -> None:
        """Show a question; nothing is drawn beneath it any more until the next entry is told."""
        self._live.stop()
        self._rich.print(text, end="", soft_wrap=True, highlight=False, markup=False)

    def _note(self, event: Event) -> None:
        with self._lock:
            match event:
                case ActionStarted():
                    self._running[event.stage, event.action] = (time.monotonic(), "")
                case ActionProgress():
                    began, _ = self._running.get((event.stage, event.action), (time.monotonic(), ""))
                    self._running[event.stage, event.action] = (began, event.text)
                case ActionFinished():
                    self._running.pop((event.stage, event.action), None)
                case LiveNow():
                    return

    def _status(self) -> Text:
        with self._lock:
            now = time.monotonic()
            lines = [
                f"  {action:<{_NAME}} {words.RUNNING} {words.seconds(now - began):>9}   {said[:80]}"
                for (_, action), (began, said) in self._running.items()
            ]
        return Text("\n".join(lines), "dim")

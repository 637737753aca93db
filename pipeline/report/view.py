"""What every page says, derived once from a run: sentences, rows and bullets, no markup."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import dedent

from pipeline.record.events import BASE_STAGE, DENIED, ChangeSetPrepared, FidelityNoted, LiveNow, ResourceChange
from pipeline.record.run import ActionRun, RolloutRun, Run, StageRun
from pipeline.record.verdict import Finding, Outcome
from pipeline.report import fidelity, grants, judged, rollouts, words

BREAKING = "breaking"
MOST_NAMED = 5
NOTHING_LIVE = "nothing was deployed"
DISCLAIMER = "Delivery rehearsal on one machine. Nothing was deployed to AWS."

_VERSION = "AWS::Lambda::Version"
_ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
_HEADLINES = {
    Outcome.PASSED: "Delivered",
    Outcome.REFUSED: "Refused",
    Outcome.BROKE: "Broke",
    Outcome.UNREADABLE: "Unreadable",
    Outcome.INTERRUPTED: "Interrupted",
    Outcome.NOT_REACHED: "Not reached",
}
_ORDER = (
    Outcome.REFUSED,
    Outcome.BROKE,
    Outcome.UNREADABLE,
    Outcome.INTERRUPTED,
    None,
    Outcome.PASSED,
    Outcome.NOT_REACHED,
)


@dataclass(frozen=True)
class Headline:
    """The verdict in five seconds: glyph, word, where, one sentence; `css` is its status as one word.

    `more` are the lines that a program said, where the last word of a run brings any.
    """

    glyph: str
    word: str
    where: str
    sentence: str
    css: str
    more: str = ""


@dataclass(frozen=True)
class GateRow:
    """One gate's row: texts ready to print, and the findings that the row opens to."""

    stage: str
    gate: str
    glyph: str
    word: str
    css: str
    measured: str
    limit: str
    checked: str
    seconds: str
    see_again: str
    reason: str
    findings: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    details: str
    last_lines: tuple[str, ...]
    log: str | None


@dataclass(frozen=True)
class Live:
    """What one stage serves: its commit, and a line for the functions whose versions have the same shares."""

    stage: str
    commit: str
    functions: tuple[str, ...]


@dataclass(frozen=True)
class Bar:
    """One stage on the journey's time axis, in seconds of the run."""

    name: str
    began: float | None
    seconds: float | None
    glyph: str
    css: str
    text: str


@dataclass(frozen=True)
class View:
    """Everything a page shows, in its order."""

    title: str
    headline: Headline
    subject: tuple[str, ...]
    why: tuple[str, ...]
    denied: tuple[str, ...]
    see_again: str
    does: tuple[str, ...]
    live: tuple[Live, ...]
    journey: tuple[Bar, ...]
    total: float
    speed: float
    gates: tuple[GateRow, ...]
    rollouts: tuple[RolloutRun, ...]
    sights: tuple[str, ...]
    fidelity: dict[str, tuple[FidelityNoted, ...]]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    footer: tuple[str, ...]
    complete: bool


def view(run: Run, fingerprint: str) -> View:
    """The view of a run; `fingerprint` is the tape's, so that a reader can tell which tape a page was drawn from."""
    head = _headline(run)
    return View(
        title=f"{head.glyph} {head.word}{' in ' + head.where if head.where else ''} · {run.started.product}",
        headline=head,
        subject=_subject(run),
        why=tuple(_why(run)),
        denied=_denied(run),
        see_again=run.finished.see_again if run.finished else "",
        does=tuple(_does(run)),
        live=tuple(_live(run.live[name]) for name in sorted(run.live, key=_places(run).index)),
        journey=tuple(_bar(stage) for stage in run.stages),
        total=run.finished.seconds if run.finished else run.ended,
        speed=run.started.speed,
        gates=_rows(run),
        rollouts=run.rollouts,
        sights=tuple(_sights(run)),
        fidelity=fidelity.by_level(run),
        notes=run.notes,
        warnings=run.warnings,
        footer=(words.plural(run.entries, "event"), f"tape {fingerprint}", f"run {run.started.run_id}"),
        complete=run.finished is not None,
    )


def status(outcome: Outcome | None) -> str:
    """An outcome as one word for style sheets: `passed`, `not-reached`, `running`."""
    return "running" if outcome is None else outcome.value.replace(" ", "-")


def _status_of(it: ActionRun | StageRun) -> Outcome | None:
    """How it ended, or None while it runs. What has not begun is not running, in an open run no more than in any."""
    return Outcome.NOT_REACHED if it.outcome is None and it.began is None else it.outcome


def _headline(run: Run) -> Headline:
    end = run.finished
    if end is None:
        return Headline(words.RUNNING, "Under way", "", "This run has not ended, or was cut off.", "running")
    rolled_back = any(each.finished and each.finished.what.rolled_back for each in run.rollouts)
    refused = end.outcome is Outcome.REFUSED
    word = "Rolled back" if refused and rolled_back else _HEADLINES[end.outcome]
    sentence, _, more = end.sentence.partition("\n")
    return Headline(words.glyph(end.outcome), word, end.where, sentence, status(end.outcome), dedent(more))


def _subject(run: Run) -> tuple[str, ...]:
    start = run.started
    commit = start.commit
    parts = [f"{start.product} {words.short(commit.sha, commit.dirty)} “{commit.title}” by {commit.author}"]
    parts.append(start.started_at.replace("T", " ").replace("Z", " UTC"))
    if run.finished:
        parts += [words.seconds(run.finished.seconds), f"exit {run.finished.exit_code}"]
    return tuple(parts)


def _why(run: Run) -> Iterator[str]:
    gates = [action for _, action in run.gates]
    passed = sum(1 for gate in gates if gate.outcome is Outcome.PASSED)
    not_reached = sum(1 for gate in gates if gate.outcome is Outcome.NOT_REACHED)
    tail = f", {not_reached} not reached" if not_reached else ""
    yield f"{passed} of {words.plural(len(gates), 'gate')} passed{tail}."
    for stage in run.stages:
        for action in stage.actions:
            if action.outcome in (Outcome.REFUSED, Outcome.BROKE):
                why = (action.reason or action.summary).splitlines()
                yield f"{stage.name} {action.name} {action.outcome}: {why[0] if why else 'no reason given'}"
    for rollout in run.rollouts:
        yield from _failures(rollout)


def _denied(run: Run) -> tuple[str, ...]:
    """What IAM denied, each once: a rehearsal that enforces grants refuses what nobody may have noticed."""
    lines = (line for stage in run.stages for action in stage.actions for line in action.reason.splitlines())
    return tuple(dict.fromkeys(line.removeprefix(DENIED) for line in lines if line.startswith(DENIED)))


def _failures(rollout: RolloutRun) -> Iterator[str]:
    yield from (f"{rollout.started.function} {line}." for line in rollouts.not_healed(rollout))
    end = rollout.finished
    if end is None or not end.what.failed:
        return
    yield (
        f"{rollout.started.function} version {rollout.started.to_version} failed {end.what.failed:,} of "
        f"{words.plural(end.what.requests, 'request')} in {rollout.started.stage}."
    )
    for operation, count in sorted(end.what.failures_by_operation.items(), key=lambda pair: -pair[1])[:3]:
        yield f"{operation}: {count:,} failed."
    yield from rollouts.said(rollout)


def _does(run: Run) -> Iterator[str]:
    of_change = [each for each in run.change_sets if each.stage != BASE_STAGE]
    if not of_change:
        yield "no change set was prepared"
        return
    stage = of_change[-1].stage
    sets = [each for each in of_change if each.stage == stage]
    yield f"in {stage}: {_counted(sets)}"
    yield _lost(sets)
    yield from _perhaps_lost(sets)
    yield from _losing(sets)
    yield from _alarms(sets)
    wider = [line for each in sets for line in each.iam_wider]
    yield from (f"IAM wider: {line}" for line in grants.told(wider))
    if not wider:
        yield "0 IAM grants wider"
    yield from _at_once([line for each in sets for line in each.not_canaried])
    yield from _promise(run)


def _at_once(lines: Sequence[str]) -> Iterator[str]:
    """What reaches users without a canary; what changed in the same way is told in one line."""
    alike: dict[str, list[str]] = {}
    for line in lines:
        name, _, change = line.partition(" ")
        alike.setdefault(change, []).append(name)
    for change, names in alike.items():
        if len(names) == 1:
            yield f"not canaried: {names[0]} {change}"
        else:
            yield f"not canaried: {len(names)} alike {change}: {', '.join(names)}"


def _sights(run: Run) -> Iterator[str]:
    """What the canaries of each stage could have seen, in the order of the journey."""
    for stage in run.stages:
        if told := rollouts.least_sight(each for each in run.rollouts if each.started.stage == stage.name):
            yield f"canary in {stage.name}: {told}"


def _promise(run: Run) -> Iterator[str]:
    """What the gate that counts breaking differences said of the API and its events."""
    for _, gate in run.gates:
        verdict = gate.verdict
        for measurement in verdict.measurements if verdict else ():
            if verdict and measurement.name == BREAKING:
                yield f"API and events: {words.plural(round(measurement.value), 'breaking difference')}"
                yield from (f"{each.where}: {each.what}" for each in (*verdict.findings, *verdict.warnings)[:5])
                return
    yield "API and events: not compared"


def _counted(sets: list[ChangeSetPrepared]) -> str:
    changes = [change for each in sets for change in each.changes]
    verbs = (("Add", "added"), ("Modify", "modified"))
    counts = [f"{sum(1 for c in changes if c.action == action)} {verb}" for action, verb in verbs]
    if new := sum(1 for c in changes if c.action == "Add" and c.resource_type == _VERSION):
        counts[0] += f" ({words.plural(new, 'new Lambda version')})"
    return ", ".join(counts)


def _lost(sets: list[ChangeSetPrepared]) -> str:
    """Lambda versions come and go with every release, and CodeDeploy keeps what it needs: they are counted apart."""
    gone = [c for each in sets for c in each.changes if c.action in ("Replace", "Remove")]
    lost = [c for c in gone if c.resource_type != _VERSION]
    names = ", ".join(f"{c.logical_id}{' (holds data)' if c.stateful else ''}" for c in lost[:5])
    told = f"{words.plural(len(lost), 'resource')} replaced or removed"
    aside = len(gone) - len(lost)
    versions = f", {words.plural(aside, 'old Lambda version')} left aside" if aside else ""
    return f"{told}{versions}{': ' if names else ''}{names}"


def _alarms(sets: list[ChangeSetPrepared]) -> Iterator[str]:
    """What becomes of alarms, in one line with an example of each kind: a release renames what all of them measure."""
    alarms = [c for each in sets for c in each.changes if c.resource_type in _ALARMS]
    verbs = (("Add", "added"), ("Modify", "changed"), ("Replace", "replaced"), ("Remove", "removed"))
    of_kind = ((verb, [c for c in alarms if c.action == action]) for action, verb in verbs)
    told = [f"{len(same)} {verb}, such as {_example(same[0])}" for verb, same in of_kind if same]
    if told:
        yield f"alarms: {'; '.join(told)}"


def _example(change: ResourceChange) -> str:
    return f"{change.logical_id} ({change.because})" if change.because else change.logical_id


def _perhaps_lost(sets: list[ChangeSetPrepared]) -> Iterator[str]:
    """What holds data and may be replaced, which shows only while it is deployed."""
    names = [c.logical_id for each in sets for c in each.changes if c.stateful and c.may_be_replaced]
    if names:
        yield f"{words.plural(len(names), 'resource')} with data may be replaced: {', '.join(names)}"


def _losing(sets: list[ChangeSetPrepared]) -> Iterator[str]:
    """What stays and loses what it holds, or a part of it."""
    changes = [change for each in sets for change in each.changes if change.loses]
    yield from (f"{change.logical_id} {change.loses}" for change in changes)


def _live(live: LiveNow) -> Live:
    alike: dict[str, list[str]] = {}
    for name, versions in live.functions.items():
        alike.setdefault(_shares(versions), []).append(name)
    functions = tuple(f"{_named(names)}: {shares}" for shares, names in alike.items())
    return Live(live.stage, words.short(live.commit, live.dirty), functions)


def _named(names: Sequence[str]) -> str:
    """The functions by name, unless there are many."""
    return ", ".join(sorted(names)) if len(names) <= MOST_NAMED else f"{len(names)} functions"


def _shares(versions: Mapping[str, float]) -> str:
    if len(versions) == 1:
        return f"all on version {next(iter(versions))}"
    return ", ".join(f"{share:g} % on version {version}" for version, share in versions.items())


def _places(run: Run) -> list[str]:
    """The stages in the order of the journey, and any that are only known to be live behind them."""
    return list(dict.fromkeys((*(stage.name for stage in run.stages), *run.live)))


def _cause_first(rollout: RolloutRun) -> bool:
    """What an alarm stopped comes before what was stopped with it."""
    return not any(each.what.state == "ALARM" for each in rollout.alarms)


def _rows(run: Run) -> tuple[GateRow, ...]:
    """The worst first, and among equals in the order of the journey; a stage's rollouts before what is asked of it."""
    shifted = sorted(run.rollouts, key=_cause_first)
    rows = (*map(_rollout_row, shifted), *(_row(run, *gate) for gate in run.gates))
    places = [*_places(run), *(row.stage for row in rows)]
    return tuple(sorted(rows, key=lambda row: (_rank(row), places.index(row.stage))))


def _bar(stage: StageRun) -> Bar:
    gates = " ".join(
        action.gate for action in stage.actions if action.gate and _status_of(action) is not Outcome.NOT_REACHED
    )
    text = " · ".join(part for part in (words.seconds(stage.seconds), gates) if part)
    outcome = _status_of(stage)
    if outcome is Outcome.NOT_REACHED:
        text = "not begun yet" if stage.outcome is None else "not reached"
    return Bar(stage.name, stage.began, stage.seconds, words.glyph(outcome), status(outcome), text)


def _row(run: Run, stage: str, action: ActionRun) -> GateRow:
    verdict, outcome = action.verdict, _status_of(action)
    word = "not asked yet" if outcome is not action.outcome else str(outcome or "running")
    return GateRow(
        stage=stage,
        gate=action.gate or action.name,
        glyph=words.glyph(outcome),
        word=word,
        css=status(outcome),
        measured=verdict.summary if verdict else words.outcome_line(action),
        limit=words.limits(verdict) if verdict else "",
        checked=words.counted(verdict.checked, verdict.checked_what) if verdict and verdict.checked_what else "",
        seconds=words.seconds(action.seconds),
        see_again=run.see_again(stage, action),
        reason=action.reason,
        findings=verdict.findings if verdict else (),
        warnings=verdict.warnings if verdict else (),
        details=verdict.details if verdict else "",
        last_lines=() if verdict else action.last_lines,
        log=action.log,
    )


def _rollout_row(rollout: RolloutRun) -> GateRow:
    """A rollout answers like a gate. One that shifted nothing has seen nothing, and never counts as passed."""
    start, end = rollout.started, rollout.finished.what if rollout.finished else None
    alarms = [f"{each.what.alarm} {each.what.state}: {each.what.reason}" for each in rollout.alarms]
    hooks = [f"{each.what.event} {each.what.status} {each.what.detail}".rstrip() for each in rollout.hooks]
    outcome, word = rollouts.outcome_of(rollout)
    move = f"{start.config}: {start.from_version} → {start.to_version}"
    heard = [*rollouts.not_healed(rollout), *rollouts.said(rollout)]
    told = [move, rollouts.sight(rollout), *heard, *hooks, *judged.reasons(rollout), *alarms]
    return GateRow(
        stage=start.stage,
        gate=f"rollout {start.function}",
        glyph=words.glyph(outcome),
        word=word,
        css=status(outcome),
        measured=rollouts.measured(rollout),
        limit="; ".join(rollouts.watched(start.function, each) for each in start.alarms),
        checked=words.plural(end.requests, "request") if end else "",
        seconds=words.seconds(rollout.finished.at - rollout.began) if rollout.finished else "",
        see_again="",
        reason=end.reason if end else "",
        findings=(),
        warnings=(),
        details="\n".join(filter(None, told)),
        last_lines=(),
        log=None,
    )


def _rank(row: GateRow) -> int:
    outcomes = [status(outcome) for outcome in _ORDER]
    return outcomes.index(row.css)

"""The results as tables, in plain text and in markdown, with what they assume and where we lose."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from pipeline.judge.judging import Verdict
from pipeline.judge.observed import BIN_SECONDS
from pipeline.judge.others.rule import OtherJudge
from pipeline.report import words
from tests.bench.canary.cells import Cell
from tests.bench.canary.limits import MANY, SOME, Held
from tests.bench.canary.losses import FALSE_ALARMS, Loss, Results
from tests.bench.canary.measure import DELAY_SECONDS, MINUTES, OURS, Measured
from tests.bench.canary.ours import PUBLISHED_SECONDS
from tests.bench.canary.situation import ASSUMED

WIDEST = 116
"""Where sentences are broken in plain text; a table is as wide as it is."""

ASSUMPTIONS = (
    "Simulated, not measured on AWS. All judges see the same runs.",
    f"Bins of {BIN_SECONDS} s, complete when they are over; traffic begins to shift at any second of the first.",
    f"From there until all traffic is back: {DELAY_SECONDS} s for every judge (metric, alarm and shift together).",
    "The canary's failed requests are counted until then, or until the shift is over if that comes first. A loss is in "
    "the mean of all runs.",
    "Nothing is known from before the shift. With that, an alarm over several minutes would fire later than here.",
    "Our own counts come from handlers. Lambda's Errors come by the minute, so that thrown errors that no handler "
    f"counts are seen later on AWS: “{MINUTES.name}” has all of them so, {PUBLISHED_SECONDS:g} s after each minute. "
    "Alarms on Lambda's metrics have that delay on AWS, too, but are spared it here.",
    *ASSUMED,
)


@dataclass(frozen=True)
class Report:
    """All that is shown of a simulation, in the order in which it is."""

    seed: int
    cells: Sequence[Cell]
    results: Results
    held: Sequence[Held]
    lost: Sequence[Loss]
    judges: Sequence[OtherJudge]


@dataclass(frozen=True)
class Section:
    """A heading, a table (its first row is its head; none is no table), and lines below it."""

    title: str
    rows: Sequence[Sequence[str]] = ()
    lines: Sequence[str] = ()


def sections(report: Report) -> Iterator[Section]:
    """What there is to read."""
    runs = sum(report.results[cell.name][OURS.name].runs for cell in report.cells)
    title = f"Canary judges: {runs:,} runs of {words.plural(len(report.cells), 'cell')}, seed {report.seed}"
    yield Section(title, lines=ASSUMPTIONS)
    yield Section("Judges", lines=[f"{one.name}: {one.rule} ({one.source})" for one in report.judges])
    for title, cells in _by_situation(report.cells).items():
        yield _situation(title, cells, report.results)
    yield _limits(report.held)
    yield _losses(report.lost)


def _by_situation(cells: Iterable[Cell]) -> Mapping[str, Sequence[Cell]]:
    found: dict[str, list[Cell]] = {}
    for cell in cells:
        found.setdefault(cell.situation.title, []).append(cell)
    return found


def _situation(title: str, cells: Sequence[Cell], results: Results) -> Section:
    good = cells[0].situation.good
    names = list(results[cells[0].name])
    rows = [("plan", "rps", *names, *(["our verdicts"] if good else []))]
    for cell in cells:
        each = results[cell.name]
        shown = [_false(each[name]) if good else _caught(each[name]) for name in names]
        rows.append((cell.plan.name, f"{cell.rps:g}", *shown, *([_verdicts(each[OURS.name])] if good else [])))
    legend = "Rolled back; median seconds until it was; failed requests, mean of all runs."
    if good:
        legend = "Falsely rolled back." if cells[0].rps else "Rolled back."
    return Section(title, rows, [f"{words.plural(results[cells[0].name][OURS.name].runs, 'run')} each. {legend}"])


def _false(one: Measured) -> str:
    return percent(one.share)


def _caught(one: Measured) -> str:
    seconds = "-" if one.seconds is None else f"{one.seconds:.0f} s"
    return f"{percent(one.share)} {seconds} {one.failed_mean:,.{0 if one.failed_mean >= 100 else 1}f}"


def _verdicts(one: Measured) -> str:
    return ", ".join(
        f"{verdict} {percent(one.verdicts[verdict] / one.runs)}" for verdict in Verdict if one.verdicts.get(verdict)
    )


def percent(share: float) -> str:
    """`0 %`, `0.05 %`, `99.9 %`: nothing that happened is rounded to never, nor to always."""
    value = 100.0 * share
    if value in (0.0, 100.0):
        return f"{value:.0f} %"
    return f"{min(max(value, 0.01), 99.9):.2g} %" if value < 10.0 else f"{min(value, 99.9):.3g} %"


def _limits(held: Sequence[Held]) -> Section:
    rows = [("kept", "cell", "figure", "limit", "measured", "runs")]
    for one in sorted(held, key=lambda one: one.kept):
        measured = "never" if one.figure is None else f"{one.figure:,.4g}"
        few = "" if one.enough else " (few)"
        rows.append(
            (
                "✓" if one.kept else "✗",
                one.cell,
                one.limit.figure,
                f"{one.limit.most:g}",
                measured,
                f"{one.runs:,}{few}",
            )
        )
    broken = sum(not one.kept for one in held)
    told = f"{broken} of {words.plural(len(held), 'limit')} not kept." if held else "No limit is about these cells."
    hint = f"Fewer than {MANY:,} runs of healthy and incident cells, or {SOME:,} of others, are few: a hint."
    return Section("Limits of ours", rows if held else (), (told, hint))


def _losses(lost: Sequence[Loss]) -> Section:
    rows = [("cell", "judge", "better", "its false rollbacks")]
    rows += [(one.cell, one.judge, one.how, _price(one)) for one in lost]
    honest = sum(not one.bought for one in lost)
    told = (
        f"{words.plural(len(lost), 'time')} another judge does better in a cell; of these, "
        f"{len(lost) - honest} by one that stops more than {percent(FALSE_ALARMS)} of healthy rollouts."
    )
    return Section("Where we lose", rows if lost else (), [told])


def _price(loss: Loss) -> str:
    if loss.false_healthy is None:
        return "not simulated"
    incident = "" if loss.false_incident is None else f", shared incident {percent(loss.false_incident)}"
    won = "won by a judge with " if loss.bought else ""
    return f"{won}{percent(loss.false_healthy)} healthy{incident}"


def text(found: Iterable[Section]) -> str:
    """For a terminal: columns as wide as they need be."""
    return "\n".join(f"{section.title}\n\n{_body(section)}" for section in found)


def _body(section: Section) -> str:
    widths = [max(map(len, column)) for column in zip(*section.rows, strict=True)]
    lines = ["  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)) for row in section.rows]
    told = (part for line in section.lines for part in wrap(line, WIDEST, subsequent_indent="  "))
    return "".join(f"  {line.rstrip()}\n" for line in [*lines, *told])


def markdown(found: Iterable[Section]) -> str:
    """The same as markdown."""
    parts = []
    for number, section in enumerate(found):
        head = [f"{'##' if number else '#'} {section.title}", ""]
        if section.rows:
            first, *rest = [
                f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in section.rows
            ]
            head += [first, f"|{'---|' * len(section.rows[0])}", *rest, ""]
        parts.append("\n".join([*head, *(f"- {line}" for line in section.lines), ""]))
    return "\n".join(parts)

"""What tools see of a change as they come out of the box, beside what the pipeline sees.

Each change is looked at by every tool, and counts as seen if one tells something that it does not tell without the
change. Nothing is waived and nothing acknowledged; which rule it is and whether it speaks of the change is not asked,
so this is more than a reader of their output would have noticed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from pipeline.gates.context import Context, Say
from pipeline.gates.output import write_atomically
from pipeline.gates.part import Job, Part, run_jobs
from pipeline.gates.tools import cfn_lint, checkov, nag, zizmor
from pipeline.mutation.apply import NotApplied, apply
from pipeline.mutation.ask import Copy, Surroundings, synthesize
from pipeline.mutation.catalogue import CONTROL, Change, Class, Kind
from pipeline.mutation.copies import Copies
from pipeline.mutation.judge import told
from pipeline.mutation.told import shortened
from pipeline.plan.model import Gate
from pipeline.rehearsal.errors import Broke

TOOLS: Final = (
    ("cdk-nag", nag.check),
    ("checkov", checkov.check),
    ("cfn-lint", cfn_lint.check),
    ("zizmor", zizmor.check),
)
_LINE = re.compile(r"^(\S+?):\d+(?=  )")
"""A finding in a file stands at a line, which moves with every other change."""


@dataclass(frozen=True)
class Seen:
    """What the tools told of one change that they do not tell without it; `why` says why it could not be looked at."""

    id: str
    findings: tuple[tuple[str, str], ...] = ()
    why: str = ""


type Told = dict[str, list[str]]
"""Every finding of every tool, by the tool's name."""

_SEEN: Final = TypeAdapter(Seen)
_TOLD: Final = TypeAdapter(dict[str, list[str]])


class NotLooked(Exception):
    """A change that the tools can't look at: it does not apply, or does not synthesize."""


class ToolBroke(NotLooked):
    """A tool that ended without an answer, which says nothing of the change: it is asked again the next time."""


@dataclass(frozen=True)
class Stock:
    """The tools, over copies of one tree; what they saw is kept in `folder`."""

    copies: Copies
    folder: Path
    around: Surroundings
    say: Say
    tools: Sequence[tuple[str, Job]] = TOOLS

    def look(self, changes: Iterable[Change]) -> tuple[Seen, ...]:
        """What the tools see of each bad change, one after the other. Broke if they can't look at the tree itself."""
        self.copies.clear()
        try:
            before = self._without_any_change()
            return tuple(self._seen(change, before) for change in changes if change.kind is Kind.BAD)
        finally:
            self.copies.remove()

    def _without_any_change(self) -> Told:
        file = self.folder / "stock.json"
        try:
            return _TOLD.validate_json(file.read_bytes())
        except (OSError, ValidationError):
            pass
        try:
            told_now = self._told(CONTROL)
        except NotLooked as problem:
            raise Broke(f"the tools can't look at HEAD: {problem}") from problem
        write_atomically(file, _TOLD.dump_json(told_now, indent=1).decode())
        return told_now

    def _seen(self, change: Change, before: Told) -> Seen:
        if known := kept(self.folder, [change]):
            return known[0]
        self.around.cancel.check()
        try:
            seen = Seen(change.id, tuple(new(before, self._told(change))))
            keep(self.folder, change, seen)
        except NotLooked as problem:
            seen = Seen(change.id, why=str(problem))
            if not isinstance(problem, ToolBroke):
                keep(self.folder, change, seen)
        self.say(line(change, seen))
        return seen

    def _told(self, change: Change) -> Told:
        root = self.copies.make()
        log = self.folder / "logs" / f"{change.id}.stock.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        try:
            apply(change, root)
            made = synthesize(Copy(root, log, self.around))
            if not made.passed:
                raise NotLooked(made.summary)
            return self._ask(root)
        except NotApplied as problem:
            raise NotLooked(str(problem)) from problem
        finally:
            self.copies.drop(root)

    def _ask(self, root: Path) -> Told:
        out = root / ".slipway/stock"
        out.mkdir(parents=True)
        environ = {name: value for name, value in self.around.environ.items() if name != "SLIPWAY_BASE"}
        context = Context(Gate("stock"), None, root, out, environ, date.max, self.around.clock, lambda _: None)
        return {part.tool: findings_of(part) for part in run_jobs(context, self.tools)}


def kept(folder: Path, changes: Iterable[Change]) -> tuple[Seen, ...]:
    """What the tools saw of those of `changes` that they have looked at before, over the tree that `folder` is of."""
    found: list[Seen] = []
    for change in changes:
        with suppress(OSError, ValidationError):
            found.append(_SEEN.validate_json(_file(folder, change).read_bytes()))
    return tuple(found)


def keep(folder: Path, change: Change, seen: Seen) -> None:
    """Keep what the tools saw of a change, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(_file(folder, change), _SEEN.dump_json(seen, indent=1).decode())


def _file(folder: Path, change: Change) -> Path:
    return folder / f"{change.id}-{change.digest}.stock.json"


def findings_of(part: Part) -> list[str]:
    """What one tool told, without the lines that it stands at; ToolBroke if it gave no answer."""
    if part.broken:
        raise ToolBroke(f"{part.tool}: {part.broken.splitlines()[0]}")
    return [_LINE.sub(r"\1", told(finding)) for finding in part.findings]


def new(before: Told, now: Told) -> Iterator[tuple[str, str]]:
    """The findings that are told more often than before, each with its tool."""
    for tool, findings in now.items():
        more = Counter(findings) - Counter(before.get(tool, []))
        yield from ((tool, finding) for finding in more)


def by_class(changes: Iterable[Change], seen: Iterable[Seen]) -> dict[str, tuple[int, int]]:
    """How many of how many bad changes the tools saw, by class and of `all`, without those that none could look at."""
    saw = {one.id: bool(one.findings) for one in seen if not one.why}
    asked = [change for change in changes if change.id in saw]
    counted = {class_: [saw[change.id] for change in asked if change.class_ is class_] for class_ in Class}
    rows = {str(class_): (sum(those), len(those)) for class_, those in counted.items() if those}
    return {**rows, "all": (sum(saw.values()), len(saw))} if saw else {}


def line(change: Change, seen: Seen) -> str:
    """One change on one line."""
    tools = ", ".join(dict.fromkeys(tool for tool, _ in seen.findings))
    what = seen.findings[0][1] if seen.findings else seen.why
    mark = "✓" if seen.findings else "!" if seen.why else "–"
    return f"{mark} {change.id:<36} {change.class_:<28} {tools:<24} {shortened(what)}"

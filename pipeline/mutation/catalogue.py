"""The catalogue as data: one folder per change under `tests/mutation/{bad,good}`, and what is not built yet.

How a row is written stands in tests/mutation/README.md.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path, PurePosixPath

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.plan.delivery import DELIVERY

HOME = Path("tests/mutation")
TOLD, PATCH, PROGRAM = "change.toml", "change.patch", "change.py"
NOT_BUILT = HOME / "not_built.toml"
JUDGES = ("synth", *dict.fromkeys(gate.name for _, gate in DELIVERY.gates()), "selftest", "rollout")
"""Who may be expected to refuse: what makes the templates, the gates, the tools' own tests, and CodeDeploy's alarms."""
_EXACT = ConfigDict(extra="forbid")


class Unreadable(Exception):
    """The catalogue is not what it should be: says which file and what is wrong with it."""


class Kind(StrEnum):
    """Whether the pipeline must refuse a change or let it through; `CONTROL` is no change at all."""

    BAD = "bad"
    GOOD = "good"
    CONTROL = "control"


class Class(StrEnum):
    """What a bad change harms, as the catalogue groups them."""

    BEHAVIOUR = "API behaviour"
    AUTHORIZATION = "authorization"
    CONTRACT = "contract and events"
    DATA = "data, money, time, concurrency"
    RELIABILITY = "reliability and performance"
    INFRASTRUCTURE = "infrastructure"
    DATA_LOSS = "data loss"
    ROLLOUT = "rollout"
    WORKFLOW = "workflow"
    FALSE_GREEN = "false green"
    SUPPLY_CHAIN = "supply chain"
    GOOD = "good"


class Needs(StrEnum):
    """How far a change must go before anything sees it: the gates of Build, then the tools' own tests, a stage that
    stands, or the whole way.
    """

    GATES = "gates"
    TOOLS = "tools"
    STAGE = "stage"
    REHEARSAL = "rehearsal"


@dataclass(frozen=True, config=_EXACT)
class Edit:
    """In `file`, `find` stands `times` times, and `put` takes its place."""

    file: str
    find: str
    put: str
    times: int = 1


@dataclass(frozen=True, config=_EXACT)
class Write:
    """`file` is made, or made anew, with this text."""

    file: str
    text: str


@dataclass(frozen=True, config=_EXACT)
class Expected:
    """A gate that ought to refuse, and a regular expression that one of its findings ("where  what") matches."""

    gate: str
    finding: str


@dataclass(frozen=True, config=_EXACT)
class _Told:
    """A change.toml."""

    title: str
    class_: Class = Field(alias="class")
    row: str = ""
    models: str = ""
    needs: Needs = Needs.GATES
    stage: str | None = None
    fix: bool = True
    before: str = ""
    expected: tuple[Expected, ...] = ()
    allowed: tuple[Expected, ...] = ()
    edit: tuple[Edit, ...] = ()
    write: tuple[Write, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, config=_EXACT)
class NotBuilt:
    """A row of the catalogue that can't be applied today, and why."""

    row: str
    title: str
    reason: str


@dataclass(frozen=True, config=_EXACT)
class _NotBuiltFile:
    row: tuple[NotBuilt, ...] = ()


_TOLD = TypeAdapter(_Told)
_NOT_BUILT = TypeAdapter(_NotBuiltFile)


@dataclass(frozen=True)
class Change:
    """One change, as its folder tells it.

    `expected` are the gates whose business it is; `allowed` see it by right as well, and count as a kill though not as
    one at the named gate. With `fix` the tree is formatted as scripts/fix does it, as whoever makes a change would.
    `stage` is the one that is put up where it `needs` one; None for the first. `before` is what was released over HEAD
    before this change came; None if HEAD itself is live. A change that does nothing itself takes that release back.
    """

    id: str
    kind: Kind
    class_: Class
    title: str
    row: str
    models: str
    needs: Needs
    stage: str | None
    fix: bool
    expected: tuple[Expected, ...]
    allowed: tuple[Expected, ...]
    edits: tuple[Edit, ...]
    writes: tuple[Write, ...]
    removes: tuple[str, ...]
    patch: str
    program: str
    before: "Change | None" = None

    @property
    def does_something(self) -> bool:
        """Whether it changes anything itself."""
        return bool(self.edits or self.writes or self.removes or self.patch or self.program)

    @property
    def named(self) -> str:
        """The expected gates, as pages name them."""
        return " or ".join(dict.fromkeys(one.gate for one in self.expected)) or "–"

    @property
    def digest(self) -> str:
        """Twelve hex digits over what is done to the tree and how far it goes; not over what is expected of that."""
        fields = ("needs", "stage", "fix", "edits", "writes", "removes", "patch", "program")
        told = {name: value for name, value in asdict(self).items() if name in fields}
        if self.before is not None:
            told["before"] = self.before.digest
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]


CONTROL = Change(
    id="control",
    kind=Kind.CONTROL,
    class_=Class.GOOD,
    title="no change at all",
    row="",
    models="",
    needs=Needs.GATES,
    stage=None,
    fix=False,
    expected=(),
    allowed=(),
    edits=(),
    writes=(),
    removes=(),
    patch="",
    program="",
)


def read(root: Path) -> tuple[Change, ...]:
    """Every change of the catalogue in `root`, the bad ones first, by their ids; Unreadable names all that is wrong."""
    found: list[Change] = []
    wrong: list[str] = []
    for kind in (Kind.BAD, Kind.GOOD):
        for folder in sorted(path for path in (root / HOME / kind).glob("*") if path.is_dir()):
            try:
                found.append(_change(kind, folder))
            except Unreadable as problem:
                wrong.append(f"{folder.relative_to(root)}: {problem}")
    if not (found or wrong):
        wrong.append(f"{HOME}: there is no change at all")
    if wrong:
        raise Unreadable("\n".join(wrong))
    return tuple(found)


def not_built(root: Path) -> tuple[NotBuilt, ...]:
    """The rows that can't be applied today; Unreadable if the file is not what it should be."""
    try:
        return _NOT_BUILT.validate_python(tomllib.loads((root / NOT_BUILT).read_text())).row
    except FileNotFoundError:
        return ()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as problem:
        raise Unreadable(f"{NOT_BUILT}: {_why(problem)}") from problem


def _change(kind: Kind, folder: Path) -> Change:
    told = _told(folder)
    change = Change(
        id=folder.name,
        kind=kind,
        class_=told.class_,
        title=told.title,
        row=told.row,
        models=told.models,
        needs=told.needs,
        stage=told.stage,
        fix=told.fix,
        expected=told.expected,
        allowed=told.allowed,
        edits=told.edit,
        writes=told.write,
        removes=told.remove,
        patch=_text(folder / PATCH),
        program=_text(folder / PROGRAM),
        before=_before(folder.parents[1] / Kind.GOOD, told.before),
    )
    if problems := tuple(_wrong(change)):
        raise Unreadable("; ".join(problems))
    return change


def _told(folder: Path) -> _Told:
    try:
        return _TOLD.validate_python(tomllib.loads((folder / TOLD).read_text()))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as problem:
        raise Unreadable(f"{TOLD}: {_why(problem)}") from problem


def _before(good: Path, name: str) -> Change | None:
    if not name:
        return None
    if not (good / name / TOLD).exists():
        raise Unreadable(f"before: there is no good change {name}")
    if _told(good / name).before:
        raise Unreadable(f"before: {name} is not laid over HEAD itself")
    return _change(Kind.GOOD, good / name)


def _wrong(change: Change) -> Iterable[str]:
    """What is wrong with a change that can be read."""
    if change.kind is Kind.BAD and not change.expected:
        yield "nobody is expected to refuse it: add [[expected]] with gate and finding"
    if change.kind is Kind.GOOD and (change.expected or change.allowed):
        yield "a good change must pass: it has no [[expected]]"
    if (change.kind is Kind.GOOD) != (change.class_ is Class.GOOD):
        yield f"the class of a {change.kind} change is not {change.class_}"
    if change.before is not None and change.kind is not Kind.GOOD:
        yield "a bad change is laid over HEAD: it has no release before it"
    if change.before is None and not change.does_something:
        yield f"it changes nothing: add [[edit]], [[write]] or remove, {PATCH} or {PROGRAM}"
    for name in (*(each.file for each in change.edits), *(each.file for each in change.writes), *change.removes):
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            yield f"{name} lies outside the tree"
    for one in (*change.expected, *change.allowed):
        if one.gate not in JUDGES:
            yield f"there is no gate {one.gate!r}: it is one of {', '.join(JUDGES)}"
        try:
            re.compile(one.finding)
        except re.error as problem:
            yield f"{one.finding!r} is no regular expression: {problem}"


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _why(problem: Exception) -> str:
    if isinstance(problem, ValidationError):
        first = problem.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(problem)

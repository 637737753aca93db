"""A verdict: what one gate found of one change, in a form that outlives the process that found it.

A gate writes it as `verdict.json` into `$SLIPWAY_OUT`; the rehearsal, CodeBuild and GitHub read it back from there.
"""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter, ValidationError

SCHEMA = 1
NOT_RUN = "not run"
"""The severity of a warning that says what nobody looked at here, and why: its place is what, its words are why."""


class Outcome(StrEnum):
    """How a gate, an action, a stage or a run ended.

    `REFUSED`: the change failed. `BROKE`: we failed. `UNREADABLE`: there was nothing that could be rehearsed.
    """

    PASSED = "passed"
    REFUSED = "refused"
    BROKE = "broke"
    UNREADABLE = "unreadable"
    NOT_REACHED = "not reached"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Measurement:
    """One measured figure and the limits it was held against (None: no limit on that side)."""

    name: str
    value: float
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def within(self) -> bool:
        """Whether the value keeps both limits."""
        low = self.at_least is None or self.value >= self.at_least
        high = self.at_most is None or self.value <= self.at_most
        return low and high


@dataclass(frozen=True)
class Finding:
    """One thing that speaks against a change: where (file:line, operation, resource), what, and what to do."""

    where: str
    what: str
    fix: str = ""
    severity: str = "error"


@dataclass(frozen=True)
class Verdict:
    """What a gate decided, on what evidence, and the command that shows it again.

    `summary` is one short line for people ("318 passed, 94 % lines"); `checked` counts the things that were looked at
    and `checked_what` names them ("tests", "cases"); `findings` come worst first; `warnings` refuse nothing.
    `details` is free text for the reader who wants more (bounded by the writer). `kept_from` names the earlier run
    whose pass this is, where the gate was not asked again since nothing that it looks at has changed.
    """

    gate: str
    outcome: Outcome
    summary: str
    checked: int
    checked_what: str
    see_again: str
    stage: str | None = None
    seed: int | None = None
    seconds: float = 0.0
    measurements: tuple[Measurement, ...] = ()
    findings: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    details: str = ""
    kept_from: str = ""
    schema: int = SCHEMA


_ADAPTER = TypeAdapter(Verdict)


class UnreadableVerdict(Exception):
    """A verdict file that is not one: says what is wrong with it."""


def to_json(verdict: Verdict) -> str:
    """The verdict as JSON text, keys in the order of the fields."""
    return _ADAPTER.dump_json(verdict, indent=1).decode()


def from_json(text: str | bytes) -> Verdict:
    """The verdict that `text` holds; UnreadableVerdict if it is cut, of another schema or not a verdict."""
    try:
        verdict = _ADAPTER.validate_json(text)
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "document"
        raise UnreadableVerdict(f"not a verdict: {where}: {first['msg']}") from problem
    if verdict.schema != SCHEMA:
        raise UnreadableVerdict(f"verdict of schema {verdict.schema}, this slipway reads {SCHEMA}")
    return verdict

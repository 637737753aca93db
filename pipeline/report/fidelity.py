"""How true this very run was: the claims about kinds of things, held against what the run came to.

A claim that the run never came to is no claim about it. It stands apart, as never reached. What a gate says that nobody
looked at, in this run, is not exercised either.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pipeline.record.events import FidelityNoted
from pipeline.record.reached import reached
from pipeline.record.run import Run
from pipeline.record.verdict import NOT_RUN

REAL, EMULATED, NOT_EXERCISED, NOT_REACHED = "real", "emulated", "not exercised", "never reached"
LEVELS = (REAL, EMULATED, NOT_EXERCISED, NOT_REACHED)


def by_level(run: Run) -> dict[str, tuple[FidelityNoted, ...]]:
    """What was real, emulated and not exercised in `run`, and what it never reached, with what that would have been."""
    told: dict[str, list[FidelityNoted]] = {level: [] for level in LEVELS}
    for note in run.fidelity:
        if reached(run, note.needs):
            told[note.level].append(note)
        else:
            told[NOT_REACHED].append(replace(note, why=f"{note.level} where a run reaches it: {note.why}"))
    told[NOT_EXERCISED] += _not_run(run)
    return {level: tuple(notes) for level, notes in told.items()}


def _not_run(run: Run) -> Iterator[FidelityNoted]:
    """What its gates themselves say that they could not look at."""
    for _, action in run.gates:
        for warning in action.verdict.warnings if action.verdict else ():
            if warning.severity == NOT_RUN:
                yield FidelityNoted(warning.where, "not exercised", warning.what)


def missed(levels: Mapping[str, Iterable[FidelityNoted]]) -> tuple[str, ...]:
    """The names of which a run reached nothing at all."""
    seen = {*names(levels[REAL]), *names(levels[EMULATED])}
    return tuple(name for name in names(levels[NOT_REACHED]) if name not in seen)


def names(notes: Iterable[FidelityNoted]) -> tuple[str, ...]:
    """AWS's services and kinds of action among the subjects, each once and in short; the rest takes sentences."""
    found = (_short(note.subject) for note in notes)
    return tuple(dict.fromkeys(name for name in found if name))


def _short(subject: str) -> str:
    """`Lambda` for a resource type, `approval` for a kind of action, empty for everything else."""
    if subject.startswith("AWS::"):
        return subject.split("::")[1]
    if subject.startswith("action "):
        return subject.removeprefix("action ").split("/")[0].lower()
    return ""

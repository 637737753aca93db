"""A rule: what it says of itself, and what it tells of each thing that it looked at.

A file of `rules/` holds one: `ABOUT`, and a pure function `look(subject)` that yields a `Looked` for each thing that it
looked at, right or wrong.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.gates.guard.resource import Resource
from pipeline.gates.guard.subject import Subject
from pipeline.record.verdict import Finding

type Kind = Literal[
    "rollout",
    "alarms",
    "data",
    "non-canaried",
    "authorization",
    "iam",
    "network",
    "parity",
    "timeouts",
    "events",
    "logs",
    "tags",
    "pipeline",
]

type Needs = Literal["every stage", "the pipeline", "nothing"]
"""Where a rule must find something to look at: in every stage, in the pipeline, or nowhere."""


@dataclass(frozen=True)
class About:
    """What a rule says of itself: one sentence each for `what` must hold, `why`, and how to `fix` what breaks it.

    `models` names what it is modelled on: an incident, a weakness's number, rows of the catalogue of changes. `needs`
    says where it must have found something of its kind, because a rule that looked at nothing has proved nothing;
    `nothing` is for things that a delivery may do without, and for comparisons with a base.
    """

    kind: Kind
    what: str
    why: str
    fix: str
    models: str
    needs: Needs


@dataclass(frozen=True)
class Wrong:
    """What is wrong with one thing: in words, with the old value and the new one where there are two.

    `where` names the property (`AlarmConfiguration.Enabled`); `fix` says more exactly what to do than the rule does.
    """

    what: str
    where: str = ""
    fix: str = ""


@dataclass(frozen=True)
class Note:
    """What is not wrong, but what who approves the change should know: in words, and what may be done about it."""

    what: str
    where: str = ""
    fix: str = ""


@dataclass(frozen=True)
class Looked:
    """One thing that a rule looked at, in a stage ("" for the pipeline), and all that is wrong with it.

    `notes` refuse nothing, and need no waiver.
    """

    stage: str
    place: str
    path: str = ""
    wrong: tuple[Wrong, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule under its id, which is its file's name."""

    id: str
    about: About
    look: Callable[[Subject], Iterator[Looked]]

    def found(self, looked: Looked) -> Iterator[Finding]:
        """The findings of one look: where it stands, the rule's id, what is wrong and why it matters, what to do."""
        for wrong in looked.wrong:
            yield self._told(looked, wrong, "error")

    def noted(self, looked: Looked) -> Iterator[Finding]:
        """The notes of one look, told in the same words."""
        for note in looked.notes:
            yield self._told(looked, note, "note")

    def _told(self, looked: Looked, said: Wrong | Note, severity: str) -> Finding:
        where = " ".join(filter(None, (looked.place, said.where, looked.path and f"({looked.path})")))
        return Finding(where, f"{self.id} {said.what}; {self.about.why}", said.fix or self.about.fix, severity)


def looked(resource: Resource, *said: Wrong | Note | None) -> Looked:
    """That `resource` was looked at, and what is wrong with it or to be known of it, if anything."""
    wrong = tuple(each for each in said if isinstance(each, Wrong))
    notes = tuple(each for each in said if isinstance(each, Note))
    return Looked(resource.stage, resource.place, resource.path, wrong, notes)

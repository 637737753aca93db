"""The manual approval: a person (or a flag) says yes or no to exactly what would be deployed next.

Source: "Add a manual approval action to a stage": an approval that nobody answers is rejected after seven days, or
after the action's own timeout.
"""

import hashlib
import select
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TextIO

from pipeline.record.events import ApprovalAnswered, ApprovalAsked
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.runners.base import ActionContext, ActionResult
from pipeline.rehearsal.spec import Action, Pipeline

TIMEOUT_MINUTES = 7 * 24 * 60
_LOOK_SECONDS = 0.2
_YES = frozenset({"y", "yes", "approve"})

NOBODY = "nobody could be asked: there is no terminal; run it in one, or say --approve"


@dataclass(frozen=True)
class Question:
    """What is asked: `digest` is the SHA-256 of what would be promoted, `minutes` how long an answer may take."""

    stage: str
    action: str
    digest: str
    text: str
    minutes: float


@dataclass(frozen=True)
class Answer:
    """What was answered: `by` says who or how, `reason` why not."""

    approved: bool
    by: str
    reason: str = ""


class Approver(Protocol):
    """Whoever can be asked."""

    def ask(self, question: Question, cancel: Cancel) -> Answer:
        """The answer, however long it takes; raises Cancelled when `cancel` is set."""
        ...


@dataclass(frozen=True)
class FlagApprover:
    """Says what the command line said: `flag` is how it was said, such as --approve."""

    approved: bool
    flag: str

    def ask(self, question: Question, cancel: Cancel) -> Answer:
        """The same answer to every question."""
        cancel.check()
        return Answer(
            self.approved, self.flag, "" if self.approved else f"{question.action} was rejected by {self.flag}"
        )


class Nobody:
    """Stands where there is neither a terminal nor a flag: an approval that can't be asked is no approval."""

    def ask(self, question: Question, cancel: Cancel) -> Answer:
        """No, with what to do about it."""
        cancel.check()
        return Answer(False, "nobody", f"{question.action}: {NOBODY}")


def forewarning(pipeline: Pipeline, approver: Approver) -> str:
    """What a person should know before the first stage, minutes before anything is asked; empty if it can be answered.

    No failure yet: the gates and the stages before it are worth rehearsing all the same.
    """
    asked = [f"{stage.name}.{action.name}" for stage, action in pipeline.actions() if action.category == "Approval"]
    if not asked or not isinstance(approver, Nobody):
        return ""
    return (
        f"nobody can answer when the pipeline asks for approval ({', '.join(asked)}): "
        "this run has no terminal and will be refused there; add --approve, or run it in a terminal"
    )


class TerminalApprover:
    """Asks at a terminal; anything but yes is a no. `speed` compresses the waiting, `clock` gives monotonic seconds."""

    def __init__(
        self,
        terminal: TextIO,
        show: Callable[[str], None],
        who: str,
        speed: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._terminal = terminal
        self._show = show
        self._who = who
        self._speed = speed
        self._clock = clock

    def ask(self, question: Question, cancel: Cancel) -> Answer:
        """Wait for a line; rejected when the time is over or the terminal is closed."""
        self._show(f"{question.text}\napprove {question.stage} of {question.digest[:12]}? [y/N] ")
        end = self._clock() + question.minutes * 60 / self._speed
        while self._clock() < end:
            cancel.check()
            ready, _, _ = select.select([self._terminal], [], [], _LOOK_SECONDS)
            if ready:
                return self._heard(self._terminal.readline(), question)
        return Answer(False, "nobody", f"{question.action} expired: no answer in {question.minutes:g} minutes")

    def _heard(self, line: str, question: Question) -> Answer:
        if line.strip().lower() in _YES:
            return Answer(True, self._who)
        said = f"{self._who} said no" if line else "the terminal was closed"
        return Answer(False, self._who, f"{question.action} was rejected: {said}")


class ApprovalRunner:
    """Asks, tells that it asked and what was answered, and refuses what wasn't approved."""

    def __init__(self, approver: Approver) -> None:
        self._approver = approver

    def run(self, action: Action, context: ActionContext) -> ActionResult:
        """Passed by a yes, refused by a no or by silence."""
        text = context.configuration.get("CustomData", "")
        link = context.configuration.get("ExternalEntityLink", "")
        digest = promoted_digest(context.promotes)
        minutes = action.timeout_minutes or TIMEOUT_MINUTES
        question = Question(context.stage, action.name, digest, "\n".join(filter(None, (text, link))), minutes)
        context.emit(ApprovalAsked(question.stage, question.action, digest, question.text))
        answer = self._approver.ask(question, context.cancel)
        told = ApprovalAnswered(question.stage, question.action, answer.approved, answer.by, answer.reason)
        context.emit(told)
        context.write_log(f"{'approved' if answer.approved else 'rejected'} by {answer.by}: {digest} {answer.reason}")
        if not answer.approved:
            return ActionResult(Outcome.REFUSED, f"rejected by {answer.by}", answer.reason or f"{answer.by} said no")
        return ActionResult(summary=f"by {answer.by}")


def promoted_digest(promotes: Mapping[str, str]) -> str:
    """One digest for all that would be promoted: the artifact's own where there is one, empty where there is none."""
    if len(promotes) <= 1:
        return next(iter(promotes.values()), "")
    lines = "".join(f"{name} {digest}\n" for name, digest in sorted(promotes.items()))
    return hashlib.sha256(lines.encode()).hexdigest()

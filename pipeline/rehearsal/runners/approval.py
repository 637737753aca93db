"""The manual approval: a person (or a flag) says yes or no to exactly what would be deployed next.

Source: "Add a manual approval action to a stage": an approval that nobody answers is rejected after seven days, or
after the action's own timeout.
"""

import hashlib
import os
import select
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TextIO

from pipeline.record.events import ApprovalAnswered, ApprovalAsked
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Unreadable
from pipeline.rehearsal.runners.base import ActionContext, ActionResult
from pipeline.rehearsal.spec import Action, Pipeline

TIMEOUT_MINUTES = 7 * 24 * 60
_LOOK_SECONDS = 0.2
_YES = frozenset({"y", "yes", "approve"})
_NO = frozenset({"", "n", "no", "reject"})
_READ_BYTES = 4096


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
    """Stands where there is neither a terminal nor a flag: the change is not refused, the run was started wrongly."""

    def ask(self, question: Question, cancel: Cancel) -> Answer:
        """Raises Unreadable, which says what to do about it."""
        cancel.check()
        raise Unreadable(
            f"nobody could be asked about {question.action}: this run has no terminal, and all before it went well",
            "add --approve, or run it in a terminal",
        )


def forewarning(pipeline: Pipeline, approver: Approver) -> str:
    """What a person should know before the first stage, minutes before anything is asked; empty if it can be answered.

    No failure yet: the gates and the stages before it are worth rehearsing all the same.
    """
    asked = [f"{stage.name}.{action.name}" for stage, action in pipeline.actions() if action.category == "Approval"]
    if not asked or not isinstance(approver, Nobody):
        return ""
    return (
        f"nobody can answer when the pipeline asks for approval ({', '.join(asked)}): "
        "this run has no terminal and will end there; add --approve, or run it in a terminal"
    )


class TerminalApprover:
    """Asks at a terminal until it hears yes or no; an empty line is a no, and so is silence.

    `speed` compresses the waiting, `clock` gives monotonic seconds.
    """

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
        """Wait for an answer; rejected when the time is over or the terminal is closed."""
        asking = f"approve {question.stage} of {question.digest[:12]}? [y/N] "
        self._show(f"{question.text}\n{asking}")
        end = self._clock() + question.minutes * 60 / self._speed
        while self._clock() < end:
            cancel.check()
            ready, _, _ = select.select([self._terminal], [], [], _LOOK_SECONDS)
            if not ready:
                continue
            # Straight from the terminal: a line that Python had read ahead would never be waited for.
            typed = os.read(self._terminal.fileno(), _READ_BYTES).decode(errors="replace")
            answer = self._heard(typed, question)
            if answer is not None:
                return answer
            self._show(f"{typed.strip()[:40]!r} is neither yes nor no\n{asking}")
        return Answer(False, "nobody", f"{question.action} expired: no answer in {question.minutes:g} minutes")

    def _heard(self, typed: str, question: Question) -> Answer | None:
        """The first yes or no of what was typed, None if there is none."""
        if not typed:
            return Answer(False, self._who, f"{question.action} was rejected: the terminal was closed")
        for said in (line.strip().lower() for line in typed.splitlines()):
            if said in _YES:
                return Answer(True, self._who)
            if said in _NO:
                return Answer(False, self._who, f"{question.action} was rejected: {self._who} said no")
        return None


class ApprovalRunner:
    """Asks, tells that it asked and what was answered, and refuses what wasn't approved."""

    def __init__(self, approver: Approver) -> None:
        self._approver = approver

    def run(self, action: Action, context: ActionContext) -> ActionResult:
        """Passed by a yes, refused by a no or by silence; Unreadable where nobody can be asked."""
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

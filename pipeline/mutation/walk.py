"""Takes one change through the gates, from the cheapest on, until the first refusal."""

from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace

from pipeline.mutation.answer import Answer, broke, refused
from pipeline.mutation.apply import NotApplied
from pipeline.mutation.ask import Copy, ask_gate, synthesize
from pipeline.mutation.catalogue import Change, Needs
from pipeline.mutation.copies import Copies
from pipeline.mutation.lay import lay
from pipeline.mutation.order import Step, stage_gates, steps
from pipeline.mutation.rehearsed import rehearse
from pipeline.mutation.stage import standing
from pipeline.plan.model import Delivery
from pipeline.record.verdict import Outcome
from pipeline.rehearsal.cancel import Cancel
from pipeline.rehearsal.errors import Broke, Cancelled, Refused

LANES = 2
STAGE = "up"
SELFTEST = "selftest"
"""What scripts/test asks of the tools themselves, as Build does not deliver them."""


@dataclass(frozen=True)
class Walked:
    """How far a change came: what answered, in that order, and the seconds it took; `unapplied` says why nobody did."""

    id: str
    answers: tuple[Answer, ...] = ()
    seconds: float = 0.0
    unapplied: str = ""

    @property
    def trustworthy(self) -> bool:
        """Whether this would come out again: what could not be applied, or broke, is asked anew."""
        return bool(self.answers) and all(one.outcome in (Outcome.PASSED, Outcome.REFUSED) for one in self.answers)


@dataclass(frozen=True)
class Way:
    """What every change walks: the delivery's gates, or of those `only` the ones that are named."""

    delivery: Delivery
    copies: Copies
    only: Collection[str] = field(default=())

    def wants(self, gate: str) -> bool:
        """Whether this gate is asked."""
        return not self.only or gate in self.only


def walk(change: Change, way: Way, copy: Copy) -> Walked:
    """Lay `change` over the clean `copy` and ask Build; Cancelled if it was told to stop.

    What is over with that is left to `walk_on`, which needs the machine to itself.
    """
    began = copy.around.clock()
    try:
        lay(change, way.copies, copy)
    except NotApplied as problem:
        return Walked(change.id, unapplied=str(problem))
    answers = () if change.needs is Needs.REHEARSAL else _build(way, copy)
    return Walked(change.id, answers, copy.around.clock() - began)


def goes_on(change: Change, walked: Walked) -> bool:
    """Whether Build is not all that is asked of it."""
    passed = not walked.unapplied and all(one.passed for one in walked.answers)
    return passed and change.needs is not Needs.GATES


def walk_on(change: Change, way: Way, copy: Copy, walked: Walked) -> Walked:
    """Ask what only a stage, a rehearsal or the tools' own tests see, in the copy that Build was asked in.

    The clock goes on where it stood then: what it waited for in between is the sweep's time, and not the change's.
    """
    began = copy.around.clock() - walked.seconds
    answers = walked.answers + _beyond_build(change, way, copy, began)
    return Walked(change.id, answers, copy.around.clock() - began)


def _beyond_build(change: Change, way: Way, copy: Copy, began: float) -> tuple[Answer, ...]:
    match change.needs:
        case Needs.REHEARSAL:
            return rehearse(copy)
        case Needs.STAGE:
            return _stage(change.stage, way, copy, began)
        case Needs.TOOLS if way.wants(SELFTEST):
            answer = ask_gate(copy, SELFTEST, way.delivery.gate(SELFTEST).timeout_minutes * 60.0)
            return (replace(answer, ended=copy.around.clock() - began),)
    return ()


def _build(way: Way, copy: Copy) -> tuple[Answer, ...]:
    """The gates of Build, two at a time."""
    wanted = [step for step in steps(way.delivery) if way.wants(step.name)]
    needed = {step.after for step in wanted if step.after}
    wanted += [step for step in steps(way.delivery) if step.name in needed and step not in wanted]
    return side_by_side(wanted, _ask, copy)


def _ask(step: Step, copy: Copy) -> Answer:
    if step.gate is None:
        return synthesize(copy)
    return ask_gate(copy, step.name, step.gate.timeout_minutes * 60.0)


def side_by_side(wanted: Sequence[Step], ask: Callable[[Step, Copy], Answer], copy: Copy) -> tuple[Answer, ...]:
    """Ask all `wanted`, `LANES` at a time, each when what it waits for has passed; the first that does not ends it.

    What takes long waits for all that does not. What is still running when one has not passed is ended, and has not
    answered. Raises Cancelled when the copy's own cancel is set.
    """
    began, waiting = copy.around.clock(), list(wanted)
    running: dict[Future[Answer], Step] = {}
    answers: list[Answer] = []
    cancel = copy.around.cancel.child()
    with ThreadPoolExecutor(LANES) as pool:
        while waiting or running:
            for step in _ready(waiting, running.values(), answers)[: LANES - len(running)]:
                waiting.remove(step)
                running[pool.submit(ask, step, _beside(copy, step, cancel))] = step
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                del running[future]
                answers += _answer(future, copy, began)
            if cancel.is_set() or not all(one.passed for one in answers):
                waiting.clear()
                cancel.cancel("another gate has decided")
    copy.around.cancel.check()
    return tuple(answers)


def _ready(waiting: Sequence[Step], running: Iterable[Step], answers: Sequence[Answer]) -> list[Step]:
    passed = {one.gate for one in answers if one.passed}
    quick_are_over = all(step.takes_long for step in (*waiting, *running))
    may = [step for step in waiting if quick_are_over or not step.takes_long]
    return [step for step in may if step.after is None or step.after in passed]


def _beside(copy: Copy, step: Step, cancel: Cancel) -> Copy:
    """The same copy with a log of the step's own: what two print at once nobody can read."""
    log = copy.log.with_name(f"{copy.log.stem}.{step.name}.log")
    return replace(copy, log=log, around=replace(copy.around, cancel=cancel))


def _answer(future: Future[Answer], copy: Copy, began: float) -> list[Answer]:
    try:
        return [replace(future.result(), ended=copy.around.clock() - began)]
    except Cancelled:
        return []


def _stage(name: str | None, way: Way, copy: Copy, began: float) -> tuple[Answer, ...]:
    """The gates of a stage, one after the other: they share what they ask."""
    stage, asked = stage_gates(way.delivery, name)
    gates = [gate for gate in asked if way.wants(gate.name)]
    answers: list[Answer] = []
    if not gates:
        return ()
    try:
        with standing(copy, stage) as variables:
            for gate in gates:
                if all(one.passed for one in answers):
                    answer = ask_gate(copy, gate.name, gate.timeout_minutes * 60.0, stage=stage, environ=variables)
                    answers.append(replace(answer, ended=copy.around.clock() - began))
    except Refused as problem:
        answers.append(refused(STAGE, copy.around.clock() - began, str(problem)))
    except Broke as problem:
        answers.append(broke(STAGE, copy.around.clock() - began, str(problem)))
    return tuple(answers)

"""A stage's break-glass holds for a day at most, says why and whose it is, and every hook of its rollouts knows it."""

from collections.abc import Iterator

from pipeline.gates.guard.facts.break_glass import Flag, flag_of
from pipeline.gates.guard.facts.hooks import AFTER, BEFORE
from pipeline.gates.guard.facts.rollout import Rollout, rollouts
from pipeline.gates.guard.rule import About, Looked, Note, Wrong, looked
from pipeline.gates.guard.subject import Subject

ABOUT = About(
    kind="rollout",
    what="A break-glass holds for a day at most, with a reason and an owner, and both hooks know the same one",
    why="a way round every check that nobody closes again is how the next bad version goes out",
    fix="give break_glass of the stage's Rollout hours, a reason and an owner (pipeline/plan/model.py), or take it out",
    models="An emergency that lasts for months; alarms switched off and forgotten",
    needs="every stage",
)


def look(subject: Subject) -> Iterator[Looked]:
    """Each alias that is shifted."""
    for rollout in rollouts(subject.candidate):
        yield looked(rollout.alias, *_said(rollout))


def _said(rollout: Rollout) -> Iterator[Wrong | Note]:
    before, after = (flag_of(rollout.hook(moment)) for moment in (BEFORE, AFTER))
    if before != after:
        yield Wrong("its hooks know of different flags, or one of none (BREAK_GLASS)", BEFORE)
    for flag in dict.fromkeys(each for each in (before, after) if each):
        yield _told(flag)


def _told(flag: Flag) -> Wrong | Note:
    if flag.wrong:
        return Wrong(f"the glass is broken, and {flag.wrong} (BREAK_GLASS)", BEFORE)
    said = f"the glass is broken until {flag.until}: no alarm stops its rollouts, and what nobody asked goes on"
    return Note(f"{said}; {flag.reason} ({flag.owner})", BEFORE, "take it out once it has served")

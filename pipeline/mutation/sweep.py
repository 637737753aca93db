"""Walks many changes, some at once, with a control for every way that they go."""

import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass, field, replace
from threading import Lock

from pipeline.mutation import base
from pipeline.mutation.answer import broke
from pipeline.mutation.apply import NotApplied
from pipeline.mutation.ask import Copy, Surroundings
from pipeline.mutation.catalogue import CONTROL, Change, Kind, Needs
from pipeline.mutation.copies import GitFailed
from pipeline.mutation.judge import Judged, judge
from pipeline.mutation.kept import Kept
from pipeline.mutation.rehearsed import keep_pages
from pipeline.mutation.walk import Walked, Way, goes_on, walk, walk_on
from pipeline.rehearsal.errors import Broke, Cancelled


@dataclass(frozen=True)
class Hears:
    """Who is told of a sweep: that a change is taken up, that it waits until it may go on, and what came of it.

    `again`: that was known from before.
    """

    began: Callable[[Change], None]
    waits: Callable[[Change], None]
    ended: Callable[[Judged, bool], None]


type Part = Callable[[Change], Walked | None]
"""A part of a change's way; None where there is more of it, for later."""


@dataclass(frozen=True)
class Sweep:
    """What is asked of whom: `at_once` changes side by side, and with `fresh` nothing is taken from before.

    What needs a stage comes first. Build is asked of it beside another, as of all changes, and the stage alone:
    requests that wait for a core would say something of the machine. What is good, whose seconds nobody counts, is
    asked meanwhile on the time that is left.
    """

    way: Way
    kept: Kept
    around: Surroundings
    hears: Hears
    at_once: int = 1
    fresh: bool = False
    _one_base: Lock = field(default_factory=Lock)
    _halfway: dict[str, tuple[Copy, Walked]] = field(default_factory=dict)

    def run(self, changes: Sequence[Change]) -> tuple[Judged, ...]:
        """What came of every change, the controls first; what was told to stop is left out.

        A control that fails ends the sweep: whatever else came out would count for nothing.
        """
        self.way.copies.clear()
        try:
            return self._run(changes)
        finally:
            self.way.copies.remove()

    def _run(self, changes: Sequence[Change]) -> tuple[Judged, ...]:
        wanted = (*controls(changes), *changes)
        known = {} if self.fresh or self.way.only else self._known(wanted)
        for one in known.values():
            self.hears.ended(one, True)
        asked = [change for change in wanted if change.id not in known]
        judged = {**known, **{one.change.id: one for one in self._asked(asked)}}
        return tuple(judged[change.id] for change in wanted if change.id in judged)

    def _known(self, wanted: Iterable[Change]) -> dict[str, Judged]:
        kept = ((change, self.kept.read(change)) for change in wanted)
        return {change.id: judge(change, walked) for change, walked in kept if walked is not None}

    def _asked(self, changes: Sequence[Change]) -> Iterable[Judged]:
        more, others = apart(changes)
        yield from self._side_by_side(by_what_is_known(more), self.at_once, self._begin)
        halfway = [one for one in more if one.id in self._halfway]
        good = [one for one in others if one.kind is Kind.GOOD] if halfway and self.at_once > 1 else []
        with ThreadPoolExecutor(1) as behind:
            beside = {one.id: behind.submit(self._one, one, self._begin_behind) for one in good}
            yield from self._side_by_side(halfway, 1, self._finish)
            begun = {name: future for name, future in beside.items() if not future.cancel()}
            left = [one for one in others if one.id not in begun]
            yield from self._side_by_side(left, self.at_once, self._begin, tuple(begun.values()))

    def _side_by_side(
        self, changes: Sequence[Change], at_once: int, part: Part, begun: Sequence[Future[Judged | None]] = ()
    ) -> Iterable[Judged]:
        with ThreadPoolExecutor(at_once) as pool:
            if begun:
                pool.submit(wait, begun)  # as long as one of these is asked, it is one of those at once
            running = [*begun, *(pool.submit(self._one, change, part) for change in changes)]
            for future in as_completed(running):
                judged = future.result()
                if judged is None:
                    continue
                yield judged
                if judged.change.kind is Kind.CONTROL and not judged.passed:
                    self.around.cancel.cancel("the control failed")

    def _one(self, change: Change, part: Part) -> Judged | None:
        """Walk a part of one change's way; None if there is more of it, or it was told to stop."""
        if self.around.cancel.is_set():
            return None
        self.hears.began(change)
        began = time.monotonic()
        try:
            walked = part(change)
        except Cancelled:
            return None
        except NotApplied as problem:
            walked = Walked(change.id, unapplied=f"what was released before it: {problem}")
        except (Broke, GitFailed, OSError, subprocess.SubprocessError) as problem:
            walked = Walked(change.id, (broke("copy", time.monotonic() - began, str(problem)),))
        if walked is None:
            self.hears.waits(change)
            return None
        judged = judge(change, walked)
        # A control that failed is asked again: taken from before, it would end nothing.
        if walked.trustworthy and not self.way.only and (change.kind is not Kind.CONTROL or judged.passed):
            self.kept.write(change, walked)
        self.hears.ended(judged, False)
        return judged

    def _begin_behind(self, change: Change) -> Walked | None:
        """Ask Build with what is left of the machine, which another has to itself."""
        return self._begin(change, behind=True)

    def _begin(self, change: Change, *, behind: bool = False) -> Walked | None:
        """Ask Build, in a copy of its own, which stays for what goes on."""
        around = self._around(change)
        around = around.with_what_is_left() if behind else around
        made = self.way.copies.make()
        log = self.kept.folder / "logs" / f"{change.id}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")
        copy = Copy(made, log, around)
        try:
            walked = walk(change, self.way, copy)
            if goes_on(change, walked):
                self._halfway[change.id] = (copy, walked)
                return None
            return walked
        finally:
            if change.id not in self._halfway:
                self.way.copies.drop(made)

    def _finish(self, change: Change) -> Walked:
        """The rest of its way, with the machine to itself."""
        copy, walked = self._halfway.pop(change.id)
        try:
            return walk_on(change, self.way, copy, walked)
        finally:
            if change.needs is Needs.REHEARSAL:
                keep_pages(copy.root, self.kept.folder / "runs" / change.id)
            self.way.copies.drop(copy.root)

    def _around(self, change: Change) -> Surroundings:
        """With what the change is compared: two changes over one release wait for it, and find it made."""
        around = self.around if change.kind is Kind.CONTROL else self.around.with_types_of_its_own()
        if change.before is None:
            return around
        with self._one_base:
            made = base.prepare(self.way.copies, self.kept.folder, self.around, change.before)
        return around.compared_with(made)


def apart(changes: Iterable[Change]) -> tuple[list[Change], list[Change]]:
    """Those of which more is asked than Build, and those that the gates of Build are enough for."""
    sets: tuple[list[Change], list[Change]] = ([], [])
    for change in changes:
        sets[change.needs is Needs.GATES].append(change)
    return sets


def by_what_is_known(changes: Sequence[Change]) -> list[Change]:
    """The same with all controls but the first last: what Build asks of them has passed by then, and is known."""
    return sorted(changes, key=lambda change: change.kind is Kind.CONTROL and change is not changes[0])


def controls(changes: Iterable[Change]) -> tuple[Change, ...]:
    """A control for every way that the changes go: whoever asks a stage, or the tools, has asked the gates of Build."""
    ways = {(change.needs, change.stage if change.needs is Needs.STAGE else None) for change in changes}
    if any(needs in (Needs.STAGE, Needs.TOOLS) for needs, _ in ways):
        ways.discard((Needs.GATES, None))
    return tuple(
        replace(CONTROL, id="-".join(filter(None, (CONTROL.id, needs, stage))), needs=needs, stage=stage)
        for needs, stage in sorted(ways, key=lambda way: (list(Needs).index(way[0]), way[1] or ""))
    )

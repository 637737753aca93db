"""`slipway can-i-deploy`: would every version that is live in a stage get what it relies on?

The answer is made now, by verifying the pacts of this source and of the base release; where a broker is configured it
is the broker's, of the commit that is checked out.
"""

import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from pipeline.compared import beside_base
from pipeline.gates.context import Context, GateBroke
from pipeline.gates.output import told
from pipeline.gates.pacts.broker import Broker, may_deploy
from pipeline.gates.pacts.consumers import FILE, UnreadableList, our_name
from pipeline.gates.pacts.matrix import Row, deployable, render
from pipeline.gates.pacts.verification import COMMIT, PROVIDERS, Verification, verify
from pipeline.gates.redact import redact
from pipeline.plan.delivery import DELIVERY
from pipeline.rehearsal.commits import Repository
from pipeline.rehearsal.errors import Unreadable

YES, NO, USAGE, BROKE = 0, 1, 2, 3
OUT = ".slipway/can-i-deploy"
GATE = "contract"

type Say = Callable[[str], None]


def can_i_deploy(stage: str | None, root: Path, environ: Mapping[str, str], say: Say = print) -> int:
    """Print the matrix and the answer for `stage` (None: for every stage); 0 yes, 1 no, 2 usage, 3 nobody knows."""
    stages = [known.name for known in DELIVERY.stages]
    if stage not in (None, *stages):
        return _say(f"there is no stage {stage}; there are {', '.join(stages)}", USAGE)
    try:
        broker = Broker.of(environ)
        if broker:
            return _of_broker(broker, [stage] if stage else stages, root, environ, say)
        with beside_base(root, environ, ("contract",)) as told_of_base:
            return _of_git(_verified(root, told_of_base), stage, say)
    except Unreadable as problem:
        return _say(problem, USAGE)
    except GateBroke as problem:
        return _say(problem, BROKE)


def _verified(root: Path, environ: Mapping[str, str]) -> Verification:
    out = root / OUT
    out.mkdir(parents=True, exist_ok=True)
    today = datetime.now(UTC).date()
    return verify(Context(DELIVERY.gate(GATE), None, root, out, environ, today, time.monotonic, print), only=PROVIDERS)


def _of_git(verification: Verification, stage: str | None, say: Say) -> int:
    if verification.part.broken:
        raise GateBroke(verification.part.broken)
    rows = verification.rows
    yes = deployable(rows, stage)
    say(render(rows))
    if not yes:
        for finding in verification.part.findings:
            say(redact(told(finding)))
    say(_answer(rows, stage, yes=yes))
    return YES if yes else NO


def _answer(rows: tuple[Row, ...], stage: str | None, *, yes: bool) -> str:
    live = [row for row in rows if row.need.is_live_in(stage)]
    where = stage or "every stage"
    if not live:
        return f"✗ not to {where}: nobody is listed as live there, so nobody can say who would break"
    kept = sum(row.kept for row in live)
    told = f"{kept} of {len(live)} pacts of what is live there are kept"
    return f"✓ to {where}: {told}" if yes else f"✗ not to {where}: {told}"


def _of_broker(broker: Broker, stages: list[str], root: Path, environ: Mapping[str, str], say: Say) -> int:
    try:
        us = our_name(root)
    except UnreadableList as problem:
        raise GateBroke(f"{FILE}: {problem}") from problem
    if us is None:
        raise GateBroke(f'{FILE} does not say what the broker calls us: write us = "…" there')
    version = environ.get(COMMIT) or _head(root)
    answers = {stage: may_deploy(broker, us, version, stage) for stage in stages}
    for stage, answer in answers.items():
        for row in answer.rows:
            say(redact(f"  {row}"))
        say(redact(f"{'✓ to' if answer.deployable else '✗ not to'} {stage}: {answer.reason}"))
    return YES if all(answer.deployable for answer in answers.values()) else NO


def _head(root: Path) -> str:
    """The commit that is checked out: what the broker knows a version by."""
    try:
        return Repository(root).commit("HEAD").sha
    except Unreadable as problem:
        raise GateBroke(f"nobody knows which version this is: {problem}; or set {COMMIT}") from problem


def _say(problem: object, code: int) -> int:
    sys.stderr.write(f"slipway: {redact(str(problem))}\n")
    return code

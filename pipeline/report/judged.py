"""What the hooks of a rollout said for people, and what its judge made of it: from the evidence that they gave."""

import re
from dataclasses import dataclass

from pipeline.judge.evidence import UnreadableEvidence, read
from pipeline.record.run import RolloutRun
from pipeline.report import judgement

FOLDER = "evidence"
"""Where a run keeps what its rollouts were judged by."""
_ODD = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class Judged:
    """A rollout's evidence: its verdict in a word, all of it in `text`, and the `file` of the run that holds it."""

    word: str
    text: str
    file: str


def reasons(rollout: RolloutRun) -> tuple[str, ...]:
    """Why a hook refused, in its own words."""
    return tuple(f"{said.what.event}: {reason}" for said in rollout.said for reason in said.what.reasons)


def evidence(rollout: RolloutRun) -> str:
    """What the rollout was judged by, the last that was said; empty where nobody judged it."""
    return next((said.what.evidence for said in reversed(rollout.said) if said.what.evidence), "")


def file_of(rollout: RolloutRun) -> str:
    """The file with its evidence, from the run's folder."""
    started = rollout.started
    return f"{FOLDER}/{_ODD.sub('-', f'{started.stage}-{started.function}-{started.to_version}')}.json"


def judged(rollout: RolloutRun) -> Judged | None:
    """What came of it; None where nobody judged it. Evidence that can't be read says so, and is no verdict."""
    kept = evidence(rollout)
    if not kept:
        return None
    try:
        found = judgement.replayed(read(kept))
    except UnreadableEvidence as problem:
        return Judged("by evidence that can't be read", f"{problem}\n", file_of(rollout))
    return Judged(str(found.now.verdict), judgement.render(found), file_of(rollout))

"""What another judge is: a rule that somebody documented, over the same bins that ours sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.judge.observed import Bin


@dataclass(frozen=True)
class Said:
    """When a rule would have stopped the rollout, in seconds since traffic began to shift; None if never.

    That is the moment at which what it looks at is complete, before anything is told to anybody: what metrics, alarms
    and shifts take besides is the same for every judge, and added by who asks. `why` is a sentence, with its numbers.
    """

    stopped_at: float | None
    why: str


class OtherJudge(Protocol):
    """`name` for a table's column, `rule` as a sentence with its numbers, `source` where it is documented."""

    @property
    def name(self) -> str:
        """What it is called in a table."""
        ...

    @property
    def rule(self) -> str:
        """When it stops a rollout."""
        ...

    @property
    def source(self) -> str:
        """Where that is written."""
        ...

    def judge(self, bins: Sequence[Bin], bin_seconds: float) -> Said:
        """What it says of bins in the order of time, each of `bin_seconds`, with gaps where none was seen."""
        ...

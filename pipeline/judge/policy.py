"""How sure a judge must be, and what a stage makes of not knowing."""

from dataclasses import dataclass
from typing import Literal

from pipeline.judge.observed import Symptom

type Unknown = Literal["fail", "warn"]
"""What becomes of a version of which too little is known: it fails the deployment, or passes with a warning."""

ALPHA = 0.004
"""In four equal parts: a healthy version is convicted by none of the symptoms more often than once in a thousand times.

That is a bound for one function in one rollout, where faults fall on requests one by one (`sequential` says what that
takes); over many functions it adds up.
"""


@dataclass(frozen=True)
class Policy:
    """What a rollout is judged by.

    A good version is convicted with a probability of at most `alpha`, over all `symptoms` together. It passes once it
    is ruled out that `tolerated` of its requests or more have a symptom of `ruled_out`, but for a doubt of `doubt`;
    until then it is inconclusive. (That callers are refused, or wait, is the business of every day: of those symptoms
    only the comparison counts.) `inconclusive` and `no_traffic` say what the stage does then.
    """

    symptoms: tuple[Symptom, ...] = tuple(Symptom)
    ruled_out: tuple[Symptom, ...] = (Symptom.ERRORS, Symptom.SERVER_ERRORS)
    alpha: float = ALPHA
    tolerated: float = 0.05
    doubt: float = 0.01
    inconclusive: Unknown = "warn"
    no_traffic: Unknown = "fail"

    def __post_init__(self) -> None:
        if not self.symptoms or len(set(self.symptoms)) != len(self.symptoms):
            raise ValueError("a judge looks for at least one symptom, and for none twice")
        if not set(self.ruled_out) <= set(self.symptoms):
            raise ValueError("what is to be ruled out is among the symptoms that are looked for")
        for name, value in (("alpha", self.alpha), ("tolerated", self.tolerated), ("doubt", self.doubt)):
            if not 0.0 < value < 1.0:
                raise ValueError(f"{name} is {value}: it lies between 0 and 1")

"""Which phase follows which, and whether a build that came this way has succeeded.

Sources: "Build phase transitions" (POST_BUILD follows BUILD whether that succeeded or not; a failure in INSTALL or
PRE_BUILD ends the build; UPLOAD_ARTIFACTS is attempted even if BUILD failed) and "Build specification reference for
CodeBuild", phases/*/on-failure (ABORT ends the build, CONTINUE goes on to the next phase).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.rehearsal.spec import Phase, PhaseName

type Status = Literal["SUCCEEDED", "FAILED", "TIMED_OUT", "STOPPED"]
type PhaseType = Literal["INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD", "UPLOAD_ARTIFACTS"]

ORDER: tuple[PhaseName, ...] = ("install", "pre_build", "build", "post_build")
TYPES: dict[PhaseName, PhaseType] = {
    "install": "INSTALL",
    "pre_build": "PRE_BUILD",
    "build": "BUILD",
    "post_build": "POST_BUILD",
}


@dataclass(frozen=True)
class PhaseResult:
    """How a phase went: `seconds` of real time, the first exit status that was not 0, and the command that gave it.

    `command` is empty and `exit_status` None where no command failed. `message` says what else went wrong.
    """

    type: PhaseType
    status: Status
    seconds: float = 0.0
    exit_status: int | None = None
    command: str = ""
    message: str = ""


def next_phase(phase: Phase, succeeded: bool) -> PhaseType | None:
    """What follows `phase`; None ends the build without its artifacts.

    RETRY is followed as if nothing were said (see `fidelity`).
    """
    following: tuple[PhaseType, ...] = (*TYPES.values(), "UPLOAD_ARTIFACTS")
    then = following[following.index(TYPES[phase.name]) + 1]
    if succeeded or phase.on_failure == "CONTINUE":
        return then
    if phase.on_failure == "ABORT" or phase.name in ("install", "pre_build"):
        return None
    return then


def succeeded(results: Sequence[PhaseResult]) -> bool:
    """Whether a build with these phases has succeeded: every phase that ran did.

    A phase that failed and was told to CONTINUE is still a failed phase. AWS's pages don't say that the build counts as
    successful then, so it does not here.
    """
    return all(result.status == "SUCCEEDED" for result in results)


def first_failure(results: Sequence[PhaseResult]) -> PhaseResult | None:
    """The phase that went wrong first."""
    return next((result for result in results if result.status != "SUCCEEDED"), None)

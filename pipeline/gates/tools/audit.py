"""The audit: what the service of advisories knows of every version that is locked, of either index.

OSV gathers the advisories of PyPI and npm, and answers about both in one request (osv.dev, "POST /v1/querybatch": at
most 1,000 questions, answered in their order). It is asked over the network. On AWS there is one, and no answer is our
failure: a release that nobody audited is never green. A rehearsal asks nobody outside, and a laptop may be offline:
there the audit is told as not run.
"""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.dependencies.locked import Locked
from pipeline.gates.part import Part
from pipeline.gates.tools.locks import read_locks
from pipeline.record.verdict import NOT_RUN, Finding

SERVICE = "https://api.osv.dev/v1/querybatch"
VARIABLE = "SLIPWAY_ADVISORIES"
"""Names another service that answers alike, such as a mirror of one's own."""
TIMEOUT_S = 5.0
MOST = 1_000
WHAT = "audit of what is locked"
REHEARSED = "a rehearsal asks nobody outside this machine"
FIX = "lock a version that it is not about; or waive it, if it can't be reached here, with a reason and an end"


@dataclass(frozen=True)
class _Known:
    id: str


@dataclass(frozen=True)
class _Answer:
    vulns: tuple[_Known, ...] = ()


@dataclass(frozen=True)
class _Answers:
    results: tuple[_Answer, ...]


_ANSWERS = TypeAdapter(_Answers)


class NoAnswer(Exception):
    """The service gave no answer that could be read."""


def check(context: Context) -> Part:
    """Every locked version; `checked` counts those that the service answered for."""
    locked, _ = read_locks(context.root)
    once = tuple({one.pin: one for one in locked if one.version}.values())
    if not once:
        return Part("audit", 0, "locked versions")
    if context.rehearsed:
        return _not_run(REHEARSED)
    try:
        findings = [each for at in range(0, len(once), MOST) for each in asked(context, once[at : at + MOST])]
    except NoAnswer as problem:
        if "CODEBUILD_BUILD_ID" in context.environ:
            raise GateBroke(f"nobody audited what is locked: {problem}") from problem
        return _not_run(str(problem))
    return Part("audit", len(once), "locked versions", tuple(findings))


def asked(context: Context, locked: Sequence[Locked]) -> tuple[Finding, ...]:
    """What the service says of these; NoAnswer if it says nothing, or not of all."""
    queries = [{"package": {"purl": f"pkg:{one.kind}/{one.name}@{one.version}"}} for one in locked]
    answer = _post(context.environ.get(VARIABLE) or SERVICE, json.dumps({"queries": queries}).encode())
    try:
        results = _ANSWERS.validate_json(answer).results
    except ValidationError as problem:
        raise NoAnswer(
            f"the service of advisories answered what can't be read: {problem.errors()[0]['msg']}"
        ) from problem
    if len(results) != len(locked):
        raise NoAnswer(f"the service of advisories answered {len(results)} of {len(locked)} questions")
    return tuple(
        Finding(one.where, f"{known.id} is about {one.pin}", FIX, "high")
        for one, result in zip(locked, results, strict=True)
        for known in result.vulns
    )


def _post(address: str, body: bytes) -> bytes:
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310 - ours
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310
            answer: bytes = response.read()
    except (OSError, ValueError, urllib.error.URLError, http.client.HTTPException) as problem:
        raise NoAnswer(f"the service of advisories gave no answer: {problem}") from problem
    return answer


def _not_run(why: str) -> Part:
    return Part("audit", 0, "locked versions", warnings=(Finding(WHAT, why, severity=NOT_RUN),), idle=f"not run: {why}")

"""Reads Schemathesis's NDJSON report: what was tried, what came back, and what that shows. Pure.

The report has one event per line. `ScenarioFinished` holds a recorder with cases, their requests and answers, and the
checks made of them; `EngineFinished` says whether the run came to its end.
"""

import base64
import json
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pipeline.gates.context import GateBroke
from pipeline.gates.openapi.node import Json, Mapped, listed, mapped
from pipeline.record.verdict import Finding

type Operation = tuple[str, str]
"""A method in capitals and a path template."""

SENT_BY_SCHEMATHESIS = frozenset({"user-agent", "accept-encoding", "accept", "connection", "content-length"})
LONGEST = 400
COMPLETED = "completed"
SEE_OTHER = 303


@dataclass(frozen=True)
class Fuzzed:
    """What a run came to. `answered` counts answers by operation and status; `ended` is why the engine stopped."""

    answered: Mapping[tuple[Operation, int], int]
    failures: tuple[Finding, ...]
    errors: tuple[str, ...]
    ended: str
    seed: int | None

    @property
    def cases(self) -> int:
        """How many requests were answered."""
        return sum(self.answered.values())

    def never_succeeded(self, operations: Iterable[Operation]) -> tuple[Operation, ...]:
        """Those of `operations` that no good answer came from: nothing behind their door was tested."""
        good = {operation for operation, status in self.answered if is_good(status)}
        return tuple(operation for operation in operations if operation not in good)


def is_good(status: int) -> bool:
    """Whether an answer gives what was asked for: with a 2xx, or by saying where it is (303; a 304 gives nothing)."""
    return 200 <= status < 300 or status == SEE_OTHER


def read_report(text: str, address: str = "") -> Fuzzed:
    """The run that `text` records; GateBroke if it is cut or of another form."""
    answered: Counter[tuple[Operation, int]] = Counter()
    failures: dict[tuple[str, str, str], Finding] = {}
    times: Counter[tuple[str, str, str]] = Counter()
    errors: list[str] = []
    ended, seed = "", None
    for kind, event in _events(text):
        if kind == "Initialize":
            seed = event.get("seed") if isinstance(event.get("seed"), int) else None
        elif kind == "ScenarioFinished":
            recorder = mapped(event.get("recorder"))
            answered.update(_answers(recorder))
            for key, finding in _failures(recorder, address):
                failures.setdefault(key, finding)
                times[key] += 1
        elif kind in ("NonFatalError", "FatalError"):
            errors.append(_error(event))
        elif kind == "EngineFinished":
            stopped = str(event.get("stop_reason", ""))
            ended = stopped if ended in ("", COMPLETED) else ended  # of several runs the one that did not get there
    if not ended:
        raise GateBroke("schemathesis's report has no end: the run was cut off")
    counted = tuple(_with_count(finding, times[key]) for key, finding in failures.items())
    return Fuzzed(dict(answered), counted, tuple(errors), ended, seed if isinstance(seed, int) else None)


def _events(text: str) -> Iterator[tuple[str, Mapped]]:
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            event: Json = json.loads(line)
        except ValueError as problem:
            raise GateBroke(f"schemathesis's report can't be read at line {number}: {problem}") from problem
        for kind, content in mapped(event).items():
            yield kind, mapped(content)


def _answers(recorder: Mapped) -> Iterator[tuple[Operation, int]]:
    interactions = mapped(recorder.get("interactions"))
    for name, case in mapped(recorder.get("cases")).items():
        status = mapped(mapped(interactions.get(name)).get("response")).get("status_code")
        if isinstance(status, int):
            yield _operation(case), status


def _operation(case: Json) -> Operation:
    value = mapped(mapped(case).get("value"))
    return str(value.get("method")).upper(), str(value.get("path"))


def _failures(recorder: Mapped, address: str) -> Iterator[tuple[tuple[str, str, str], Finding]]:
    """Failed checks, each with what makes two of them the same: operation, check and kind."""
    cases, interactions = mapped(recorder.get("cases")), mapped(recorder.get("interactions"))
    for name, checks in mapped(recorder.get("checks")).items():
        for check in map(mapped, listed(checks)):
            if check.get("status") != "failure":
                continue
            operation = " ".join(_operation(cases.get(name)))
            failure = mapped(mapped(check.get("failure_info")).get("failure"))
            title = str(failure.get("title", check.get("name")))
            yield (
                (operation, str(check.get("name")), title),
                _finding(operation, title, failure, interactions.get(name), address),
            )


def _finding(operation: str, title: str, failure: Mapped, interaction: Json, address: str) -> Finding:
    status = mapped(mapped(interaction).get("response")).get("status_code")
    message = " ".join(str(failure.get("message", "")).split())[:LONGEST]
    what = f"{title}{f' (answered {status})' if status else ''}{f': {message}' if message else ''}"
    return Finding(operation, what, curl(mapped(mapped(interaction).get("request")), address))


def _with_count(finding: Finding, times: int) -> Finding:
    return finding if times == 1 else replace(finding, what=f"{finding.what} ({times} times)")


def _error(event: Mapped) -> str:
    value = mapped(event.get("value") or event.get("exception"))
    return f"{event.get('label', 'schemathesis')}: {value.get('type', 'error')} {value.get('message', '')}".strip()


def curl(request: Mapped, address: str = "") -> str:
    """The request as a line for a shell. Token and stage are left to the caller, as `$TOKEN` and `$SLIPWAY_API_URL`.

    `address` is the stage's, which may be gone when somebody sends the request again.
    """
    parts = ["curl", "-i", "-X", str(request.get("method", "GET"))]
    for name, values in mapped(request.get("headers")).items():
        if name.lower() not in SENT_BY_SCHEMATHESIS:
            parts += [part for value in listed(values) for part in ("-H", _header(name, str(value)))]
    body = mapped(request.get("body")).get("$base64")
    if isinstance(body, str):
        parts += ["--data-binary", shlex.quote(base64.b64decode(body).decode(errors="backslashreplace"))]
    return " ".join([*parts, _target(str(request.get("uri", "")), address.rstrip("/"))])


def _target(uri: str, address: str) -> str:
    if not address or not uri.startswith(f"{address}/"):
        return shlex.quote(uri)
    return f'"${{SLIPWAY_API_URL%/}}"{shlex.quote(uri.removeprefix(address))}'


def _header(name: str, value: str) -> str:
    if name.lower() == "authorization" and "Filtered" in value:
        return '"Authorization: Bearer $TOKEN"'
    return shlex.quote(f"{name}: {value}")

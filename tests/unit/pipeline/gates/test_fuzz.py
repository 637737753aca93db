"""The gate `fuzz`: what Schemathesis's report says, and which runs can't be trusted."""

import base64
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.gates import fuzz
from pipeline.gates.context import Context, GateBroke, GateUsage
from pipeline.gates.fuzz_report import curl, read_report
from pipeline.gates.judge import Asked, judge
from pipeline.gates.part import Part
from pipeline.plan.delivery import FUZZ
from pipeline.record.verdict import Finding, Outcome
from tests.unit.pipeline.gates.world import Toolbox, context

PLACE = ("POST", "/v1/orders")
HEALTH = ("GET", "/v1/health")
REQUEST = {
    "method": "POST",
    "uri": "http://127.0.0.1:4567/v1/orders",
    "headers": {
        "Authorization": ["[Filtered]"],
        "Idempotency-Key": ["it's mine"],
        "Content-Type": ["application/json"],
        "User-Agent": ["schemathesis/4"],
    },
    "body": {"$base64": base64.b64encode('{"name": "Ä"}'.encode()).decode()},
}


def scenario(operation: tuple[str, str], status: int | None, *failed: tuple[str, str]) -> dict[str, Any]:
    """One case of an operation, its answer and the checks that failed (name, title)."""
    method, path = operation
    checks = [
        {"name": name, "status": "failure", "failure_info": {"failure": {"title": title, "message": "Not\n\ngood"}}}
        for name, title in failed
    ]
    interaction = {"request": REQUEST, **({"response": {"status_code": status}} if status else {})}
    return {
        "ScenarioFinished": {
            "phase": "fuzzing",
            "recorder": {
                "cases": {"c1": {"value": {"method": method, "path": path}}},
                "interactions": {"c1": interaction},
                "checks": {"c1": [{"name": "not_a_server_error", "status": "success"}, *checks]},
            },
        }
    }


def report(*events: dict[str, Any], ended: str | None = "completed") -> str:
    whole = [{"Initialize": {"seed": 7}}, *events, *([{"EngineFinished": {"stop_reason": ended}}] if ended else [])]
    return "\n".join(json.dumps(event) for event in whole)


SKIPPED = {"ScenarioFinished": {"status": "skip", "recorder": {"label": "GET /v1/health"}}}


def test_answers_are_counted_by_operation_and_status() -> None:
    fuzzed = read_report(report(scenario(PLACE, 201), scenario(PLACE, 201), scenario(PLACE, 400), SKIPPED))
    assert fuzzed.answered == {(PLACE, 201): 2, (PLACE, 400): 1}
    assert (fuzzed.cases, fuzzed.seed, fuzzed.ended, fuzzed.failures) == (3, 7, "completed", ())


def test_a_request_without_an_answer_is_no_case() -> None:
    assert read_report(report(scenario(PLACE, None))).cases == 0


def test_the_same_failure_is_told_once_with_its_count_and_how_to_see_it_again() -> None:
    failing = scenario(PLACE, 500, ("not_a_server_error", "Server error"))
    other = scenario(PLACE, 200, ("status_code_conformance", "Undocumented status"))
    (first, second) = read_report(report(failing, failing, other)).failures
    assert (first.where, first.what) == ("POST /v1/orders", "Server error (answered 500): Not good (2 times)")
    assert first.fix.startswith("curl -i -X POST")
    assert second.what == "Undocumented status (answered 200): Not good"


def test_a_request_is_a_line_for_a_shell_without_the_token() -> None:
    assert curl(REQUEST) == (  # type: ignore[arg-type]
        """curl -i -X POST -H "Authorization: Bearer $TOKEN" -H 'Idempotency-Key: it'"'"'s mine'"""
        """ -H 'Content-Type: application/json' --data-binary '{"name": "Ä"}' http://127.0.0.1:4567/v1/orders"""
    )


def test_a_request_to_the_stage_can_be_sent_to_another() -> None:
    asked = {**REQUEST, "headers": {}, "body": None, "uri": "http://127.0.0.1:4567/beta/v1/products?q=it's"}
    told = curl(asked, "http://127.0.0.1:4567/beta/")  # type: ignore[arg-type]
    assert told == """curl -i -X POST "${SLIPWAY_API_URL%/}"'/v1/products?q=it'"'"'s'"""


@pytest.mark.parametrize("text", ["", "{", report(scenario(PLACE, 201), ended=None)])
def test_a_report_that_is_cut_is_our_failure(text: str) -> None:
    with pytest.raises(GateBroke, match="schemathesis's report"):
        read_report(text)


def test_what_could_not_be_tested_is_told() -> None:
    error = {"NonFatalError": {"label": "GET /v1/health", "value": {"type": "InvalidSchema", "message": "odd"}}}
    assert read_report(report(error)).errors == ("GET /v1/health: InvalidSchema odd",)


PROMISE = """
paths:
  /v1/orders: {post: {}, parameters: []}
  /v1/health: {get: {}}
"""


def test_the_operations_are_those_of_the_promise() -> None:
    assert fuzz.operations(PROMISE) == (PLACE, HEALTH)
    assert fuzz.operations("paths: {}") == ()


def evidence_of(*events: dict[str, Any]) -> tuple[Part, Any]:
    fuzzed = read_report(report(*events))
    part = Part("schemathesis", fuzzed.cases, "cases", fuzzed.failures)
    return part, fuzz.evidence(part, fuzzed, (PLACE, HEALTH))


def test_an_operation_that_never_succeeded_is_a_finding() -> None:
    _, evidence = evidence_of(scenario(PLACE, 201), scenario(HEALTH, 500))
    assert evidence.measured == {"failures": 0, "cases": 2, "operations without a 2xx": 1}
    assert [finding.where for finding in evidence.findings] == ["GET /v1/health"]
    assert evidence.summary == "2 cases at 2 operations, 0 failures, seed 7"
    assert evidence.details == "GET /v1/health  500: 1\nPOST /v1/orders  201: 1"


@pytest.mark.parametrize(("status", "lacking"), [(200, 0), (204, 0), (303, 0), (304, 1), (302, 1), (404, 1), (500, 1)])
def test_a_good_answer_gives_what_was_asked_for_or_says_where_it_is(status: int, lacking: int) -> None:
    _, evidence = evidence_of(scenario(PLACE, 201), scenario(HEALTH, status))
    assert evidence.measured["operations without a 2xx"] == lacking


def test_enough_good_cases_pass_and_too_few_are_refused() -> None:
    many = [scenario(PLACE, 201)] * 499
    assert judge(FUZZ, evidence_of(*many, scenario(HEALTH, 200))[1], Asked("again")).outcome is Outcome.PASSED
    refused = judge(FUZZ, evidence_of(*many[1:], scenario(HEALTH, 200))[1], Asked("again"))
    assert refused.outcome is Outcome.REFUSED
    assert Finding("fuzz: cases", "499, limit at least 500") in refused.findings


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_runs_in_one_report_the_one_that_stopped_early_is_told(order: int) -> None:
    runs = [report(scenario(PLACE, 201)), report(scenario(HEALTH, 200), ended="interrupted")]
    fuzzed = read_report("\n".join(runs[::order]))
    assert (fuzzed.cases, fuzzed.ended) == (2, "interrupted")


def test_two_runs_that_came_to_their_end_are_one() -> None:
    fuzzed = read_report(f"{report(scenario(PLACE, 201))}\n{report(scenario(HEALTH, 200))}")
    assert (fuzzed.cases, fuzzed.ended, fuzzed.seed) == (2, "completed", 7)


def test_it_never_runs_in_prod(tmp_path: Any) -> None:
    for surroundings in (context(tmp_path, FUZZ, "prod"), context(tmp_path, FUZZ, SLIPWAY_STAGE="prod")):
        with pytest.raises(GateUsage, match="never runs in prod"):
            fuzz.gather(surroundings)


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def deployed(tmp_path: Path) -> Iterator[Context]:
    """A source with a promise, and a stage that answers."""
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/openapi.yaml").write_text(PROMISE)
    (tmp_path / "tests/fuzz").mkdir(parents=True)
    (tmp_path / "tests/fuzz/run.py").touch()
    with http.server.HTTPServer(("127.0.0.1", 0), _Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        yield context(tmp_path, FUZZ, SLIPWAY_API_URL=url, SLIPWAY_USER_POOL_ID="p", SLIPWAY_USER_POOL_CLIENT_ID="c")
        server.shutdown()


def say_fuzzer(tools: Toolbox, text: str | None, code: int = 0, err: str = "") -> None:
    """Python is asked for `-m tests.fuzz.run REPORT SEED`."""
    writes = f"cat > \"$3\" <<'END'\n{text}\nEND" if text is not None else ""
    tools.say(fuzz.PYTHON, err=err, code=code, also=writes)


GOOD_RUN = report(*[scenario(PLACE, 201)] * 499, scenario(HEALTH, 200))


def test_a_run_is_judged_by_its_report(deployed: Context, tools: Toolbox) -> None:
    say_fuzzer(tools, GOOD_RUN)
    assert judge(FUZZ, fuzz.gather(deployed), Asked("again")).outcome is Outcome.PASSED
    say_fuzzer(tools, GOOD_RUN.replace('"response": {"status_code": 200}', '"response": {"status_code": 500}'))
    assert judge(FUZZ, fuzz.gather(deployed), Asked("again")).outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("text", "code", "err", "why"),
    [
        (None, 3, "fuzz: the user pool did not make ann", "did not make ann"),
        (None, 0, "", "left no report"),
        (report(scenario(PLACE, 201), ended="server_unavailable"), 1, "", "does not say what"),
        (report(scenario(PLACE, 201), ended="server_unavailable"), 0, "", "stopped early: server_unavailable"),
        (
            report({"FatalError": {"exception": {"type": "E", "message": "m"}}}),
            1,
            "",
            "could not test schemathesis: E m",
        ),
        (GOOD_RUN, 1, "", "does not say what"),
        (GOOD_RUN, 9, "", "ended with 9"),
    ],
)
def test_a_run_that_cannot_be_trusted_is_our_failure(
    deployed: Context, tools: Toolbox, text: str | None, code: int, err: str, why: str
) -> None:
    say_fuzzer(tools, text, code, err)
    verdict = judge(FUZZ, fuzz.gather(deployed), Asked("again"))
    assert verdict.outcome is Outcome.BROKE
    assert why in verdict.summary


@pytest.mark.parametrize(
    ("gone", "left", "why"),
    [
        ("tests/fuzz/run.py", None, "tests/fuzz/run.py is gone"),
        ("contracts/openapi.yaml", None, "contracts/openapi.yaml is gone"),
        ("contracts/openapi.yaml", "paths: {}", "contracts/openapi.yaml promises no operation"),
    ],
)
def test_a_change_that_takes_away_what_is_fuzzed_is_refused(
    deployed: Context, tools: Toolbox, gone: str, left: str | None, why: str
) -> None:
    say_fuzzer(tools, None, 9)
    (deployed.root / gone).unlink()
    if left is not None:
        (deployed.root / gone).write_text(left)
    verdict = judge(FUZZ, fuzz.gather(deployed), Asked("again"))
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.summary == f"0 cases, {why}; checked too few: 0 cases, at least 500 expected"

"""The gate `load`: what locust's report means, held against the plan, and which runs can't be trusted."""

import http.server
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.gates import load
from pipeline.gates.context import Context, GateUsage
from pipeline.gates.judge import Asked, judge
from pipeline.plan.delivery import LOAD
from pipeline.record.verdict import Outcome, Verdict
from tests.unit.pipeline.gates.world import Toolbox, context

NAME = "GET /v1/products"


def run(*, seconds: float = 31.2, failures: int = 0, times: Mapping[str, int] | None = None) -> str:
    """A report of 640 requests to one operation."""
    milliseconds = times or {"20": 600, "90": 40}
    requests = sum(milliseconds.values())
    operation = {"name": NAME, "requests": requests, "failures": failures, "milliseconds": milliseconds}
    errors = [{"name": NAME, "what": "500 Server Error", "times": failures}] * bool(failures)
    return json.dumps({"seconds": seconds, "operations": [operation] * bool(requests), "errors": errors})


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def deployed(tmp_path: Path) -> Iterator[Context]:
    """A source with something to load with, and a stage that answers."""
    (tmp_path / "tests/load").mkdir(parents=True)
    for name in load.TESTS:
        (tmp_path / name).touch()
    with http.server.HTTPServer(("127.0.0.1", 0), _Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        yield context(tmp_path, LOAD, SLIPWAY_API_URL=url, SLIPWAY_USER_POOL_ID="p", SLIPWAY_USER_POOL_CLIENT_ID="c")
        server.shutdown()


def judged(deployed: Context, tools: Toolbox, text: str | None, code: int = 0, err: str = "") -> Verdict:
    """Python is asked for `-m tests.load.run REPORT SECONDS USERS SEED`."""
    writes = f"echo $@ > {deployed.out}/asked; cat > \"$3\" <<'END'\n{text}\nEND" if text is not None else ""
    tools.say(load.PYTHON, err=err, code=code, also=writes)
    return judge(LOAD, load.gather(deployed), Asked("again"))


def test_a_stage_that_answers_soon_passes_with_what_it_took(deployed: Context, tools: Toolbox) -> None:
    verdict = judged(deployed, tools, run())
    assert (verdict.outcome, verdict.checked, verdict.checked_what) == (Outcome.PASSED, 640, "requests")
    assert verdict.summary == "640 requests in 31 s (21/s), 0.0 % failed, p95 90 ms, p99 90 ms"
    assert verdict.details == f"{NAME}  640 requests, 0 failed, p50 20 ms, p95 90 ms, p99 90 ms"


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"failures": 1}, "0.2 % failed"),
        ({"times": {"20": 570, "820": 70}}, "p95 820 ms"),
        ({"times": {"20": 630, "2500": 10}}, "p99 2500 ms"),
        ({"seconds": 12.0}, "seconds 12 s, limit at least 30 s"),
        ({"times": {"20": 200}}, "too few: 200 requests, at least 300 expected"),
        ({"times": {"20": 0}}, "0 requests"),
    ],
    ids=["a failure", "a call in ten is slow", "a call in fifty is very slow", "too short", "too few", "none"],
)
def test_a_stage_that_fails_or_is_slow_or_was_hardly_asked_is_refused(
    deployed: Context, tools: Toolbox, bad: dict[str, Any], said: str
) -> None:
    verdict = judged(deployed, tools, run(**bad))
    assert verdict.outcome is Outcome.REFUSED
    assert said in verdict.summary


def test_what_failed_is_told_with_its_operation(deployed: Context, tools: Toolbox) -> None:
    (finding,) = judged(deployed, tools, run(failures=3)).findings
    assert (finding.where, finding.what) == (NAME, "3 times: 500 Server Error")


def test_a_soak_asks_for_longer_and_for_more_people(deployed: Context, tools: Toolbox) -> None:
    longer = replace(deployed, environ={**deployed.environ, "LOAD_SECONDS": "600", "LOAD_USERS": "16"})
    judged(longer, tools, run(seconds=601))
    assert (deployed.out / "asked").read_text().split()[-3:] == ["600.0", "16", "7"]


@pytest.mark.parametrize("odd", ["-1", "0", "long", "inf", "nan"])
def test_a_length_that_is_none_is_a_wrong_question(deployed: Context, odd: str) -> None:
    with pytest.raises(GateUsage, match="LOAD_SECONDS"):
        load.gather(replace(deployed, environ={**deployed.environ, "LOAD_SECONDS": odd}))


@pytest.mark.parametrize(
    ("text", "code", "err", "why"),
    [
        (None, 3, "load: the user pool did not make shopper-1", "did not make shopper-1"),
        (None, 0, "", "left no report"),
        ("{", 0, "", "can't be read"),
        (run(), 9, "", "ended with 9"),
    ],
)
def test_a_run_that_cannot_be_trusted_is_our_failure(
    deployed: Context, tools: Toolbox, text: str | None, code: int, err: str, why: str
) -> None:
    verdict = judged(deployed, tools, text, code, err)
    assert verdict.outcome is Outcome.BROKE
    assert why in verdict.summary


@pytest.mark.parametrize("gone", load.TESTS)
def test_a_change_that_takes_away_what_loads_is_refused(deployed: Context, tools: Toolbox, gone: str) -> None:
    (deployed.root / gone).unlink()
    verdict = judged(deployed, tools, None, 9)
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.summary.startswith(f"0 requests, {gone} is gone")


def test_it_never_runs_in_prod(tmp_path: Path) -> None:
    for surroundings in (context(tmp_path, LOAD, "prod"), context(tmp_path, LOAD, SLIPWAY_STAGE="prod")):
        with pytest.raises(GateUsage, match="never runs in prod"):
            load.gather(surroundings)

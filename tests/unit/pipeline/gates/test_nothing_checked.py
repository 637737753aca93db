"""Every gate of the plan over a source that has nothing for it to check: the change is refused, and nothing passes."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.gates.run import GATES as KNOWN
from pipeline.gates.run import exit_code, run_gate
from pipeline.plan.delivery import DELIVERY
from pipeline.record.verdict import Outcome
from tests.unit.pipeline.gates.tools.test_secrets import DECOY_FOUND, told
from tests.unit.pipeline.gates.world import TODAY, Toolbox, put

GATES = [gate.name for gate in (*(gate for _, gate in DELIVERY.gates()), *DELIVERY.own_gates)]
WHAT = {
    "workflow": "jobs and steps",
    "lint": "files",
    "contract": "interactions",
    "scan": "resources",
    "guard": "looks",
    "fuzz": "cases",
    "load": "requests",
    "mutation": "bad changes",
}
"""What a gate counts, where it is not tests."""


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def stage() -> Iterator[dict[str, str]]:
    """The outputs of a stage that answers."""
    with http.server.HTTPServer(("127.0.0.1", 0), _Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        yield {"SLIPWAY_API_URL": url, "SLIPWAY_USER_POOL_ID": "p", "SLIPWAY_USER_POOL_CLIENT_ID": "c"}
        server.shutdown()


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A source from which everything was taken that a gate could look at, and which synthesizes to nothing."""
    project = '[tool.mypy]\npackages = ["api"]\n[tool.importlinter]\nroot_package = "api"\n'
    return put(tmp_path / "source", pyproject_dot_toml=project, cdk_dot_out__manifest_dot_json="{}")


def test_every_gate_of_the_plan_is_asked_here() -> None:
    assert set(GATES) == set(KNOWN)


@pytest.mark.parametrize("name", dict.fromkeys(GATES))
def test_a_change_that_leaves_a_gate_nothing_to_check_is_refused(
    name: str, empty: Path, stage: dict[str, str], tools: Toolbox
) -> None:
    tools.say("checkov", told(DECOY_FOUND))  # the real one takes seconds, and has only the decoy to find
    said: list[str] = []
    environ = {"SLIPWAY_HOME": str(empty.parent / "home"), **stage}
    verdict = run_gate(name, None, empty, environ, today=TODAY, say=said.append)
    assert (verdict.outcome, exit_code(verdict), verdict.checked) == (Outcome.REFUSED, 1, 0)
    if name not in ("workflow", "lint"):  # they say what is missing: owners, checks; what pyproject.toml names
        floor = DELIVERY.gate(name).checked_at_least
        expected = f"too few: 0 {WHAT.get(name, 'tests')}, at least {floor:,} expected"
        assert expected in [finding.what for finding in verdict.findings]
        assert any(expected in line for line in said)

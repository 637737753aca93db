"""What must be true of a deployed stage before it is asked anything."""

import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.gates import integration, smoke
from pipeline.gates.context import Context, GateBroke, GateUsage
from pipeline.gates.live_tests import evidence
from pipeline.gates.part import Part
from pipeline.gates.stage import require_stage
from pipeline.record.verdict import Finding
from tests.support.https_server import https_server
from tests.unit.pipeline.gates.world import context


def at(root: Path, url: str) -> Context:
    """A gate's surroundings with all that a stage's outputs tell."""
    return context(root, SLIPWAY_API_URL=url, SLIPWAY_USER_POOL_ID="eu-west-1_x", SLIPWAY_USER_POOL_CLIENT_ID="c")


class _Unwell(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(503)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def unwell() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), _Unwell) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/beta/"
        server.shutdown()


def test_a_stage_that_answers_anything_is_there(tmp_path: Path, unwell: str) -> None:
    assert (
        require_stage(
            context(
                tmp_path, SLIPWAY_API_URL=unwell, SLIPWAY_USER_POOL_ID="eu-west-1_x", SLIPWAY_USER_POOL_CLIENT_ID="c"
            )
        )
        == unwell
    )


def test_over_https_it_is_whom_every_sdk_is_told_to_trust_or_nobody(tmp_path: Path) -> None:
    with https_server(tmp_path / "own") as own, https_server(tmp_path / "another") as another:
        trusting = context(tmp_path, SLIPWAY_API_URL=own.url, AWS_CA_BUNDLE=str(own.authority))
        assert require_stage(trusting, users=False) == own.url
        for stranger in (str(another.authority), ""):
            with pytest.raises(GateBroke, match="CERTIFICATE_VERIFY_FAILED"):
                require_stage(context(tmp_path, SLIPWAY_API_URL=own.url, AWS_CA_BUNDLE=stranger), users=False)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "no address", "ftp://x/"])
def test_where_nobody_answers_it_is_not(tmp_path: Path, url: str) -> None:
    with pytest.raises(GateBroke):
        require_stage(context(tmp_path, SLIPWAY_API_URL=url), users=False)


def test_a_gate_with_users_needs_a_pool_and_one_without_does_not(tmp_path: Path, unwell: str) -> None:
    surroundings = context(tmp_path, SLIPWAY_API_URL=unwell)
    with pytest.raises(GateUsage, match="SLIPWAY_USER_POOL_ID is not set"):
        require_stage(surroundings)
    assert require_stage(surroundings, users=False) == unwell


def test_another_stage_than_the_one_that_is_asked_is_not_taken_for_it(tmp_path: Path, unwell: str) -> None:
    with pytest.raises(GateUsage, match="is of the stage elsewhere, and"):
        require_stage(
            replace(context(tmp_path, SLIPWAY_API_URL=unwell, SLIPWAY_STAGE="elsewhere"), stage="beta"), users=False
        )


def test_smoke_of_prod_is_not_asked_of_the_beta_that_is_up(tmp_path: Path, unwell: str) -> None:
    with pytest.raises(GateUsage, match="is of the stage beta, and prod is asked: name the one that is there"):
        smoke.gather(replace(context(tmp_path, SLIPWAY_API_URL=unwell, SLIPWAY_STAGE="beta"), stage="prod"))


def test_integration_never_runs_in_prod(tmp_path: Path) -> None:
    with pytest.raises(GateUsage, match="never runs in prod"):
        integration.gather(context(tmp_path, SLIPWAY_STAGE="prod"))


def test_smoke_needs_an_address(tmp_path: Path) -> None:
    with pytest.raises(GateUsage, match="SLIPWAY_API_URL is not set"):
        smoke.gather(context(tmp_path))


def test_live_tests_are_counted() -> None:
    seen = evidence(Part("smoke", 9, "tests", (Finding("a.py:1", "no"),)))
    assert (seen.summary, seen.measured, seen.checked) == ("8 passed, 1 failed", {"failed": 1, "skipped": 0}, 9)

"""The audit: what the service says is a finding, no answer is never a pass on AWS, and elsewhere it is told."""

import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from pipeline.gates.context import Context, GateBroke
from pipeline.gates.tools import audit
from pipeline.record.verdict import NOT_RUN
from tests.unit.pipeline.gates.dependencies.making import well_locked
from tests.unit.pipeline.gates.world import context


@dataclass
class Service:
    """A service of advisories: what it was asked, and what it answers to a request."""

    address: str = ""
    answer: str = json.dumps({"results": [{}, {}]})
    status: int = 200
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def service() -> Iterator[Service]:
    """One on this machine."""
    told = Service()

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.asked += [query["package"]["purl"] for query in body["queries"]]
            self.send_response(told.status)
            self.end_headers()
            self.wfile.write(told.answer.encode())

        def log_message(self, *_: object) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        told.address = f"http://127.0.0.1:{server.server_port}"
        yield told
        server.shutdown()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A source with two locked versions."""
    well_locked(tmp_path)
    return tmp_path


def asking(source: Path, service: Service, **environ: str) -> Context:
    made = context(source, SLIPWAY_ADVISORIES=service.address)
    return replace(made, environ={**made.environ, **environ})


def test_every_locked_version_is_asked_for_once(source: Path, service: Service) -> None:
    part = audit.check(asking(source, service))
    assert (part.checked, part.findings, part.warnings) == (2, (), ())
    assert sorted(service.asked) == ["pkg:npm/cdk@1.2.3", "pkg:pypi/requests@2.34.2"]


def test_what_the_service_knows_of_a_version_is_a_finding_where_it_is_locked(source: Path, service: Service) -> None:
    service.answer = json.dumps({"results": [{"vulns": [{"id": "GHSA-1", "modified": "x"}]}, {}]})
    (finding,) = audit.check(asking(source, service)).findings
    assert (finding.what, finding.severity) == ("GHSA-1 is about requests==2.34.2", "high")
    assert finding.where.startswith("locks/")


@pytest.mark.parametrize(
    ("status", "answer"), [(500, "{}"), (404, ""), (200, "no JSON"), (200, '{"results": [{}]}'), (200, "{}")]
)
def test_no_answer_breaks_a_build_on_aws_and_is_told_as_not_run_elsewhere(
    source: Path, service: Service, status: int, answer: str
) -> None:
    service.status, service.answer = status, answer
    part = audit.check(asking(source, service))
    assert part.idle.startswith("not run: the service of advisories ")
    assert [warning.severity for warning in part.warnings] == [NOT_RUN]
    assert not part.blind
    with pytest.raises(GateBroke, match="nobody audited what is locked"):
        audit.check(asking(source, service, CODEBUILD_BUILD_ID="gate:1"))


def test_a_service_that_is_away_is_no_answer(source: Path, service: Service) -> None:
    service.address = "http://127.0.0.1:9"
    assert audit.check(asking(source, service)).idle.startswith("not run: ")


@pytest.mark.parametrize("aws", ["http://127.0.0.1:4566", "https://localhost:1", "http://[::1]:2"])
def test_a_rehearsal_asks_nobody(source: Path, service: Service, aws: str) -> None:
    part = audit.check(asking(source, service, AWS_ENDPOINT_URL=aws, CODEBUILD_BUILD_ID="gate:1"))
    assert (part.checked, part.idle, service.asked) == (0, f"not run: {audit.REHEARSED}", [])


def test_an_address_of_aws_elsewhere_is_no_rehearsal(source: Path, service: Service) -> None:
    audit.check(asking(source, service, AWS_ENDPOINT_URL="https://vpce-1.amazonaws.com"))
    assert len(service.asked) == 2


def test_nothing_locked_is_nothing_to_audit(tmp_path: Path, service: Service) -> None:
    assert audit.check(asking(tmp_path, service)).blind

"""The gate `smoke` passes a stage that is well and refuses one that is ill: by a real run against a server of our own.

The suite is asked as a whole, whatever its tests are called: an assertion that was widened is found by what gets past.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pipeline.gates import smoke
from pipeline.gates.judge import Asked, judge
from pipeline.plan.delivery import SMOKE
from pipeline.record.verdict import Outcome, Verdict
from tests.support.promised import Operation, operations, promise
from tests.unit.pipeline.gates.world import context

ROOT = Path(__file__).parents[3]
STAGE = "prod"
SKU = "TEA-01"
PRODUCT = {
    "sku": SKU,
    "name": "Earl Grey",
    "description": "Black tea",
    "category": "tea",
    "price": {"amount": 1_250, "currency": "EUR"},
    "created_at": "2026-11-01T08:00:00.000Z",
    "updated_at": "2026-11-01T08:00:00.000Z",
}
CLOSED = tuple(each for each in operations() if each.secured)
"""Every operation that asks who is calling, whoever may."""


@dataclass(frozen=True)
class Request:
    """What was asked: by which operation of the promise (None: by none), with which `parameter` in its path."""

    operation: Operation | None
    parameter: str
    query: Mapping[str, list[str]]
    correlation_id: str

    @property
    def name(self) -> str:
        """What the promise calls the operation; empty for what it does not know."""
        return self.operation.name if self.operation else ""

    @property
    def closed(self) -> bool:
        """Whether it must be refused: nobody here brings a token."""
        return self.operation is not None and self.operation.secured


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int
    body: object
    headers: Mapping[str, str] = field(default_factory=dict)


type Illness = Callable[[Request, Said], Said]
"""What a stage says to a request instead of what it should say."""


def problem(status: int, name: str) -> Said:
    told = {
        "type": f"/problems/{name}",
        "title": name,
        "status": status,
        "detail": "",
        "instance": "/",
        "correlation_id": "1",
    }
    return Said(status, told, {"Content-Type": "application/problem+json"})


def well(asked: Request) -> Said:
    """What a stage with one product says that is as it should be."""
    if asked.operation is None or (asked.parameter and asked.parameter != SKU and not asked.closed):
        said = problem(404, "not-found")
    elif asked.closed:
        said = problem(403, "forbidden") if asked.operation.partner else problem(401, "unauthorized")
    else:
        said = Said(200, _public(asked))
    return replace(said, headers={**said.headers, "X-Correlation-Id": asked.correlation_id})


def _public(asked: Request) -> object:
    match asked.name:
        case "getHealth":
            return {"status": "ok", "stage": STAGE, "version": "7"}
        case "getOpenApi":
            return promise()
        case "listProducts":
            return {"items": [PRODUCT] if asked.query.get("category") == ["tea"] else []}
        case "getProduct":
            return PRODUCT
        case "getAvailability":
            return {"sku": SKU, "available": 3}
    return {}


@contextmanager
def serving(illness: Illness) -> Iterator[str]:
    """A stage with that illness on a free port; its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = understood(self.command, self.path, self.headers.get("X-Correlation-Id", "1"))
            said = illness(asked, well(asked))
            body = json.dumps(said.body).encode()
            self.send_response(said.status)
            for name, value in {
                "Content-Type": "application/json",
                **said.headers,
                "Content-Length": len(body),
            }.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    for verb in ("POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{verb}", Handler.do_GET)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def understood(method: str, target: str, correlation_id: str) -> Request:
    """The request by the promise, which names what is exact before what has parameters."""
    there = urlsplit(target)
    for each in sorted(operations(), key=lambda one: one.path.count("{")):
        found = re.fullmatch(re.sub(r"\{\w+\}", "([^/]+)", each.path), there.path)
        if found and each.method == method:
            return Request(each, "".join(found.groups()[:1]), parse_qs(there.query), correlation_id)
    return Request(None, "", {}, correlation_id)


def asked_of(illness: Illness, out: Path) -> Verdict:
    """What the gate says of a stage with that illness."""
    with serving(illness) as url:
        told = {"SLIPWAY_API_URL": url, "SLIPWAY_STAGE": STAGE, "SLIPWAY_HOME": str(out)}
        evidence = smoke.gather(replace(context(out, SMOKE, STAGE, **told), root=ROOT))
    return judge(SMOKE, evidence, Asked("again"))


def only(name: str, **changed: Any) -> Illness:
    """One operation answers otherwise."""
    return lambda asked, said: replace(said, **changed) if asked.name == name else said


def open_doors(asked: Request, said: Said) -> Said:
    """Each door stands open in another way, or is shut so that nobody can tell that it is a door."""
    ways = (200, 201, 302, 400, 404, 409, 429, 500, 503)
    if not asked.closed:
        return said
    place = [each.name for each in CLOSED].index(asked.name)
    if place % (len(ways) + 1) == len(ways):
        return replace(said, body={"message": "Unauthorized"})
    return replace(said, status=ways[place % (len(ways) + 1)])


def nothing_is_missing(asked: Request, said: Said) -> Said:
    return Said(200, PRODUCT) if asked.name == "getProduct" else said


def no_correlation(_: Request, said: Said) -> Said:
    return replace(said, headers={**said.headers, "X-Correlation-Id": "another"})


def test_a_stage_that_is_well_passes(tmp_path: Path) -> None:
    verdict = asked_of(lambda _, said: said, tmp_path)
    assert (verdict.outcome, verdict.findings) == (Outcome.PASSED, ())
    assert verdict.checked > len(CLOSED)


def test_every_operation_that_lets_anybody_in_is_found(tmp_path: Path) -> None:
    verdict = asked_of(open_doors, tmp_path)
    told = " ".join(each.what for each in verdict.findings)
    assert verdict.outcome is Outcome.REFUSED
    assert [each.name for each in CLOSED if not re.search(rf"\b{each.name}\b", told)] == []


@pytest.mark.parametrize(
    "illness",
    [
        pytest.param(only("getHealth", status=503), id="it is ill"),
        pytest.param(only("getHealth", body={"status": "ok", "stage": "beta", "version": "7"}), id="it is another"),
        pytest.param(only("getOpenApi", body={**promise(), "paths": {}}), id="it promises something else"),
        pytest.param(only("listProducts", body={"items": [{"sku": SKU}]}), id="its products are incomplete"),
        pytest.param(only("getProduct", body={**PRODUCT, "name": "Other"}), id="a product is another than was listed"),
        pytest.param(only("getAvailability", body={"sku": SKU, "available": -1}), id="its stock is below nothing"),
        pytest.param(only("getAvailability", status=500), id="a public read fails"),
        pytest.param(nothing_is_missing, id="it has what there is not"),
        pytest.param(no_correlation, id="it answers another request"),
    ],
)
def test_a_stage_that_is_ill_in_one_place_is_refused(illness: Illness, tmp_path: Path) -> None:
    verdict = asked_of(illness, tmp_path)
    assert verdict.outcome is Outcome.REFUSED
    assert verdict.findings

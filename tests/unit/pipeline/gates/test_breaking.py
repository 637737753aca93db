"""The contracts of a change against those of the base release."""

import json
from pathlib import Path

import pytest
import yaml

from pipeline.gates.breaking import FIRST_RELEASE, check_events, check_openapi
from pipeline.gates.context import Context, GateBroke
from pipeline.gates.openapi.node import Json
from pipeline.gates.openapi.reasons import ANNOUNCE
from pipeline.record.verdict import Finding
from tests.unit.pipeline.gates.openapi.documents import BASE, GONE, ORDERS, changed
from tests.unit.pipeline.gates.world import context

EVENT = "contracts/events/OrderPlaced.schema.json"


def put(root: Path, name: str, document: Json | str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    text = document if isinstance(document, str) else None
    dump = json.dumps if name.endswith(".json") else yaml.safe_dump
    (root / name).write_text(text if text is not None else dump(document))


@pytest.fixture
def release(tmp_path: Path) -> Context:
    """A change that changes nothing."""
    for root in (tmp_path, tmp_path / "base"):
        put(root, "contracts/openapi.yaml", BASE)
        put(root, EVENT, {"type": "object", "properties": {"id": {"type": "string"}}})
    return context(tmp_path, SLIPWAY_BASE=str(tmp_path / "base"))


def test_a_first_release_has_nothing_to_compare_and_says_so(tmp_path: Path) -> None:
    for check in (check_openapi, check_events):
        part = check(context(tmp_path))
        assert (part.idle, part.findings, part.broken) == (FIRST_RELEASE, (), "")


def test_a_promise_that_is_kept_is_counted_by_its_operations(release: Context) -> None:
    openapi, events = check_openapi(release), check_events(release)
    assert (openapi.checked, openapi.findings) == (3, ())
    assert (events.checked, events.findings) == (1, ())


def test_what_is_taken_away_is_found_at_its_line_with_its_class(release: Context) -> None:
    put(release.root, "contracts/openapi.yaml", changed(f"{ORDERS}/get", GONE))
    (finding,) = check_openapi(release).findings
    lines = (release.root / "contracts/openapi.yaml").read_text().splitlines()
    said = "operation-removed: GET /v1/orders is gone (#/paths/~1v1~1orders/get); clients that call it get 404"
    assert (finding.what, finding.fix) == (said, ANNOUNCE)
    path, line = finding.where.split(":")
    assert (path, lines[int(line) - 1].strip()) == ("contracts/openapi.yaml", "/v1/orders:")


def test_what_is_added_is_a_note_for_who_approves(release: Context) -> None:
    put(release.root, "contracts/openapi.yaml", changed("/paths/~1v1~1health", {"get": {"responses": {}}}))
    part = check_openapi(release)
    assert part.findings == ()
    assert [note.what for note in part.warnings] == [
        "operation-added: GET /v1/health is new (#/paths/~1v1~1health/get)"
    ]


def test_an_event_that_is_no_longer_promised_breaks_its_readers(release: Context) -> None:
    (release.root / EVENT).unlink()
    what = "promise-removed: this file is gone (#); its readers have nothing to rely on"
    assert check_events(release).findings == (Finding(f"{EVENT}:1", what, ANNOUNCE),)


def test_an_event_may_go_when_the_day_has_come_that_its_readers_were_told(release: Context) -> None:
    announced: Json = {"type": "object", "deprecated": True, "x-sunset": "2026-11-23"}
    put(release.root / "base", EVENT, announced)
    (release.root / EVENT).unlink()
    part = check_events(release)
    assert (part.findings, [note.what for note in part.warnings]) == (
        (),
        ["promise-removed: this file is gone, as announced for 2026-11-23 (#)"],
    )


def test_a_new_version_of_an_event_stands_beside_the_old_one(release: Context) -> None:
    put(release.root, EVENT.replace("Placed", "Placed.v2"), {"type": "object", "properties": {}})
    part = check_events(release)
    assert part.findings == ()
    assert [note.what for note in part.warnings] == ["event-added: this event is new"]


def test_an_event_that_says_less_breaks_its_readers(release: Context) -> None:
    put(release.root, EVENT, {"type": "object", "properties": {"number": {"type": "string"}}})
    (finding,) = check_events(release).findings
    assert finding.what.startswith("response-field-removed: field id is gone")


def test_a_status_means_the_same_with_and_without_quotes_and_a_date_is_text(release: Context) -> None:
    promise = "paths: {/x: {get: {parameters: [{name: day, in: query, example: 2026-11-23}], responses: {%s: {}}}}}"
    put(release.root / "base", "contracts/openapi.yaml", promise % "200")
    put(release.root, "contracts/openapi.yaml", promise % "'200'")
    part = check_openapi(release)
    assert (part.checked, part.findings, part.warnings) == (1, (), ())


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "paths: {/x: {get: {parameters: [{$ref: '#/nowhere'}]}}}",
        "paths: {/x: {get: {deprecated: true, x-sunset: soon}}}",
    ],
)
def test_a_promise_of_ours_that_cannot_be_read_is_the_change_s_failure(release: Context, text: str) -> None:
    put(release.root, "contracts/openapi.yaml", text)
    (finding,) = check_openapi(release).findings
    assert finding.what.startswith("unreadable: ")


@pytest.mark.parametrize("text", ["a: [", None])
def test_a_base_that_cannot_be_read_is_our_failure(release: Context, text: str | None) -> None:
    path = release.root / "base" / "contracts/openapi.yaml"
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(GateBroke):
        check_openapi(release)


def test_a_base_that_promised_no_operation_has_none_to_compare(release: Context) -> None:
    put(release.root / "base", "contracts/openapi.yaml", {"openapi": "3.1.0", "paths": {}})
    assert check_openapi(release).idle == "the base release promised no operations"


def test_a_base_without_events_has_none_to_compare(release: Context) -> None:
    (release.root / "base" / EVENT).unlink()
    assert check_events(release).idle == "the base release promised no events"

"""Traffic for a stage is made from the live release's OpenAPI document and what the stage's seed left."""

from pathlib import Path

import pytest

from pipeline.record.events import Commit, Event, FidelityNoted, Noted
from pipeline.rehearsal import traffic as module
from pipeline.rehearsal.errors import Broke, Unreadable
from pipeline.rehearsal.load import TrafficCounts, TrafficPlan
from pipeline.rehearsal.read.routes import Route
from pipeline.rehearsal.release import Release
from pipeline.rehearsal.settings import Settings
from pipeline.rehearsal.traffic import StageTraffic
from pipeline.rehearsal.world.fake import FakeWorld

DOCUMENT = """
openapi: 3.0.3
paths:
  /v1/health: {get: {operationId: getHealth}}
  /v1/orders: {post: {operationId: placeOrder, requestBody: {content: {application/json: {}}}}}
"""
OUTPUTS = {"ApiUrl": "https://api.example/prod"}


class Generator:
    """Stands for the load generator: takes down what it is asked and sends nothing."""

    made: list["Generator"]

    def __init__(
        self, plan: TrafficPlan, rate: float, seed: int, watched: tuple[str, ...], authority: Path | None
    ) -> None:
        self.told: object = ([each.operation for each in plan.templates], rate, seed)
        self.watched = watched
        self.authority = authority
        self.urls: list[str] = []
        self.made.append(self)

    def start(self, base_url: str) -> None:
        if base_url == "http://broken":
            raise Broke("the traffic could not be started")
        self.urls.append(base_url)

    def stop(self) -> TrafficCounts:
        return COUNTS


COUNTS = TrafficCounts(9.0, 90, 3, {}, 2.0, 9.0, 10.0, 10.0)


class LocalWorld(FakeWorld):
    """A world whose API answers elsewhere."""

    def local_url(self, url: str) -> str:
        return url.replace("https://api.example", "http://127.0.0.1:9")


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> list[Generator]:
    Generator.made = []
    monkeypatch.setattr(module, "GeneratedTraffic", Generator)
    return Generator.made


def stage_traffic(
    folder: Path, events: list[Event], openapi: str | None = "openapi.yaml", asked: float | None = None
) -> StageTraffic:
    settings = Settings(app="true", openapi=openapi, requests_per_second=50)
    release = Release(Commit("3f9c1a2", "sell", "Ada"), folder, settings, folder)
    return StageTraffic(release, LocalWorld(), 7, events.append, asked)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "openapi.yaml").write_text(DOCUMENT)
    return tmp_path


def test_requests_go_to_the_stages_address_on_this_machine(folder: Path, made: list[Generator]) -> None:
    traffic = stage_traffic(folder, [])
    traffic.seeds = {"prod": {"bodies": {"placeOrder": [{"sku": "A"}]}}}

    traffic.start("prod", OUTPUTS)

    assert made[0].told == (["getHealth", "placeOrder"], 50, 7)
    assert made[0].urls == ["http://127.0.0.1:9/prod"]


def test_they_trust_whom_the_world_names(folder: Path, made: list[Generator], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LocalWorld, "authority", Path("/tls/authority.pem"))
    traffic = stage_traffic(folder, [])
    traffic.seeds = {"prod": {"bodies": {"placeOrder": [{"sku": "A"}]}}}

    traffic.start("prod", OUTPUTS)

    assert made[0].authority == Path("/tls/authority.pem")


def test_the_operations_that_lead_to_what_shifts_are_watched(folder: Path, made: list[Generator]) -> None:
    traffic = stage_traffic(folder, [])
    traffic.seeds = {"prod": {"bodies": {"placeOrder": [{"sku": "A"}]}}}

    traffic.start("prod", OUTPUTS, [Route("POST", "/v1/orders"), Route("GET", "/v1/gone")])

    assert made[0].watched == ("placeOrder",)


def test_as_many_are_sent_as_are_asked_for(folder: Path, made: list[Generator]) -> None:
    stage_traffic(folder, [], asked=2.5).start("prod", OUTPUTS)
    assert made[0].told == (["getHealth"], 2.5, 7)


def test_where_nobody_is_to_ask_nothing_is_sent_and_that_is_told(folder: Path, made: list[Generator]) -> None:
    events: list[Event] = []
    traffic = stage_traffic(folder, events, asked=0)
    traffic.start("prod", OUTPUTS)
    counts = traffic.stop()
    assert (counts.sent, counts.failed) == (0, 0)
    assert made == []
    assert events == [Noted("prod: nobody asks while it shifts")]


def test_what_was_sent_is_told_when_it_ends(folder: Path) -> None:
    events: list[Event] = []
    traffic = stage_traffic(folder, events)
    traffic.start("prod", OUTPUTS)

    counts = traffic.stop()

    assert (counts.sent, counts.failed) == (90, 3)
    assert events[-1] == Noted(f"prod: traffic while it shifted: {COUNTS.describe()}")


def test_an_operation_that_no_request_can_be_made_for_is_named_once_in_a_run(folder: Path) -> None:
    events: list[Event] = []
    traffic = stage_traffic(folder, events)
    for stage in ("beta", "prod"):
        traffic.start(stage, OUTPUTS)
        traffic.stop()

    named = [event for event in events if isinstance(event, FidelityNoted)]
    why = "it changes data, and the seed has no body for it"
    assert named == [FidelityNoted("traffic to POST /v1/orders", "not exercised", why)]


def test_traffic_that_was_never_started_has_sent_nothing(folder: Path) -> None:
    counts = stage_traffic(folder, []).stop()
    assert (counts.sent, counts.failed) == (0, 0)


def test_a_second_stack_that_shifts_meanwhile_is_never_served_by_the_firsts_traffic(folder: Path) -> None:
    traffic = stage_traffic(folder, [])
    traffic.start("prod", OUTPUTS)
    with pytest.raises(Broke, match="traffic to prod still flows"):
        traffic.start("prod", OUTPUTS)


def test_traffic_that_could_not_be_started_can_be_tried_again(folder: Path, made: list[Generator]) -> None:
    traffic = stage_traffic(folder, [])
    with pytest.raises(Broke, match="could not be started"):
        traffic.start("prod", {"ApiUrl": "http://broken"})
    traffic.start("prod", OUTPUTS)
    assert made[1].urls == ["http://127.0.0.1:9/prod"]


def test_a_stage_without_an_address_can_get_no_traffic(folder: Path) -> None:
    with pytest.raises(Unreadable) as unreadable:
        stage_traffic(folder, []).start("prod", {"TableName": "t"})
    assert str(unreadable.value) == (
        "pyproject.toml: [tool.slipway.rehearsal]: the stack of prod has no output ApiUrl, so no traffic can be sent; "
        "mend api_output"
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [("[1]", "the OpenAPI document is no object"), ("a: [", "can't be read"), (None, "can't be read")],
)
def test_a_document_that_cant_be_read_is_named(text: str | None, why: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "openapi.yaml").write_text(text)
    with pytest.raises(Unreadable, match=why) as unreadable:
        stage_traffic(tmp_path, [])
    assert str(unreadable.value).startswith("openapi.yaml: ")


def test_a_product_without_a_document_has_no_operations(tmp_path: Path, made: list[Generator]) -> None:
    stage_traffic(tmp_path, [], openapi=None).start("prod", OUTPUTS)
    assert made[0].told == ([], 50, 7)

"""A broker is asked over HTTP as its own tools ask it, and what it is shown of us stands in no message."""

import base64
from pathlib import Path
from typing import Any

import pytest

from pipeline.gates.context import GateBroke
from pipeline.gates.pacts.broker import Broker, fetch_live, may_deploy, publish
from pipeline.gates.pacts.pact import read_pact
from tests.unit.pipeline.gates.pacts.playing import KEPT, ROW, playing

TOKEN = "nobody may read this token"


def test_without_an_address_there_is_no_broker() -> None:
    assert Broker.of({"PACT_BROKER_TOKEN": TOKEN}) is None


@pytest.mark.parametrize("address", ["broker.example.com", "ftp://broker.example.com", "https://"])
def test_what_is_no_address_is_our_mistake(address: str) -> None:
    with pytest.raises(GateBroke, match="write https://"):
        Broker.of({"PACT_BROKER_BASE_URL": address})


def test_the_matrix_is_asked_for_a_version_and_an_environment() -> None:
    with playing(matrix=KEPT) as played:
        answer = may_deploy(played.broker(PACT_BROKER_TOKEN=TOKEN), "orders", "6f5db5b", "prod")
    assert (answer.deployable, answer.reason) == (True, KEPT["summary"]["reason"])  # type: ignore[index]
    assert answer.rows == ("shop 1.4.0 with orders 6f5db5b: verified",)
    query = [("q[][pacticipant]", "orders"), ("q[][version]", "6f5db5b"), ("latestby", "cvp"), ("environment", "prod")]
    assert played.asked == [("GET", "/matrix", query, f"Bearer {TOKEN}")]


@pytest.mark.parametrize(
    ("deployable", "result", "told"),
    [(False, {"success": False}, "not kept"), (None, None, "never verified"), (False, {}, "never verified")],
)
def test_what_the_broker_does_not_know_is_a_no(deployable: bool | None, result: Any, told: str) -> None:
    said = {"summary": {"deployable": deployable, "reason": "why"}, "matrix": [{**ROW, "verificationResult": result}]}
    with playing(matrix=said) as played:
        answer = may_deploy(played.broker(), "orders", "6f5db5b", "prod")
    assert (answer.deployable, answer.rows) == (False, (f"shop 1.4.0 with orders 6f5db5b: {told}",))


def test_a_name_and_a_password_may_stand_in_the_address_or_beside_it() -> None:
    expected = f"Basic {base64.b64encode(b'ann:secret').decode()}"
    with playing(matrix=KEPT) as played:
        may_deploy(played.broker(PACT_BROKER_USERNAME="ann", PACT_BROKER_PASSWORD="secret"), "orders", "1", "prod")
        named = Broker.of({"PACT_BROKER_BASE_URL": played.url.replace("//", "//ann:secret@")})
        assert named is not None
        may_deploy(named, "orders", "1", "prod")
    assert [asked[3] for asked in played.asked] == [expected, expected]
    assert "secret" not in repr(named)


@pytest.mark.parametrize("status", [401, 403, 404, 500, 302])
def test_a_broker_that_does_not_answer_well_is_our_failure_and_secrets_stay_secret(status: int) -> None:
    with playing(matrix=KEPT) as played:
        played.status = status
        with pytest.raises(GateBroke, match=f"answered {status} to /matrix") as raised:
            may_deploy(played.broker(PACT_BROKER_TOKEN=TOKEN), "orders", "1", "prod")
    assert TOKEN not in str(raised.value)


@pytest.mark.parametrize("answer", [b"<html>", {}, {"summary": "yes"}, b"[]"])
def test_what_is_no_matrix_is_our_failure(answer: Any) -> None:
    with playing(matrix=answer) as played, pytest.raises(GateBroke, match=r"the broker at http://127\.0\.0\.1"):
        may_deploy(played.broker(), "orders", "1", "prod")


def test_a_broker_that_is_not_there_is_our_failure() -> None:
    with playing() as played:
        broker = played.broker(PACT_BROKER_TOKEN=TOKEN)
    with pytest.raises(GateBroke, match="can't be asked") as raised:
        may_deploy(broker, "orders", "1", "prod")
    assert TOKEN not in str(raised.value)


def test_the_pacts_of_what_is_live_are_fetched_and_told_of(tmp_path: Path) -> None:
    with playing() as played:
        pact = {"consumer": {"name": "shop"}, "provider": {"name": "orders"}, "interactions": [{"description": "x"}]}
        links = {"pb:publish-verification-results": {"href": f"{played.url}/results/7"}}
        played.answers = {
            "pacts": {"_embedded": {"pacts": [{"_links": {"self": {"href": f"{played.url}/pact/7"}}}]}},
            "pact": {**pact, "_links": links},
        }
        broker = played.broker(PACT_BROKER_TOKEN=TOKEN)
        (tmp_path / "old.json").write_text("{}")
        (fetched,) = fetch_live(broker, "orders", tmp_path)
        publish(broker, fetched, "6f5db5b", success=True)
    assert [path.name for path in tmp_path.iterdir()] == ["000.json"]
    assert read_pact(fetched.path, tmp_path).consumer == "shop"
    assert [asked[:2] for asked in played.asked] == [
        ("POST", "/pacts/provider/orders/for-verification"),
        ("GET", "/pact/7"),
        ("POST", "/results/7"),
    ]
    assert played.told[0]["consumerVersionSelectors"] == [{"deployedOrReleased": True}]
    assert played.told[1] == {"success": True, "providerApplicationVersion": "6f5db5b"}


def test_a_link_that_leads_elsewhere_is_not_followed() -> None:
    with playing() as played, pytest.raises(GateBroke, match="leads elsewhere"):
        played.broker(PACT_BROKER_TOKEN=TOKEN).ask("https://elsewhere.example.com/pact")
    assert played.asked == []
